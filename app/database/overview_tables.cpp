#include "app/database/overview_tables.h"

#include "app/database/overview_samples.h"
#include "app/database/row_estimate.h"

namespace signalbox {

namespace {

const QString monitoringWhat = QStringLiteral("read the overview");
constexpr int shownRows = 50;
constexpr qint64 scannableRows = 3'000'000; ///< beyond these a scan is not even tried

QString describedSql(Monitoring query)
{
    switch (query) {
    case Monitoring::EventsPerStream:
        return QStringLiteral(R"(
SELECT stream_id, COUNT(*), MAX(version) as current_version
FROM events
%1
GROUP BY stream_id
ORDER BY COUNT(*) DESC
LIMIT 10)");
    case Monitoring::EventsByType:
        return QStringLiteral(R"(
SELECT event_type, COUNT(*),
       MIN(created_at) as first_seen,
       MAX(created_at) as last_seen
FROM events
%1
GROUP BY event_type
ORDER BY COUNT(*) DESC)");
    case Monitoring::SnapshotCoverage:
        return QStringLiteral(R"(
SELECT
    s.id as stream_id,
    s.current_version,
    COALESCE(MAX(sn.version), 0) as last_snapshot_version,
    s.current_version - COALESCE(MAX(sn.version), 0) as events_since_snapshot
FROM event_streams s
LEFT JOIN event_snapshots sn ON s.id = sn.stream_id
%1
GROUP BY s.id, s.current_version
HAVING s.current_version - COALESCE(MAX(sn.version), 0) > 100
ORDER BY events_since_snapshot DESC)");
    case Monitoring::QueueStatus:
        return QStringLiteral(R"(
SELECT status, COUNT(*),
       MIN(created_at) as oldest,
       AVG(attempts) as avg_attempts
FROM webhook_jobs
%1
GROUP BY status)");
    case Monitoring::FailingEndpoints:
        return QStringLiteral(R"(
SELECT
    endpoint_id,
    COUNT(*) FILTER (WHERE status = 'failed') as failed_jobs,
    COUNT(*) as total_jobs,
    ROUND(100.0 * COUNT(*) FILTER (WHERE status = 'failed') / COUNT(*), 2) as failure_rate
FROM webhook_jobs
%1
GROUP BY endpoint_id
HAVING COUNT(*) FILTER (WHERE status = 'failed') > 0
ORDER BY failure_rate DESC)");
    case Monitoring::DeliveryPerformance:
        break;
    }
    return QStringLiteral(R"(
SELECT
    endpoint_id,
    COUNT(*) as total_deliveries,
    AVG(duration_ms) as avg_duration,
    PERCENTILE_CONT(0.95) WITHIN GROUP (ORDER BY duration_ms) as p95_duration,
    COUNT(*) FILTER (WHERE status_code >= 200 AND status_code < 300) as successful,
    COUNT(*) FILTER (WHERE status_code >= 400) as failed
FROM webhook_deliveries
%1
GROUP BY endpoint_id)");
}

/// What a window shows of a list, in an order that does not change from one reading to the next.
QString shownOrder(Monitoring query)
{
    switch (query) {
    case Monitoring::EventsPerStream:
        return QStringLiteral("listed.count DESC, listed.stream_id");
    case Monitoring::EventsByType:
        return QStringLiteral("listed.count DESC, listed.event_type");
    case Monitoring::SnapshotCoverage:
        return QStringLiteral("listed.events_since_snapshot DESC, listed.stream_id");
    case Monitoring::QueueStatus:
        return QStringLiteral("listed.status");
    case Monitoring::FailingEndpoints:
        return QStringLiteral("listed.failure_rate DESC, listed.failed_jobs DESC, listed.endpoint_id");
    case Monitoring::DeliveryPerformance:
        break;
    }
    return QStringLiteral("listed.total_deliveries DESC, listed.endpoint_id");
}

QString shownSql(Monitoring query, const QString &sql)
{
    return QStringLiteral("SELECT listed.* FROM (%1) listed ORDER BY %2 LIMIT %3")
        .arg(sql, shownOrder(query))
        .arg(shownRows);
}

// The same as the description's, without reading the many streams that are too short to matter.
QString snapshotCoverage(Reach reach)
{
    return QStringLiteral(R"(
SELECT s.id AS stream_id, s.current_version, coalesce(sn.version, 0) AS last_snapshot_version,
       s.current_version - coalesce(sn.version, 0) AS events_since_snapshot
FROM event_streams s
CROSS JOIN LATERAL (SELECT max(version) AS version FROM event_snapshots WHERE stream_id = s.id) sn
WHERE s.current_version > 100 AND s.current_version - coalesce(sn.version, 0) > 100 AND %1)")
        .arg(reach == Reach::All
                 ? QStringLiteral("true")
                 : QStringLiteral("s.updated_at > now() - :window::bigint * interval '1 second'"));
}

Bindings windowOf(Reach reach, const OverviewRequest &request)
{
    return reach == Reach::All ? Bindings() : Bindings{{":window", request.windowSeconds}};
}

/// The rows of an exact answer, or none where it would take longer than `budgetMs`.
Result<std::optional<QList<QSqlRecord>>> scanWithin(PgConnection &connection, const QString &sql,
                                                    const Bindings &bindings, int budgetMs)
{
    auto transaction = Transaction::begin(connection);
    if (!transaction)
        return fail(transaction.error());
    if (const Done limited = connection.executeRaw(
            QStringLiteral("SET LOCAL statement_timeout = %1").arg(budgetMs), monitoringWhat);
        !limited)
        return fail(limited.error());
    auto rows = connection.query(sql, bindings, monitoringWhat);
    if (!rows && rows.error().sqlState == QLatin1String("57014"))
        return std::optional<QList<QSqlRecord>>();
    if (!rows)
        return fail(rows.error());
    if (const Done ended = transaction->commit(); !ended)
        return fail(ended.error());
    return std::optional(std::move(*rows));
}

} // namespace

QString monitoringName(Monitoring query)
{
    static const std::array<QString, everyMonitoring.size()> names{
        QStringLiteral("events_per_stream"), QStringLiteral("events_by_type"),
        QStringLiteral("snapshot_coverage"), QStringLiteral("queue_status"),
        QStringLiteral("failing_endpoints"), QStringLiteral("delivery_performance")};
    return names.at(std::size_t(query));
}

QString monitoringSql(Monitoring query, Reach reach)
{
    const QString sql = describedSql(query);
    if (reach == Reach::All)
        return sql.arg(QString());
    // A stream belongs to the range in which it grew last.
    return sql.arg(QStringLiteral("WHERE %1 > NOW() - :window::bigint * INTERVAL '1 second'")
                       .arg(query == Monitoring::SnapshotCoverage ? QStringLiteral("s.updated_at")
                                                                  : QStringLiteral("created_at")));
}

Result<MonitoringList> readMonitoring(PgConnection &connection, Monitoring query,
                                      const OverviewRequest &request)
{
    MonitoringList list;
    list.reach = request.reaches.at(std::size_t(query));
    const QString sampled = sampledSql(query, list.reach);
    const QString exact = shownSql(query, monitoringSql(query, list.reach));
    const Bindings window = windowOf(list.reach, request);
    if (sampled.isEmpty()) {
        auto rows = connection.query(shownSql(query, snapshotCoverage(list.reach)), window, monitoringWhat);
        if (!rows)
            return fail(rows.error());
        list.rows = std::move(*rows);
        return list;
    }
    const auto size = estimateTable(connection, sampledTable(query));
    if (!size)
        return fail(size.error());
    const bool isBounded = list.reach == Reach::Range;
    if (request.scanBudgetMs > 0 && (isBounded || size->rows <= scannableRows)) {
        auto rows = scanWithin(connection, exact, window, request.scanBudgetMs);
        if (!rows)
            return fail(rows.error());
        if (*rows) {
            list.rows = std::move(**rows);
            return list;
        }
    }
    auto rows = connection.query(shownSql(query, sampled),
                                 window + Bindings{{":percent", samplePercent(*size)}}, monitoringWhat);
    if (!rows)
        return fail(rows.error());
    list.rows = std::move(*rows);
    list.isEstimated = true;
    return list;
}

Done readOverviewTables(PgConnection &connection, const OverviewRequest &request, Overview &overview)
{
    for (const Monitoring query : everyMonitoring) {
        auto list = readMonitoring(connection, query, request);
        if (!list)
            return fail(list.error());
        overview.list(query) = std::move(*list);
    }
    return {};
}

} // namespace signalbox
