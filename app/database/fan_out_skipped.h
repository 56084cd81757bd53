#pragma once

#include "app/core/console.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// What fan-out put aside, oldest first: event_id, endpoint_id, event_type, sqlstate, reason, skipped_at.
Result<QList<QSqlRecord>> listSkipped(PgConnection &connection, int limit);

/// Tries again what fan-out put aside (of one event only when that is named), each event in a transaction of
/// its own. What fails again stays, with the new reason.
Result<ReplayResult> replaySkipped(PgConnection &connection, const QString &eventId);

} // namespace signalbox
