#pragma once

#include "app/core/console.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// What changeJobs would do now.
///
/// Retry takes jobs that wait, failed, were cancelled or were completed (they are sent again), never one
/// whose attempt is running; it sends them as their endpoint is set now, unless
/// JobRetryOptions say otherwise. Cancel takes jobs that wait or are
/// being sent. A processing job without a lease belongs to another program: only a selection by id touches it
/// (design §4). Follow takes those that wait, are being sent or failed, and were made with other settings.
Result<ActionPreview> previewJobs(PgConnection &connection, const JobSelection &selection,
                                  const JobChange &change);

/// Changes every selected job that the rules above allow, in chunks, each a short transaction with its
/// before-images. The reason is required. See JobChangeRun.
Result<ActionResult> changeJobs(PgConnection &connection, const JobSelection &selection,
                                const JobChange &change, const QString &reason,
                                const ActionWatch &watch = {});

} // namespace signalbox
