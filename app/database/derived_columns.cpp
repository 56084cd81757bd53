#include "app/database/derived_columns.h"

namespace signalbox {

QString heldExpression()
{
    return QStringLiteral(
        "CASE WHEN job.status = 'processing' THEN CASE WHEN job.lease_token IS NULL THEN 'foreign' ELSE "
        "'leased' END "
        "WHEN job.status <> 'pending' THEN '' "
        "WHEN NOT endpoint.enabled OR endpoint.removed_at IS NOT NULL THEN 'disabled' "
        "WHEN job.next_attempt > now() THEN CASE WHEN job.attempts > 0 THEN 'back-off' ELSE 'scheduled' END "
        "WHEN NOT worker.alive THEN 'no-worker' ELSE '' END");
}

QString heldUntilExpression()
{
    return QStringLiteral("CASE WHEN job.status = 'processing' THEN job.lease_until "
                          "WHEN job.status = 'pending' AND endpoint.enabled AND endpoint.removed_at IS NULL "
                          "AND job.next_attempt > now() THEN job.next_attempt END");
}

QString heldJoins()
{
    return QStringLiteral("LEFT JOIN webhook_endpoints endpoint ON endpoint.id = job.endpoint_id "
                          "CROSS JOIN (SELECT EXISTS (SELECT FROM signalbox_workers WHERE heartbeat_at > "
                          "now() - interval '60 s') "
                          "AS alive) worker");
}

QString outcomeExpression()
{
    return QStringLiteral(
        "coalesce(delivery.outcome, CASE WHEN delivery.status_code IS NOT NULL THEN 'answered' END)");
}

} // namespace signalbox
