#include "app/core/endpoint_jobs.h"

namespace signalbox {

JobSelection openJobsOf(const QString &endpointId)
{
    JobSelection selection;
    // Words of ours, and a value that is quoted where it needs to be: they parse.
    selection.filter = *parseFilter(QStringLiteral("endpoint:") + quoteFilterValue(endpointId) +
                                        QStringLiteral(" status:pending,processing,failed"),
                                    Table::Jobs);
    return selection;
}

QString followReason(const QString &endpointId)
{
    return QStringLiteral("endpoint %1 was changed").arg(endpointId);
}

} // namespace signalbox
