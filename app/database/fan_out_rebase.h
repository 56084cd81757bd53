#pragma once

#include "app/core/console.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// What an operator should know of fan-out before acting on it. Counts what a rebase would do only while it
/// is needed: that reads every event once.
Result<FanOutStatus> readFanOutStatus(PgConnection &connection);

/// What a rebase from that point would do.
Result<RebasePreview> previewRebase(PgConnection &connection, const RebasePoint &point);

/// After rows were restored from another cluster: theirs become history, except what the point says shall be
/// fanned out; restored endpoints count as created when they were restored; the checkpoint moves so that
/// everything appended since comes after it. In short transactions; one that was interrupted goes on when it
/// is called again, and fan-out stands still until then. Leaves the switch as it is.
Done rebaseFanOut(PgConnection &connection, const RebasePoint &point, const QString &reason = {},
                  const std::function<void(const ActionProgress &)> &progress = {});

} // namespace signalbox
