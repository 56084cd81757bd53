#pragma once

#include "app/core/job_change_log.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// How the jobs of a change stand now.
Result<RetryOutcome> readRetryOutcome(PgConnection &connection, const QString &changeId);

/// Puts the jobs of a retry back where nothing happened to them since: they wait, without a lease, with the
/// attempts and the time of change that the retry left. One transaction, recorded as a change of its own.
/// Errors: NotFound where there is no such retry; Conflict where nothing can be undone any more.
Result<RetryUndo> undoRetry(PgConnection &connection, const QString &changeId);

} // namespace signalbox
