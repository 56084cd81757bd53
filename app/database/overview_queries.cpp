#include "app/database/overview_queries.h"

#include "app/database/fan_out_origin.h"
#include "app/database/overview_series.h"
#include "app/database/overview_tables.h"
#include "app/database/table_sql.h"

namespace signalbox {

namespace {

const QString overviewWhat = QStringLiteral("read the overview");
constexpr int railCap = 10'000;
constexpr double lagWorthNaming = 5.0; ///< seconds

Result<QSqlRecord> readRow(PgConnection &connection, const QString &sql, const Bindings &bindings = {})
{
    const auto rows = connection.query(sql, bindings, overviewWhat);
    if (!rows)
        return fail(rows.error());
    return rows->isEmpty() ? QSqlRecord() : rows->constFirst();
}

Done readCards(PgConnection &connection, Overview &overview)
{
    const auto due = readRow(
        connection, QStringLiteral("SELECT count(1), extract(epoch FROM now() - min(next_attempt) "
                                   "FILTER (WHERE isfinite(next_attempt)))::float8 "
                                   "FROM webhook_jobs WHERE status = 'pending' AND next_attempt <= now()"));
    if (!due)
        return fail(due.error());
    overview.dueNow = due->value(0).toLongLong();
    if (!due->value(1).isNull())
        overview.oldestDueSeconds = due->value(1).toDouble();
    const auto endpoints =
        readRow(connection, QStringLiteral("SELECT count(1), count(1) FILTER (WHERE NOT enabled) "
                                           "FROM webhook_endpoints WHERE removed_at IS NULL"));
    if (!endpoints)
        return fail(endpoints.error());
    overview.endpoints = endpoints->value(0).toLongLong();
    overview.disabledEndpoints = endpoints->value(1).toLongLong();
    return {};
}

// The transaction with the oldest id still running, in whatever database of the cluster: fan-out waits for
// it.
Result<QString> readFenceHolder(PgConnection &connection)
{
    const auto holder = readRow(
        connection,
        QStringLiteral(
            "SELECT text FROM (SELECT format('database %s, pid %s (%s), open for %s s', datname, pid, "
            "coalesce(nullif(application_name, ''), backend_type), "
            "floor(extract(epoch FROM clock_timestamp() - xact_start))) AS text, age(backend_xid) AS age "
            "FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid() "
            "UNION ALL SELECT format('database %s, prepared transaction %s, open for %s s', database, gid, "
            "floor(extract(epoch FROM clock_timestamp() - prepared))), age(transaction) "
            "FROM pg_prepared_xacts) holder ORDER BY age DESC LIMIT 1"));
    if (!holder)
        return fail(holder.error());
    return holder->value(0).toString();
}

Done readFanOut(PgConnection &connection, Overview &overview)
{
    const auto fanOut = readRow(
        connection,
        QStringLiteral(
            "SELECT checkpoint.enabled, (SELECT CASE WHEN isfinite(event.created_at) "
            "THEN greatest(0, extract(epoch FROM now() - event.created_at))::float8 END "
            "FROM events event WHERE (event.txid, event.position) > (checkpoint.txid, checkpoint.position) "
            "AND event.txid IS NOT NULL ORDER BY event.txid, event.position LIMIT 1) AS lag, "
            "checkpoint.rebase_txid IS NULL AND NOT %1 AS same, "
            "(SELECT count(1) FROM signalbox_fan_out_skipped) AS skipped "
            "FROM signalbox_fan_out checkpoint")
            .arg(restoredSql(QStringLiteral("checkpoint"))));
    if (!fanOut)
        return fail(fanOut.error());
    overview.fanOutEnabled = fanOut->value(QStringLiteral("enabled")).toBool();
    overview.fanOutForeignCluster = overview.fanOutEnabled && !fanOut->value(QStringLiteral("same")).toBool();
    overview.fanOutSkipped = fanOut->value(QStringLiteral("skipped")).toLongLong();
    // Txids of another cluster mean nothing here, so neither does a lag made of them.
    if (!overview.fanOutEnabled || overview.fanOutForeignCluster)
        return {};
    overview.eventLagSeconds = fanOut->value(QStringLiteral("lag")).toDouble();
    if (*overview.eventLagSeconds < lagWorthNaming)
        return {};
    const auto holder = readFenceHolder(connection);
    if (!holder)
        return fail(holder.error());
    overview.fenceHolder = *holder;
    return {};
}

Done countFailing(PgConnection &connection, Overview &overview)
{
    const auto failing = readRow(connection, QStringLiteral(R"(
SELECT count(1) FROM (
    SELECT FROM webhook_deliveries WHERE created_at > now() - interval '1 hour'
    GROUP BY endpoint_id
    HAVING count(1) FILTER (WHERE status_code BETWEEN 200 AND 299) * 2 < count(1)) failing)"));
    if (!failing)
        return fail(failing.error());
    overview.failingEndpoints = failing->value(0).toLongLong();
    return {};
}

} // namespace

Result<Overview> readOverviewFigures(PgConnection &connection, const OverviewRequest &request)
{
    Overview overview;
    const auto range = overviewRange(connection, request);
    if (!range)
        return fail(range.error());
    using Step = Done (*)(PgConnection &, const OverviewRange &, Overview &);
    static constexpr Step steps[] = {readAttemptSeries, readDepthSeries, readEventSeries};
    for (const Step step : steps) {
        if (Done done = step(connection, *range, overview); !done)
            return fail(readableTimeout(done.error()));
    }
    for (const auto step : {readCards, countFailing, readFanOut}) {
        if (Done done = step(connection, overview); !done)
            return fail(readableTimeout(done.error()));
    }
    return overview;
}

Result<Overview> readOverview(PgConnection &connection, const OverviewRequest &request)
{
    auto overview = readOverviewFigures(connection, request);
    if (!overview)
        return overview;
    if (Done done = readOverviewTables(connection, request, *overview); !done)
        return fail(readableTimeout(done.error()));
    return overview;
}

namespace {

struct RailFigure
{
    QString table;
    QString name;
    QString sql;
};

QList<RailFigure> railFigures()
{
    const QString jobs = QStringLiteral("webhook_jobs");
    const QString workers = QStringLiteral("signalbox_workers");
    return {{jobs, QStringLiteral("due"),
             QStringLiteral("SELECT count(1) FROM (SELECT 1 FROM webhook_jobs WHERE status = 'pending' "
                            "AND next_attempt <= now() LIMIT %1) due")
                 .arg(railCap + 1)},
            {jobs, QStringLiteral("failed"),
             QStringLiteral("SELECT count(1) FROM (SELECT 1 FROM webhook_jobs WHERE status = 'failed' "
                            "LIMIT %1) failed")
                 .arg(railCap + 1)},
            {QStringLiteral("webhook_endpoints"), QStringLiteral("endpoints"),
             QStringLiteral("SELECT count(1) FROM webhook_endpoints WHERE removed_at IS NULL")},
            {workers, QStringLiteral("workers"),
             QStringLiteral("SELECT count(1) FROM signalbox_workers WHERE heartbeat_at > now() - "
                            "interval '60 s'")},
            {workers, QStringLiteral("vanished_workers"),
             QStringLiteral("SELECT count(1) FROM signalbox_workers WHERE heartbeat_at BETWEEN now() - "
                            "interval '1 h' AND now() - interval '60 s'")}};
}

std::optional<qint64> figureOf(const QSqlRecord &row, const char *name)
{
    const QVariant value = row.value(QLatin1String(name));
    return value.isNull() ? std::nullopt : std::optional(value.toLongLong());
}

std::optional<RowCount> cappedFigureOf(const QSqlRecord &row, const char *name)
{
    const std::optional<qint64> rows = figureOf(row, name);
    if (!rows)
        return std::nullopt;
    return *rows > railCap ? RowCount{RowCount::Kind::AtLeast, railCap}
                           : RowCount{RowCount::Kind::Exact, *rows};
}

} // namespace

Result<RailCounts> readRailCounts(PgConnection &connection, const ConsoleRights &rights)
{
    QStringList columns;
    for (const RailFigure &figure : railFigures()) {
        columns << (rights.maySee(figure.table) ? QStringLiteral("(%1) AS %2").arg(figure.sql, figure.name)
                                                : QStringLiteral("NULL::bigint AS ") + figure.name);
    }
    const auto row = readRow(connection, QStringLiteral("SELECT ") + columns.join(QStringLiteral(", ")));
    if (!row)
        return fail(row.error());
    return RailCounts{cappedFigureOf(*row, "due"), cappedFigureOf(*row, "failed"),
                      figureOf(*row, "endpoints"), figureOf(*row, "workers"),
                      figureOf(*row, "vanished_workers")};
}

Result<QList<QSqlRecord>> readWorkers(PgConnection &connection)
{
    return connection.query(QStringLiteral(R"(
SELECT worker.id::text AS id,
       CASE WHEN worker.heartbeat_at <= now() - interval '60 s' THEN 'vanished'
            WHEN worker.in_flight > 0 OR NOT worker.idle THEN 'delivering'
            ELSE 'idle' END AS state,
       worker.host, worker.pid, worker.version, worker.in_flight, worker.slots, worker.heartbeat_at,
       worker.started_at
FROM signalbox_workers worker
ORDER BY worker.heartbeat_at <= now() - interval '60 s', worker.host, worker.started_at, worker.id
LIMIT 200)"),
                            {}, QStringLiteral("read the workers"));
}

} // namespace signalbox
