#include "app/database/fan_out_batch.h"

#include "app/database/fan_out_jobs.h"
#include "app/database/stream_order.h"

namespace signalbox {

namespace {

const QString fanOutWhat = QStringLiteral("fan out events");

// Jobs of ordered endpoints enter the queue blocked; the streams that moved on are named, also by events that
// nobody wanted, since those may have been what a later version waited for.
//
// A worker that finds the checkpoint locked leaves the events to the other. One that locks it after another's
// commit sees that one's checkpoint (a lock reads the newest row version) beside its own, older snapshot,
// whose fence then lies before the checkpoint: it finds nothing rather than something twice.
//
// Two ranges instead of one comparison of rows: a scan for (txid, position) > (…) ends at the first event
// without a position. Those have no place in the order; they are put aside with the transactions the batch
// covers.
//
// `matched` stops at :max_jobs, and `covered` leaves the last event out, which may have lost some of its jobs
// to that limit.
const QString batchSql = QStringLiteral(R"(
WITH checkpoint AS MATERIALIZED (
    SELECT txid, position, pg_snapshot_xmin(pg_current_snapshot()) AS fence
    FROM signalbox_fan_out
    WHERE enabled AND rebase_txid IS NULL
      AND system_identifier = (SELECT system_identifier FROM pg_control_system())
    FOR UPDATE SKIP LOCKED
), batch AS MATERIALIZED (
    SELECT event.*, row_number() OVER (ORDER BY event.txid, event.position) AS place
    FROM checkpoint
    CROSS JOIN LATERAL (
        (SELECT id, txid, position, event_type, stream_id, version, payload, timestamp
         FROM events
         WHERE txid = checkpoint.txid AND position > checkpoint.position AND txid < checkpoint.fence
         ORDER BY position
         LIMIT :max_events::bigint)
        UNION ALL
        (SELECT id, txid, position, event_type, stream_id, version, payload, timestamp
         FROM events
         WHERE txid > checkpoint.txid AND txid < checkpoint.fence AND position IS NOT NULL
         ORDER BY txid, position
         LIMIT :max_events::bigint)
        ORDER BY txid, position
        LIMIT :max_events::bigint) event
), matched AS MATERIALIZED (
    SELECT batch.place, batch.id AS event_id, endpoint.id AS endpoint_id,
           endpoint.enabled OR NOT endpoint.discard_while_disabled AS wanted
    FROM batch
    JOIN webhook_endpoints endpoint ON )") +
                         takesEventSql(QStringLiteral("batch")) + QStringLiteral(R"(
    ORDER BY batch.place
    LIMIT :max_jobs::bigint + 1
), covered AS MATERIALIZED (
    SELECT batch.*
    FROM batch
    WHERE batch.place <= CASE WHEN (SELECT count(1) FROM matched) > :max_jobs::bigint
                              THEN (SELECT max(place) FROM matched) - 1
                              ELSE (SELECT count(1) FROM batch) END
), reached AS MATERIALIZED (
    SELECT checkpoint.txid AS from_txid,
           CASE WHEN (SELECT count(1) FROM covered) < :max_events::bigint
                     AND (SELECT count(1) FROM covered) = (SELECT count(1) FROM batch)
                THEN checkpoint.fence
                ELSE (SELECT txid FROM covered ORDER BY place DESC LIMIT 1) END AS to_txid,
           checkpoint.fence
    FROM checkpoint
), unplaced AS MATERIALIZED (
    SELECT event.id, event.txid
    FROM reached
    CROSS JOIN LATERAL (
        (SELECT id, txid FROM events WHERE txid = reached.from_txid AND position IS NULL AND txid < reached.fence)
        UNION ALL
        (SELECT id, txid
         FROM events
         WHERE txid > reached.from_txid AND txid <= reached.to_txid AND position IS NULL AND txid < reached.fence)) event
), envelope AS MATERIALIZED (
    SELECT covered.id AS event_id, envelope.body, envelope.error_state, envelope.error_text
    FROM covered
    CROSS JOIN LATERAL signalbox_event_envelope(covered.id, covered.event_type, covered.timestamp,
                                                covered.stream_id, covered.version, covered.payload) envelope
    WHERE covered.id IN (SELECT event_id FROM matched WHERE wanted)
), inserted AS (
)") + insertJobsSql(QStringLiteral(R"(
    FROM matched
    JOIN covered AS event ON event.id = matched.event_id
    JOIN envelope ON envelope.event_id = matched.event_id
    JOIN webhook_endpoints endpoint ON endpoint.id = matched.endpoint_id
    WHERE matched.wanted AND envelope.body IS NOT NULL
    ORDER BY event.place)")) +
                         QStringLiteral(R"(
), aside AS (
    INSERT INTO signalbox_fan_out_skipped (event_id, sqlstate, reason)
    SELECT event_id, error_state, error_text FROM envelope WHERE body IS NULL
    UNION ALL
    SELECT id, '22004', 'it has a transaction and no position' FROM unplaced
    ON CONFLICT DO NOTHING
    RETURNING event_id, endpoint_id, sqlstate, reason
), missed AS (
    INSERT INTO signalbox_endpoint_state AS state (endpoint_id, missed_events)
    SELECT matched.endpoint_id, count(matched.event_id)
    FROM matched
    JOIN covered ON covered.place = matched.place
    WHERE NOT matched.wanted
    GROUP BY matched.endpoint_id
    ON CONFLICT (endpoint_id) DO UPDATE SET missed_events = state.missed_events + EXCLUDED.missed_events
), moved AS (
    UPDATE signalbox_fan_out point
    SET txid = last.txid, position = last.position, updated_at = now()
    FROM (SELECT txid, position FROM covered
          UNION ALL
          SELECT txid, 0 FROM unplaced
          ORDER BY txid DESC, position DESC
          LIMIT 1) last
    WHERE (last.txid, last.position) > (point.txid, point.position)
)
SELECT (SELECT count(1) FROM covered) AS events,
       (SELECT count(1) FROM batch) AS looked_at,
       (SELECT count(1) FROM inserted) AS jobs,
       (SELECT jsonb_agg(aside)::text FROM aside) AS skipped,
       (SELECT jsonb_agg(DISTINCT jsonb_build_object('endpoint_id', endpoint.id, 'order_key', covered.stream_id))::text
        FROM covered
        JOIN webhook_endpoints endpoint ON endpoint.ordered AND endpoint.removed_at IS NULL) AS ordered_streams
)");

const QString nextEventSql = QStringLiteral(R"(
WITH checkpoint AS MATERIALIZED (
    SELECT txid, position
    FROM signalbox_fan_out
    WHERE enabled AND rebase_txid IS NULL
      AND system_identifier = (SELECT system_identifier FROM pg_control_system())
    FOR UPDATE SKIP LOCKED
)
SELECT event.id::text AS id, event.txid::text AS txid, event.position
FROM checkpoint
CROSS JOIN LATERAL (
    (SELECT id, txid, position
     FROM events
     WHERE txid = checkpoint.txid AND position > checkpoint.position
       AND txid < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY position
     LIMIT 1)
    UNION ALL
    (SELECT id, txid, position
     FROM events
     WHERE txid > checkpoint.txid AND txid < pg_snapshot_xmin(pg_current_snapshot()) AND position IS NOT NULL
     ORDER BY txid, position
     LIMIT 1)
    ORDER BY txid, position
    LIMIT 1) event)");

const QString moveSql = QStringLiteral(R"(
UPDATE signalbox_fan_out
SET txid = :txid::text::xid8, position = :position::bigint, updated_at = now())");

} // namespace

Result<FanOutResult> passBatch(PgConnection &connection, const FanOutSize &size)
{
    const auto rows = connection.query(
        batchSql, {{QStringLiteral(":max_events"), size.events}, {QStringLiteral(":max_jobs"), size.jobs}},
        fanOutWhat);
    if (!rows)
        return fail(rows.error());
    const QSqlRecord &row = rows->constFirst();
    FanOutResult result;
    result.events = row.value("events").toLongLong();
    result.jobs = row.value("jobs").toLongLong();
    result.skipped = skippedEvents(row.value("skipped").toString());
    result.reachedFence = row.value("looked_at").toLongLong() < size.events &&
                          result.events == row.value("looked_at").toLongLong();
    // After the commit: what it missed, the sweep over all streams finds.
    if (const auto released =
            releaseStreams(connection, orderedStreams(row.value("ordered_streams").toString()));
        !released)
        qWarning("release streams after fan-out: %s", qPrintable(released.error().why));
    return result;
}

Result<FanOutResult> passOneByOne(PgConnection &connection)
{
    auto transaction = Transaction::begin(connection);
    if (!transaction)
        return fail(transaction.error());
    const auto next = connection.query(nextEventSql, {}, fanOutWhat);
    if (!next)
        return fail(next.error());
    FanOutResult result;
    if (next->isEmpty())
        return result;
    const QSqlRecord &event = next->constFirst();
    const auto passed = makeJobsOneByOne(connection, event.value("id").toString(), {});
    if (!passed)
        return fail(passed.error());
    const auto moved = connection.execute(moveSql,
                                          {{QStringLiteral(":txid"), event.value("txid")},
                                           {QStringLiteral(":position"), event.value("position")}},
                                          fanOutWhat);
    if (!moved)
        return fail(moved.error());
    if (Done committed = transaction->commit(); !committed)
        return fail(committed.error());
    result.events = 1;
    result.jobs = passed->jobs;
    result.skipped = passed->skipped;
    result.reachedFence = false;
    return result;
}

} // namespace signalbox
