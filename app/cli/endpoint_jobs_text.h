#pragma once

#include "app/database/pg_connection.h"

namespace signalbox {

/// How many jobs of an endpoint are still to be sent. Errors: NotFound where there is no such endpoint, or a
/// removed one.
Result<qint64> countOpenJobs(PgConnection &connection, const QString &endpointId, const QString &what);

/// "no open jobs", "1 open job", "467 open jobs".
QString openJobsText(qint64 jobs);

} // namespace signalbox
