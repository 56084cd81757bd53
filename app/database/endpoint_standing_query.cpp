#include "app/database/endpoint_standing_query.h"

namespace signalbox {

namespace {

const QString standingWhat = QStringLiteral("judge endpoints");

const QString standingSql = QStringLiteral(R"(
SELECT endpoint.id, endpoint.enabled, coalesce(state.breaker IN ('open', 'half-open'), false) AS tripped,
       newest.attempts, newest.succeeded
FROM webhook_endpoints endpoint
LEFT JOIN signalbox_endpoint_state state ON state.endpoint_id = endpoint.id
CROSS JOIN LATERAL (
    SELECT count(1) AS attempts, count(1) FILTER (WHERE attempt.status_code BETWEEN 200 AND 299) AS succeeded
    FROM (SELECT delivery.status_code
          FROM webhook_deliveries delivery
          WHERE delivery.endpoint_id = endpoint.id AND NOT delivery.is_test
                AND delivery.created_at > now() - :seconds::bigint * interval '1 second'
          ORDER BY delivery.created_at DESC
          LIMIT :most::bigint) attempt) newest
WHERE endpoint.removed_at IS NULL
ORDER BY endpoint.id)");

} // namespace

Result<QList<JudgedEndpoint>> readStandings(PgConnection &connection)
{
    const auto rows = connection.query(
        standingSql, {{QStringLiteral(":seconds"), judgedSeconds}, {QStringLiteral(":most"), judgedAttempts}},
        standingWhat);
    if (!rows)
        return fail(rows.error());
    QList<JudgedEndpoint> judged;
    judged.reserve(rows->size());
    for (const QSqlRecord &row : *rows) {
        judged.append({row.value("id").toString(),
                       {row.value("enabled").toBool(),
                        row.value("tripped").toBool(),
                        {row.value("attempts").toLongLong(), row.value("succeeded").toLongLong()}}});
    }
    return judged;
}

} // namespace signalbox
