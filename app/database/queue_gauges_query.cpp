#include "app/database/queue_gauges_query.h"

#include "app/database/endpoint_class_sql.h"
#include "app/database/fan_out_origin.h"

namespace signalbox {

namespace {

const QString gaugesWhat = QStringLiteral("read the queue's gauges");

// Counting up to a cap pays only by an index that is left early. The planner expects the whole of an
// endpoint's jobs and would rather sort them: a million due jobs took 2.6 s that way.
const QString stopEarlySql =
    QStringLiteral("SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off");

QString depthSql()
{
    return QStringLiteral(R"(
WITH endpoint AS MATERIALIZED (%1
), oldest AS MATERIALIZED (
    SELECT endpoint.class, min(first.next_attempt) AS due
    FROM endpoint
    CROSS JOIN LATERAL (
        SELECT job.next_attempt
        FROM webhook_jobs job
        WHERE job.endpoint_id = endpoint.id AND %2
        ORDER BY job.next_attempt
        LIMIT 1) first
    GROUP BY endpoint.class
)
SELECT class.name, counted.jobs,
       CASE WHEN oldest.due IS NOT NULL
            THEN extract(epoch FROM now() - greatest(oldest.due, now() - interval '100 years'))::float8 END AS oldest_seconds
FROM unnest(ARRAY['ready', 'throttled', 'breaker-open', 'disabled']) class (name)
LEFT JOIN oldest ON oldest.class = class.name
CROSS JOIN LATERAL (
    SELECT count(1) AS jobs
    FROM (
        SELECT 1
        FROM endpoint
        CROSS JOIN LATERAL (
            SELECT job.next_attempt
            FROM webhook_jobs job
            WHERE job.endpoint_id = endpoint.id AND %2
            ORDER BY job.next_attempt
            LIMIT :cap::bigint) due
        WHERE endpoint.class = class.name AND oldest.due IS NOT NULL
        LIMIT :cap::bigint) due) counted)")
        .arg(endpointClassSql(), dueJobCondition());
}

const QString breakerSql = QStringLiteral(R"(
SELECT state.name, count(endpoint.id) AS endpoints
FROM unnest(ARRAY['closed', 'open', 'half-open', 'held']) state (name)
LEFT JOIN (
    SELECT endpoint.id, coalesce(state.breaker, 'closed') AS breaker
    FROM webhook_endpoints endpoint
    LEFT JOIN signalbox_endpoint_state state ON state.endpoint_id = endpoint.id
    WHERE endpoint.removed_at IS NULL) endpoint ON endpoint.breaker = state.name
GROUP BY state.name)");

QString fanOutSql()
{
    return QStringLiteral(R"(
SELECT (SELECT greatest(0, extract(epoch FROM now() - least(now(), greatest(coalesce(event.created_at, now()), now() - interval '100 years'))))::float8
        FROM events event
        WHERE (event.txid, event.position) > (point.txid, point.position)
        ORDER BY event.txid, event.position
        LIMIT 1) AS lag_seconds
FROM signalbox_fan_out point
WHERE point.enabled AND point.rebase_txid IS NULL AND NOT %1)")
        .arg(restoredSql(QStringLiteral("point")));
}

// The sessions of other users hide when they began from a role without pg_read_all_stats; the events that
// wait behind the fence do not.
const QString fenceSql = QStringLiteral(R"(
SELECT greatest(
    0,
    (SELECT extract(epoch FROM clock_timestamp() - min(xact_start))
     FROM pg_stat_activity
     WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()),
    (SELECT extract(epoch FROM clock_timestamp() - min(prepared)) FROM pg_prepared_xacts),
    (SELECT extract(epoch FROM clock_timestamp() - least(now(), greatest(coalesce(event.created_at, now()), now() - interval '100 years')))
     FROM events event
     WHERE event.txid >= pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY event.txid, event.position
     LIMIT 1))::float8 AS lag_seconds)");

Done readBreakers(PgConnection &connection, QueueGauges &gauges)
{
    const auto rows = connection.query(breakerSql, {}, gaugesWhat);
    if (!rows)
        return fail(rows.error());
    for (const QSqlRecord &row : *rows)
        gauges.endpointsByBreaker.append({row.value("name").toString(), row.value("endpoints").toLongLong()});
    return {};
}

Done readLags(PgConnection &connection, QueueGauges &gauges)
{
    const auto fanOut = connection.query(fanOutSql(), {}, gaugesWhat);
    if (!fanOut)
        return fail(fanOut.error());
    if (!fanOut->isEmpty())
        gauges.fanOutLagSeconds = fanOut->constFirst().value("lag_seconds").toDouble();
    const auto fence = connection.query(fenceSql, {}, gaugesWhat);
    if (!fence)
        return fail(fence.error());
    gauges.fenceLagSeconds = fence->constFirst().value("lag_seconds").toDouble();
    return {};
}

} // namespace

Result<QList<QueueClassDepth>> readQueueDepths(PgConnection &connection, int cap)
{
    if (Done done = connection.executeRaw(stopEarlySql, gaugesWhat); !done)
        return fail(done.error());
    const auto rows = connection.query(depthSql(), {{QStringLiteral(":cap"), cap + 1}}, gaugesWhat);
    if (!rows)
        return fail(rows.error());
    QList<QueueClassDepth> depths;
    for (const QSqlRecord &row : *rows) {
        const qint64 jobs = row.value("jobs").toLongLong();
        depths.append({row.value("name").toString(), qMin<qint64>(jobs, cap), jobs > cap,
                       row.value("oldest_seconds").toDouble()});
    }
    return depths;
}

Result<QueueGauges> readQueueGauges(PgConnection &connection, int cap)
{
    auto transaction = Transaction::begin(connection);
    if (!transaction)
        return fail(transaction.error());
    QueueGauges gauges;
    auto depths = readQueueDepths(connection, cap);
    if (!depths)
        return fail(depths.error());
    gauges.depths = std::move(*depths);
    if (Done done = readBreakers(connection, gauges); !done)
        return fail(done.error());
    if (Done done = readLags(connection, gauges); !done)
        return fail(done.error());
    if (Done done = transaction->commit(); !done)
        return fail(done.error());
    return gauges;
}

} // namespace signalbox
