#include "app/database/endpoint_class_sql.h"

namespace signalbox {

// An endpoint whose bucket of tokens is not full is being drawn on as fast as it may be; one that nobody
// sends to has a full one, and its due jobs then are work left undone.
QString endpointClassSql()
{
    return QStringLiteral(R"(
    SELECT endpoint.id,
           CASE
               WHEN NOT endpoint.enabled THEN 'disabled'
               WHEN state.breaker <> 'closed' THEN 'breaker-open'
               WHEN endpoint.rate_limit IS NOT NULL
                    AND signalbox_rate_tokens(endpoint.rate_limit, endpoint.rate_burst, state.rate_tokens, state.rate_at)
                        < coalesce(endpoint.rate_burst, greatest(1, ceil(endpoint.rate_limit))) THEN 'throttled'
               ELSE 'ready'
           END AS class
    FROM webhook_endpoints endpoint
    LEFT JOIN signalbox_endpoint_state state ON state.endpoint_id = endpoint.id
    WHERE endpoint.removed_at IS NULL)");
}

QString endpointClassOf(const QString &dueWord)
{
    return dueWord == QLatin1String("breaker") ? QStringLiteral("breaker-open") : dueWord;
}

QString dueJobCondition()
{
    return QStringLiteral("job.next_attempt <= now() AND CASE WHEN job.status = 'pending' "
                          "THEN job.order_blocked IS NOT TRUE ELSE false END");
}

} // namespace signalbox
