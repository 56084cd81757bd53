#include "app/database/fan_out_rebase.h"

#include "app/database/fan_out.h"
#include "app/database/fan_out_origin.h"

#include <QElapsedTimer>

namespace signalbox {

namespace {

const QString rebaseWhat = QStringLiteral("rebase fan-out");
constexpr qint64 firstChunk = 500;
constexpr qint64 largestChunk = 5'000;
constexpr qint64 aimedMs = 60;

// The point, with what a rebase has to know of it. A restored endpoint counts as created when it was
// restored: the transaction that wrote its row here. What was appended since, and passed without a job
// because the endpoint named a transaction still to come, lies behind `since_txid`.
QString originSql()
{
    static const QString sql =
        QStringLiteral(R"(
origin AS MATERIALIZED (
    SELECT point.*, least(point.txid, since.txid) AS since_txid,
           CASE WHEN since.txid <= point.txid THEN 0 ELSE point.position END AS since_position
    FROM (SELECT point.txid, point.position, coalesce(point.rebase_since::text::bigint, %1) AS writer,
                 point.rebase_since IS NOT NULL OR %5 AS is_foreign
          FROM signalbox_fan_out point) point
    CROSS JOIN (SELECT min(%2) AS writer
                FROM webhook_endpoints endpoint
                WHERE endpoint.removed_at IS NULL AND %3) endpoint
    CROSS JOIN LATERAL (
        SELECT least(CASE WHEN point.is_foreign THEN point.writer END, endpoint.writer)::text::xid8 AS txid) since
), classified AS (
    SELECT event.id, event.txid, event.position, %4 AS is_foreign,
           CASE WHEN %4 THEN origin.is_foreign AND (event.txid, event.position) > (origin.txid, origin.position)
                ELSE (event.txid, event.position) > (origin.since_txid, origin.since_position) END AS is_due
    FROM events event
    CROSS JOIN origin
    WHERE event.txid IS NOT NULL
))")
            .arg(writerTxidSql(QStringLiteral("point")), writerTxidSql(QStringLiteral("endpoint")),
                 foreignRowSql(QStringLiteral("endpoint"), QStringLiteral("created_txid")),
                 foreignRowSql(QStringLiteral("event"), QStringLiteral("txid")),
                 foreignPointSql(QStringLiteral("point")));
    return sql;
}

QString wordOf(RebasePoint::From from)
{
    switch (from) {
    case RebasePoint::From::Now:
        return QStringLiteral("now");
    case RebasePoint::From::Checkpoint:
        return QStringLiteral("checkpoint");
    case RebasePoint::From::Position:
        break;
    }
    return QStringLiteral("position");
}

Bindings bindingsOf(const RebasePoint &point)
{
    return {{":from", wordOf(point.from)}, {":position", point.position}};
}

// The row says that a rebase is under way, so that fan-out stands still, and from where on its events come.
Done beginRebase(PgConnection &connection)
{
    const QString sql =
        QStringLiteral(R"(
UPDATE signalbox_fan_out point
SET rebase_txid = coalesce(rebase_txid, pg_snapshot_xmin(pg_current_snapshot())),
    rebase_since = CASE WHEN rebase_txid IS NULL AND %1 THEN %2::text::xid8 ELSE rebase_since END)")
            .arg(foreignPointSql(QStringLiteral("point")), writerTxidSql(QStringLiteral("point")));
    const auto begun = connection.execute(sql, {}, rebaseWhat);
    if (!begun)
        return fail(begun.error());
    if (*begun != 1)
        return fail(noFanOutRow());
    return {};
}

// The events to be rewritten, in their order: one reading of the table, no locks.
Result<qint64> freezeEvents(PgConnection &connection, const RebasePoint &point)
{
    if (Done made = connection.executeRaw(QStringLiteral(R"(
DROP TABLE IF EXISTS pg_temp.signalbox_rebase;
CREATE TEMPORARY TABLE signalbox_rebase (place bigint PRIMARY KEY, id uuid NOT NULL, txid xid8 NOT NULL, kept boolean NOT NULL))"),
                                          rebaseWhat);
        !made)
        return fail(made.error());
    const auto frozen = connection.execute(QStringLiteral("WITH ") + originSql() + QStringLiteral(R"(
INSERT INTO pg_temp.signalbox_rebase (place, id, txid, kept)
SELECT row_number() OVER (ORDER BY txid, position), id, txid, kept
FROM (SELECT id, txid, position, is_foreign,
             CASE :from::text WHEN 'position' THEN coalesce(position > :position::bigint, false)
                              WHEN 'checkpoint' THEN coalesce(is_due, false)
                              ELSE false END AS kept
      FROM classified) event
WHERE is_foreign OR (kept AND :from::text = 'position'))"),
                                           bindingsOf(point), rebaseWhat);
    if (!frozen)
        return fail(frozen.error());
    if (Done known = connection.executeRaw(QStringLiteral("ANALYZE pg_temp.signalbox_rebase"), rebaseWhat);
        !known)
        return fail(known.error());
    return *frozen;
}

// Kept events get the number of the transaction that rewrites them, so that they come in their order after
// the checkpoint; the others become history.
Done rewriteEvents(PgConnection &connection, qint64 total,
                   const std::function<void(const ActionProgress &)> &progress)
{
    qint64 chunk = firstChunk;
    QElapsedTimer time;
    for (qint64 done = 0; done < total;) {
        time.start();
        const auto rewritten = connection.execute(QStringLiteral(R"(
UPDATE events event
SET txid = CASE WHEN frozen.kept THEN pg_current_xact_id() END,
    position = CASE WHEN frozen.kept THEN event.position END
FROM pg_temp.signalbox_rebase frozen
WHERE frozen.place > :done::bigint AND frozen.place <= :done::bigint + :chunk::bigint
  AND event.id = frozen.id AND event.txid = frozen.txid)"),
                                                  {{":done", done}, {":chunk", chunk}}, rebaseWhat);
        if (!rewritten)
            return fail(rewritten.error());
        done = qMin(total, done + chunk);
        chunk = qBound<qint64>(50, chunk * aimedMs / qMax<qint64>(1, time.elapsed()), largestChunk);
        if (progress)
            progress({done, total});
    }
    return connection.executeRaw(QStringLiteral("DROP TABLE pg_temp.signalbox_rebase"), rebaseWhat);
}

// A job of an ordered endpoint waits for the transactions that were under way when it was made: those of
// another cluster never end here.
Done forgetFences(PgConnection &connection)
{
    for (;;) {
        const auto forgotten =
            connection.execute(QStringLiteral(R"(
UPDATE webhook_jobs
SET order_fence = NULL
WHERE id IN (SELECT job.id
             FROM webhook_jobs job
             WHERE job.order_key IS NOT NULL AND job.status IN ('pending', 'processing') AND %1
             LIMIT 1000))")
                                   .arg(foreignRowSql(QStringLiteral("job"), QStringLiteral("order_fence"))),
                               {}, rebaseWhat);
        if (!forgotten)
            return fail(forgotten.error());
        if (*forgotten == 0)
            return {};
    }
}

Done endRebase(PgConnection &connection, const RebasePoint &point)
{
    const QString sql = QStringLiteral("WITH ") + originSql() +
                        QStringLiteral(R"(, endpoint AS (
    UPDATE webhook_endpoints endpoint
    SET created_txid = %1::text::xid8, created_snapshot = NULL
    WHERE %2
)
UPDATE signalbox_fan_out point
SET txid = CASE WHEN :from::text = 'checkpoint' THEN origin.since_txid ELSE point.rebase_txid END,
    position = CASE WHEN :from::text = 'checkpoint' THEN origin.since_position ELSE 0 END,
    system_identifier = (SELECT system_identifier FROM pg_control_system()),
    rebase_txid = NULL, rebase_since = NULL, updated_at = now()
FROM origin)")
                            .arg(writerTxidSql(QStringLiteral("endpoint")),
                                 foreignRowSql(QStringLiteral("endpoint"), QStringLiteral("created_txid")));
    const auto ended = connection.execute(sql, {{":from", wordOf(point.from)}}, rebaseWhat);
    if (!ended)
        return fail(ended.error());
    return {};
}

} // namespace

