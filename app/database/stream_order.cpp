#include "app/database/stream_order.h"

#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

const QString letGoWhat = QStringLiteral("let the next jobs of streams go");

// Behind `named (endpoint_id, order_key)`. Versions between the last one let go and the job's must all have
// passed fan-out: fan-out follows transactions, so that version 2 may become a job before version 1 does. A
// version that is not there at all may still be committed by a transaction that was under way when the job
// was made; once all of those have ended (order_fence) it is a gap, archived history for instance, and
// nothing to wait for.
const QString letGoSql = QStringLiteral(R"(, first AS (
    SELECT job.id, job.endpoint_id, job.order_key, job.order_version, job.order_fence,
           coalesce(progress.version, 0) AS passed_version
    FROM named
    LEFT JOIN signalbox_order_progress progress
           ON progress.endpoint_id = named.endpoint_id AND progress.order_key = named.order_key
    CROSS JOIN LATERAL (
        SELECT open.id, open.endpoint_id, open.order_key, open.order_version, open.order_fence, open.order_blocked
        FROM webhook_jobs open
        WHERE open.endpoint_id = named.endpoint_id AND open.order_key = named.order_key
          AND open.status IN ('pending', 'processing')
        ORDER BY open.order_version
        LIMIT 1) job
    WHERE job.order_blocked
), free AS MATERIALIZED (
    SELECT first.id, first.endpoint_id, first.order_key, first.order_version
    FROM first
    CROSS JOIN LATERAL (
        SELECT count(event.id) AS there,
               count(event.id) FILTER (WHERE event.txid IS NULL OR event.position IS NULL
                                          OR (event.txid, event.position) <= (point.txid, point.position)) AS passed
        FROM signalbox_fan_out point
        JOIN events event ON event.stream_id = first.order_key
        WHERE event.version > first.passed_version AND event.version < first.order_version) lower
    WHERE lower.there = lower.passed
      AND (lower.passed >= first.order_version::bigint - 1 - first.passed_version
           OR first.order_fence IS NULL
           OR first.order_fence <= pg_snapshot_xmin(pg_current_snapshot()))
), noted AS (
    INSERT INTO signalbox_order_progress AS progress (endpoint_id, order_key, version)
    SELECT endpoint_id, order_key, order_version FROM free ORDER BY endpoint_id, order_key
    ON CONFLICT (endpoint_id, order_key) DO UPDATE SET version = EXCLUDED.version
        WHERE progress.version < EXCLUDED.version
)
UPDATE webhook_jobs job
SET order_blocked = NULL
FROM free
WHERE job.id = free.id AND job.order_blocked)");

QString streamsAsJson(const QList<OrderedStream> &streams)
{
    nlohmann::json rows = nlohmann::json::array();
    for (const OrderedStream &stream : streams)
        rows.push_back(
            {{"endpoint_id", stream.endpointId.toStdString()}, {"order_key", stream.orderKey.toStdString()}});
    return QString::fromStdString(rows.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Result<int> asCount(const Result<qint64> &changed)
{
    if (!changed)
        return fail(changed.error());
    return int(*changed);
}

} // namespace

QList<OrderedStream> orderedStreams(const QString &json)
{
    QList<OrderedStream> streams;
    const auto rows = nlohmann::json::parse(json.toStdString(), nullptr, false);
    for (const auto &row : rows.is_array() ? rows : nlohmann::json::array())
        streams.append({QString::fromStdString(row.value("endpoint_id", "")),
                        QString::fromStdString(row.value("order_key", ""))});
    return streams;
}

Result<int> releaseStreams(PgConnection &connection, const QList<OrderedStream> &streams)
{
    if (streams.isEmpty())
        return 0;
    static const QString sql = QStringLiteral(R"(
WITH named AS MATERIALIZED (
    SELECT DISTINCT endpoint_id, order_key
    FROM jsonb_to_recordset(:streams::jsonb) AS stream(endpoint_id text, order_key text)
))") + letGoSql;
    return asCount(
        connection.execute(sql, {{QStringLiteral(":streams"), streamsAsJson(streams)}}, letGoWhat));
}

Result<int> releaseAllStreams(PgConnection &connection)
{
    // From one stream to the next through the index, however many jobs each has.
    static const QString sql = QStringLiteral(R"(
WITH RECURSIVE named AS (
    (SELECT job.endpoint_id, job.order_key
     FROM webhook_jobs job
     WHERE job.order_key IS NOT NULL AND job.status IN ('pending', 'processing')
     ORDER BY job.endpoint_id, job.order_key
     LIMIT 1)
    UNION ALL
    SELECT next.endpoint_id, next.order_key
    FROM named
    CROSS JOIN LATERAL (
        SELECT job.endpoint_id, job.order_key
        FROM webhook_jobs job
        WHERE job.order_key IS NOT NULL AND job.status IN ('pending', 'processing')
          AND (job.endpoint_id, job.order_key) > (named.endpoint_id, named.order_key)
        ORDER BY job.endpoint_id, job.order_key
        LIMIT 1) next
))") + letGoSql;
    return asCount(connection.execute(sql, {}, letGoWhat));
}

Done applyOrdering(PgConnection &connection, const QString &endpointId, bool ordered)
{
    const QString sql = ordered ? QStringLiteral(R"(
UPDATE webhook_jobs job
SET order_key = event.stream_id, order_version = event.version, order_blocked = true
FROM events event
WHERE event.id = job.event_id AND job.endpoint_id = :endpoint::text AND job.status = 'pending'
  AND job.order_key IS NULL)")
                                : QStringLiteral(R"(
UPDATE webhook_jobs job
SET order_key = NULL, order_version = NULL, order_blocked = NULL, order_fence = NULL
WHERE job.endpoint_id = :endpoint::text AND job.status IN ('pending', 'processing') AND job.order_key IS NOT NULL)");
    const auto changed = connection.execute(sql, {{QStringLiteral(":endpoint"), endpointId}},
                                            QStringLiteral("put jobs in the order of their streams"));
    if (!changed)
        return fail(changed.error());
    return {};
}

} // namespace signalbox
