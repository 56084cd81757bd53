#include "app/database/overview_queries.h"

#include "app/database/endpoint_standing_query.h"
#include "app/database/fan_out_origin.h"
#include "app/database/overview_series.h"
#include "app/database/overview_tables.h"
#include "app/database/queue_gauges_query.h"
#include "app/database/table_sql.h"

#include <algorithm>

namespace signalbox {

namespace {

const QString overviewWhat = QStringLiteral("read the overview");
constexpr int railCap = 10'000;
constexpr int dueCap = 100'000;
constexpr double lagWorthNaming = 5.0; ///< seconds

Result<QSqlRecord> readRow(PgConnection &connection, const QString &sql, const Bindings &bindings = {})
{
    const auto rows = connection.query(sql, bindings, overviewWhat);
    if (!rows)
        return fail(rows.error());
    return rows->isEmpty() ? QSqlRecord() : rows->constFirst();
}

RowCount countOf(const QueueClassDepth &depth)
{
    return {depth.isCapped ? RowCount::Kind::AtLeast : RowCount::Kind::Exact, depth.jobs};
}

// Within a transaction.
Done readDue(PgConnection &connection, Overview &overview)
{
    const auto depths = readQueueDepths(connection, dueCap);
    if (!depths)
        return fail(depths.error());
    DueJobs &due = overview.due;
    for (const QueueClassDepth &depth : *depths) {
        const RowCount count = countOf(depth);
        if (depth.endpointClass == readyClass()) {
            due.ready = count;
            if (count.rows > 0)
                due.oldestReadySeconds = depth.oldestDueSeconds;
        } else if (depth.endpointClass == QLatin1String("throttled")) {
            due.throttled = count;
        } else if (depth.endpointClass == QLatin1String("breaker-open")) {
            due.breaker = count;
        } else {
            due.disabled = count;
        }
    }
    return {};
}

Done readEndpoints(PgConnection &connection, Overview &overview)
{
    auto judged = readStandings(connection);
    if (!judged)
        return fail(judged.error());
    overview.judged = std::move(*judged);
    overview.endpoints = overview.judged.size();
    overview.disabledEndpoints =
        std::count_if(overview.judged.cbegin(), overview.judged.cend(),
                      [](const JudgedEndpoint &endpoint) { return !endpoint.standing.isEnabled; });
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

} // namespace

Result<Overview> readOverviewFigures(PgConnection &connection, const OverviewRequest &request)
{
    Overview overview;
    const auto range = overviewRange(connection, request);
    if (!range)
        return fail(range.error());
    const auto delivered = readAttemptSeries(connection, *range, overview);
    if (!delivered)
        return fail(readableTimeout(delivered.error()));
    if (Done done = readDepthSeries(connection, *range, *delivered, overview); !done)
        return fail(readableTimeout(done.error()));
    if (Done done = readEventSeries(connection, *range, overview); !done)
        return fail(readableTimeout(done.error()));
    for (const auto step : {readFanOut, readDue, readEndpoints}) {
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
    return {{jobs, QStringLiteral("failed"),
             QStringLiteral("SELECT count(1) FROM (SELECT 1 FROM webhook_jobs WHERE status = 'failed' "
                            "AND NOT is_test LIMIT %1) failed")
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

// What needs to know how the endpoints stand.
Done readRailJudgements(PgConnection &connection, const ConsoleRights &rights, RailCounts &counts)
{
    const auto maySee = [&rights](const char *table) { return rights.maySee(QLatin1String(table)); };
    if (!maySee("webhook_endpoints") || !maySee("signalbox_endpoint_state"))
        return {};
    auto transaction = Transaction::begin(connection);
    if (!transaction)
        return fail(transaction.error());
    if (maySee("webhook_jobs")) {
        const auto depths = readQueueDepths(connection, railCap);
        if (!depths)
            return fail(depths.error());
        for (const QueueClassDepth &depth : *depths) {
            if (depth.endpointClass == readyClass())
                counts.dueJobs = countOf(depth);
        }
    }
    if (maySee("webhook_deliveries")) {
        const auto judged = readStandings(connection);
        if (!judged)
            return fail(judged.error());
        counts.failingEndpoints =
            std::count_if(judged->cbegin(), judged->cend(),
                          [](const JudgedEndpoint &endpoint) { return isFailing(endpoint.standing); });
    }
    return transaction->commit();
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
    RailCounts counts;
    counts.failedJobs = cappedFigureOf(*row, "failed");
    counts.endpoints = figureOf(*row, "endpoints");
    counts.workers = figureOf(*row, "workers");
    counts.vanishedWorkers = figureOf(*row, "vanished_workers");
    if (Done done = readRailJudgements(connection, rights, counts); !done)
        return fail(done.error());
    return counts;
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