Result<FanOutStatus> readFanOutStatus(PgConnection &connection)
{
    const auto point = readFanOutPoint(connection);
    if (!point)
        return fail(point.error());
    const auto rows =
        connection.query(QStringLiteral(R"(
SELECT format('%s/%s', point.txid, point.position) AS checkpoint,
       (SELECT count(1) FROM signalbox_fan_out_skipped) AS skipped,
       (SELECT count(1)
        FROM ((SELECT 1 FROM events WHERE txid = point.txid AND position > point.position LIMIT :cap::bigint)
              UNION ALL
              (SELECT 1 FROM events WHERE txid > point.txid LIMIT :cap::bigint)
              LIMIT :cap::bigint) event) AS waiting
FROM signalbox_fan_out point)"),
                         {{":cap", FanOutStatus::waitingCap}}, QStringLiteral("read the state of fan-out"));
    if (!rows)
        return fail(rows.error());
    if (rows->isEmpty())
        return fail(noFanOutRow());
    FanOutStatus status;
    status.enabled = point->enabled;
    status.stopped = point->stopped;
    status.needsRebase = !point->stopped.isEmpty();
    status.checkpoint = rows->constFirst().value("checkpoint").toString();
    status.waiting = rows->constFirst().value("waiting").toLongLong();
    status.skipped = rows->constFirst().value("skipped").toLongLong();
    return status;
}

