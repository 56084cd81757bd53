#include "app/database/fan_out_origin.h"

namespace signalbox {

namespace {

const QString xmaxSql = QStringLiteral("pg_snapshot_xmax(pg_current_snapshot())::text::bigint");

// Looks before fan-out leaps: its statement would fire the queue's wake trigger even for no row, and lock for
// nothing. ORDER BY and LIMIT hold the planner to the index of the global order; with EXISTS it read a
// million entries. Two looks instead of one comparison of rows: a scan for (txid, position) > (…) ends at the
// first event without a position. The next thousand events are looked at for restored ones, because a
// checkpoint that another cluster's txids have not reached yet sees them only when it comes there.
QString pointSql()
{
    static const QString sql =
        QStringLiteral(R"(
SELECT point.enabled,
       point.system_identifier = (SELECT system_identifier FROM pg_control_system()) AS same_cluster,
       point.rebase_txid IS NOT NULL AS rebasing,
       (SELECT count(1) FROM webhook_endpoints WHERE removed_at IS NULL) AS endpoints,
       %1 AS restored,
       (SELECT 1
        FROM events event
        WHERE event.txid = point.txid AND event.position > point.position
          AND event.txid < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY event.position
        LIMIT 1) IS NOT NULL
       OR (SELECT 1
           FROM events event
           WHERE event.txid > point.txid AND event.txid < pg_snapshot_xmin(pg_current_snapshot())
           ORDER BY event.txid, event.position
           LIMIT 1) IS NOT NULL AS waiting,
       EXISTS (
           SELECT
           FROM (SELECT event.txid, %2 AS writer
                 FROM events event
                 WHERE event.txid > point.txid AND event.txid < pg_snapshot_xmin(pg_current_snapshot())
                 ORDER BY event.txid, event.position
                 LIMIT 1000) next
           WHERE next.writer < next.txid::text::bigint) AS restored_next
FROM signalbox_fan_out point)")
            .arg(restoredSql(QStringLiteral("point")), writerTxidSql(QStringLiteral("event")));
    return sql;
}

} // namespace

QString writerTxidSql(const QString &alias)
{
    return QStringLiteral("(%2 - ((%2 - %1.xmin::text::bigint) & 4294967295))").arg(alias, xmaxSql);
}

QString foreignRowSql(const QString &alias, const QString &column)
{
    return QStringLiteral("coalesce(%1.%2 >= pg_snapshot_xmax(pg_current_snapshot()) "
                          "OR %3 < %1.%2::text::bigint, false)")
        .arg(alias, column, writerTxidSql(alias));
}

QString foreignPointSql(const QString &alias)
{
    return QStringLiteral("(%1.txid > pg_snapshot_xmax(pg_current_snapshot()) "
                          "OR (%1.system_identifier <> (SELECT system_identifier FROM pg_control_system()) "
                          "AND coalesce(%1.xmin::text::bigint <> (%1.written_txid::text::bigint & "
                          "4294967295), false)))")
        .arg(alias);
}

QString restoredSql(const QString &alias)
{
    return QStringLiteral(R"((
    %1
    OR coalesce((SELECT event.txid
                 FROM events event
                 WHERE event.txid IS NOT NULL
                 ORDER BY event.txid DESC, event.position DESC
                 LIMIT 1) >= pg_snapshot_xmax(pg_current_snapshot()), false)
    OR EXISTS (SELECT FROM webhook_endpoints endpoint WHERE endpoint.removed_at IS NULL AND %2)))")
        .arg(foreignPointSql(alias),
             foreignRowSql(QStringLiteral("endpoint"), QStringLiteral("created_txid")));
}

Error noFanOutRow()
{
    return Error{Error::Kind::Failed,
                 QStringLiteral("fan-out"),
                 QStringLiteral("its row is missing from signalbox_fan_out"),
                 QStringLiteral("run `signalbox migrate up`"),
                 {},
                 -1};
}

Result<FanOutPoint> readFanOutPoint(PgConnection &connection)
{
    const auto rows = connection.query(pointSql(), {}, QStringLiteral("read the fan-out checkpoint"));
    if (!rows)
        return fail(rows.error());
    if (rows->isEmpty())
        return fail(noFanOutRow());
    const QSqlRecord &row = rows->constFirst();
    FanOutPoint point;
    point.enabled = row.value("enabled").toBool();
    point.waiting = row.value("waiting").toBool();
    point.endpoints = row.value("endpoints").toLongLong();
    point.isUpgraded = !row.value("same_cluster").toBool();
    if (row.value("rebasing").toBool())
        point.stopped = QStringLiteral("fan-out stands still: a rebase was begun and has not ended "
                                       "(`signalbox fan-out rebase` goes on with it)");
    else if (row.value("restored").toBool() || row.value("restored_next").toBool())
        point.stopped =
            QStringLiteral("fan-out stands still: rows were restored from another cluster, so that new "
                           "events would pass without jobs (`signalbox fan-out rebase` mends it)");
    return point;
}

} // namespace signalbox
