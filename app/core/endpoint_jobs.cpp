#include "app/core/endpoint_jobs.h"

namespace signalbox {

namespace {

// Words of ours, and a value that is quoted where it needs to be: they parse.
JobSelection jobsOf(const QString &endpointId, const QString &states)
{
    JobSelection selection;
    selection.filter = *parseFilter(
        QStringLiteral("endpoint:%1 status:%2").arg(quoteFilterValue(endpointId), states), Table::Jobs);
    return selection;
}

} // namespace

JobSelection openJobsOf(const QString &endpointId)
{
    return jobsOf(endpointId, QStringLiteral("pending,processing,failed"));
}

JobSelection undeliveredJobsOf(const QString &endpointId)
{
    return jobsOf(endpointId, QStringLiteral("pending,processing"));
}

QString followReason(const QString &endpointId)
{
    return QStringLiteral("endpoint %1 was changed").arg(endpointId);
}

} // namespace signalbox