Result<RebasePreview> previewRebase(PgConnection &connection, const RebasePoint &point)
{
    const QString sql = QStringLiteral("WITH ") + originSql() +
                        QStringLiteral(R"(
SELECT count(1) FILTER (WHERE is_foreign) AS restored,
       count(1) FILTER (WHERE CASE :from::text WHEN 'position' THEN position > :position::bigint
                                               WHEN 'checkpoint' THEN is_due
                                               ELSE false END) AS fanned_out,
       count(1) FILTER (WHERE is_due AND NOT EXISTS (SELECT FROM webhook_jobs job WHERE job.event_id = event.id))
           AS without_job,
       (SELECT count(1) FROM webhook_endpoints endpoint WHERE endpoint.removed_at IS NULL AND %1) AS endpoints
FROM classified event)")
                            .arg(foreignRowSql(QStringLiteral("endpoint"), QStringLiteral("created_txid")));
    const auto rows = connection.query(sql, bindingsOf(point), QStringLiteral("preview: ") + rebaseWhat);
    if (!rows)
        return fail(rows.error());
    const QSqlRecord &row = rows->constFirst();
    return RebasePreview{row.value("restored").toLongLong(), row.value("fanned_out").toLongLong(),
                         row.value("without_job").toLongLong(), row.value("endpoints").toLongLong()};
}

Done rebaseFanOut(PgConnection &connection, const RebasePoint &point, const QString &reason,
                  const std::function<void(const ActionProgress &)> &progress)
{
    if (Done begun = beginRebase(connection); !begun)
        return begun;
    const auto frozen = freezeEvents(connection, point);
    if (!frozen)
        return fail(frozen.error());
    if (Done rewritten = rewriteEvents(connection, *frozen, progress); !rewritten)
        return rewritten;
    if (Done forgotten = forgetFences(connection); !forgotten)
        return forgotten;
    if (Done noted = noteFanOutAct(connection, rebaseWhat, reason); !noted)
        return noted;
    return endRebase(connection, point);
}

} // namespace signalbox
