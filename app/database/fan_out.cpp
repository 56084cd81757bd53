#include "app/database/fan_out.h"

#include "app/database/stream_order.h"

namespace signalbox {

namespace {

// Looks before it leaps: the statement below would fire the queue's wake trigger even for no row, and lock
// for nothing. ORDER BY and LIMIT hold the planner to the index of the global order; with EXISTS it read a
// million entries.
const QString waitingSql = QStringLiteral(R"(
SELECT point.enabled,
       point.system_identifier = (SELECT system_identifier FROM pg_control_system()) AS same_cluster,
       (SELECT event.position
        FROM events event
        WHERE (event.txid, event.position) > (point.txid, point.position)
          AND event.txid < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY event.txid, event.position
        LIMIT 1) IS NOT NULL AS waiting
FROM signalbox_fan_out point)");

// Jobs of ordered endpoints enter the queue blocked; the streams that moved on are named, also by events that
// nobody wanted, since those may have been what a later version waited for.
//
// A worker that finds the checkpoint locked leaves the events to the other. One that locks it after another's
// commit sees that one's checkpoint (a lock reads the newest row version) beside its own, older snapshot,
// whose fence then lies before the checkpoint: it finds nothing rather than something twice.
const QString fanOutSql = QStringLiteral(R"(
WITH checkpoint AS MATERIALIZED (
    SELECT txid, position
    FROM signalbox_fan_out
    WHERE enabled AND system_identifier = (SELECT system_identifier FROM pg_control_system())
    FOR UPDATE SKIP LOCKED
), batch AS MATERIALIZED (
    SELECT event.id, event.txid, event.position, event.event_type, event.stream_id, event.version, event.payload,
           event.timestamp
    FROM checkpoint
    CROSS JOIN LATERAL (
        SELECT id, txid, position, event_type, stream_id, version, payload, timestamp
        FROM events
        WHERE (txid, position) > (checkpoint.txid, checkpoint.position)
          AND txid < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY txid, position
        LIMIT :max_events::bigint) event
), matched AS MATERIALIZED (
    SELECT batch.id AS event_id, endpoint.id AS endpoint_id,
           endpoint.enabled OR NOT endpoint.discard_while_disabled AS wanted
    FROM batch
    JOIN webhook_endpoints endpoint
      ON endpoint.removed_at IS NULL
     AND (endpoint.created_txid IS NULL OR batch.txid >= endpoint.created_txid)
     AND signalbox_event_matches(endpoint.event_filter, batch.event_type, batch.payload)
), inserted AS (
    INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, custom_headers, max_attempts, next_attempt, status,
                              timeout_ms, event_id, run, event_type, order_key, order_version, order_blocked,
                              order_fence)
    SELECT gen_random_uuid(), endpoint.id, endpoint.url,
           jsonb_build_object(
               'id', batch.id,
               'type', batch.event_type,
               'timestamp', to_char(batch.timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
               'stream', batch.stream_id,
               'version', batch.version,
               'data', batch.payload),
           endpoint.secret, endpoint.custom_headers, endpoint.max_retries + 1, now(), 'pending',
           endpoint.timeout_ms, batch.id, 0, batch.event_type,
           CASE WHEN endpoint.ordered THEN batch.stream_id END, CASE WHEN endpoint.ordered THEN batch.version END,
           CASE WHEN endpoint.ordered THEN true END,
           CASE WHEN endpoint.ordered THEN pg_current_xact_id() END
    FROM matched
    JOIN batch ON batch.id = matched.event_id
    JOIN webhook_endpoints endpoint ON endpoint.id = matched.endpoint_id
    WHERE matched.wanted
    ORDER BY batch.txid, batch.position
    ON CONFLICT (endpoint_id, event_id, run) WHERE event_id IS NOT NULL DO NOTHING
    RETURNING id
), missed AS (
    INSERT INTO signalbox_endpoint_state AS state (endpoint_id, missed_events)
    SELECT endpoint_id, count(event_id) FROM matched WHERE NOT wanted GROUP BY endpoint_id
    ON CONFLICT (endpoint_id) DO UPDATE SET missed_events = state.missed_events + EXCLUDED.missed_events
), moved AS (
    UPDATE signalbox_fan_out point
    SET txid = last.txid, position = last.position, updated_at = now()
    FROM (SELECT txid, position FROM batch ORDER BY txid DESC, position DESC LIMIT 1) last
)
SELECT (SELECT count(id) FROM batch) AS events,
       (SELECT count(id) FROM inserted) AS jobs,
       (SELECT jsonb_agg(DISTINCT jsonb_build_object('endpoint_id', endpoint.id, 'order_key', batch.stream_id))::text
        FROM batch
        JOIN webhook_endpoints endpoint ON endpoint.ordered AND endpoint.removed_at IS NULL) AS ordered_streams
)");

Error noSettingsRow()
{
    return Error{Error::Kind::Failed,
                 QStringLiteral("fan-out"),
                 QStringLiteral("its row is missing from signalbox_fan_out"),
                 QStringLiteral("run `signalbox migrate up`"),
                 {},
                 -1};
}

Result<QSqlRecord> readCheckpoint(PgConnection &connection)
{
    const auto rows = connection.query(waitingSql, {}, QStringLiteral("read the fan-out checkpoint"));
    if (!rows)
        return fail(rows.error());
    if (rows->isEmpty())
        return fail(noSettingsRow());
    return rows->constFirst();
}

Done expectOneRow(const Result<qint64> &changed)
{
    if (!changed)
        return fail(changed.error());
    if (*changed != 1)
        return fail(noSettingsRow());
    return {};
}

} // namespace

Result<FanOutResult> fanOut(PgConnection &connection, int maxEvents)
{
    const auto waiting = readCheckpoint(connection);
    if (!waiting)
        return fail(waiting.error());
    FanOutResult result;
    result.enabled = waiting->value("enabled").toBool();
    if (result.enabled && !waiting->value("same_cluster").toBool()) {
        result.stopped = QStringLiteral(
            "fan-out stands still: the database was restored into another cluster and must be rebased first");
    }
    if (!result.enabled || !result.stopped.isEmpty() || !waiting->value("waiting").toBool())
        return result;
    const auto rows = connection.query(fanOutSql, {{QStringLiteral(":max_events"), maxEvents}},
                                       QStringLiteral("fan out events"));
    if (!rows)
        return fail(rows.error());
    result.events = rows->constFirst().value("events").toLongLong();
    result.jobs = rows->constFirst().value("jobs").toLongLong();
    result.reachedFence = result.events < maxEvents;
    // After the commit: what it missed, the sweep over all streams finds.
    (void)releaseStreams(connection, orderedStreams(rows->constFirst().value("ordered_streams").toString()));
    return result;
}

Result<bool> fanOutReachedFence(PgConnection &connection)
{
    const auto point = readCheckpoint(connection);
    if (!point)
        return fail(point.error());
    return !point->value("enabled").toBool() || !point->value("same_cluster").toBool() ||
           !point->value("waiting").toBool();
}

Done enableFanOut(PgConnection &connection, FanOutStart start)
{
    const auto point = readCheckpoint(connection);
    if (!point)
        return fail(point.error());
    if (!point->value("same_cluster").toBool()) {
        return fail(Error::Kind::Refused, QStringLiteral("turn fan-out on"),
                    QStringLiteral("the checkpoint comes from another cluster"),
                    QStringLiteral("rebase it first"));
    }
    return expectOneRow(connection.execute(QStringLiteral(R"(
UPDATE signalbox_fan_out
SET enabled = true,
    txid = CASE WHEN :from_now::boolean THEN pg_snapshot_xmin(pg_current_snapshot()) ELSE txid END,
    position = CASE WHEN :from_now::boolean THEN 0 ELSE position END,
    updated_at = now())"),
                                           {{QStringLiteral(":from_now"), start == FanOutStart::Now}},
                                           QStringLiteral("turn fan-out on")));
}

Done disableFanOut(PgConnection &connection)
{
    return expectOneRow(
        connection.execute(QStringLiteral("UPDATE signalbox_fan_out SET enabled = false, updated_at = now()"),
                           {}, QStringLiteral("turn fan-out off")));
}

Done rebaseFanOut(PgConnection &connection)
{
    // One statement, one snapshot: what it sees becomes history, what it does not see is still unfinished and
    // has a txid at or after its xmin. Endpoints of the old cluster take everything from now on.
    return expectOneRow(connection.execute(QStringLiteral(R"(
WITH history AS (
    UPDATE events SET txid = NULL, position = NULL WHERE txid IS NOT NULL
), endpoint AS (
    UPDATE webhook_endpoints SET created_txid = NULL WHERE created_txid IS NOT NULL
)
UPDATE signalbox_fan_out
SET txid = pg_snapshot_xmin(pg_current_snapshot()), position = 0,
    system_identifier = (SELECT system_identifier FROM pg_control_system()),
    updated_at = now())"),
                                           {}, QStringLiteral("rebase fan-out")));
}

} // namespace signalbox
