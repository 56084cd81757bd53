#include "app/cli/endpoint_jobs_text.h"

#include "app/core/endpoint_jobs.h"
#include "app/database/endpoint_act.h"
#include "app/database/endpoint_queries.h"
#include "app/database/job_changes.h"

namespace signalbox {

Result<qint64> countOpenJobs(PgConnection &connection, const QString &endpointId, const QString &what)
{
    const auto endpoint = readEndpoint(connection, endpointId, what);
    if (!endpoint)
        return fail(endpoint.error());
    if (endpoint->removedAt)
        return noSuchEndpoint(what, endpointId);
    const auto preview = previewJobs(connection, undeliveredJobsOf(endpointId), JobAction::Cancel);
    if (!preview)
        return fail(preview.error());
    return preview->affected;
}

QString openJobsText(qint64 jobs)
{
    return jobs == 0   ? QStringLiteral("no open jobs")
           : jobs == 1 ? QStringLiteral("1 open job")
                       : QStringLiteral("%1 open jobs").arg(jobs);
}

} // namespace signalbox
