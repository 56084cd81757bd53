#include "app/database/answering_endpoints.h"

namespace signalbox {

namespace {

// A row of another program tells no outcome.
const QString answeringSql = QStringLiteral(R"(
SELECT endpoint.id
FROM webhook_endpoints endpoint
CROSS JOIN LATERAL (
    SELECT attempt.status_code
    FROM webhook_deliveries attempt
    WHERE attempt.endpoint_id = endpoint.id
    ORDER BY attempt.created_at DESC
    LIMIT 1) last
WHERE endpoint.enabled AND endpoint.removed_at IS NULL AND last.status_code IS NOT NULL
ORDER BY endpoint.id)");

} // namespace

Result<QStringList> answeringEndpoints(PgConnection &connection)
{
    const auto rows = connection.query(answeringSql, {}, QStringLiteral("look for endpoints that answer"));
    if (!rows)
        return fail(rows.error());
    QStringList endpoints;
    for (const QSqlRecord &row : *rows)
        endpoints << row.value(0).toString();
    return endpoints;
}

} // namespace signalbox
