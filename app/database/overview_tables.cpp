#include "app/database/overview_tables.h"

#include "app/database/overview_samples.h"
#include "app/database/row_estimate.h"
#include "app/database/time_budget.h"

#include <QElapsedTimer>

#include <algorithm>

namespace signalbox {

namespace {

const QString monitoringWhat = QStringLiteral("read the overview");
constexpr int shownRows = 50;

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
QString snapshotCoverage(const QString &bound)
{
    return QStringLiteral(R"(
SELECT s.id AS stream_id, s.current_version, coalesce(sn.version, 0) AS last_snapshot_version,
       s.current_version - coalesce(sn.version, 0) AS events_since_snapshot
FROM event_streams s
CROSS JOIN LATERAL (SELECT max(version) AS version FROM event_snapshots WHERE stream_id = s.id) sn
WHERE s.current_version > 100 AND s.current_version - coalesce(sn.version, 0) > 100 AND %1)")
        .arg(bound);
}

/// The column whose moment places a row in a range. A stream belongs to the range in which it grew last.
QString momentOf(Monitoring query)
{
    return query == Monitoring::SnapshotCoverage ? QStringLiteral("s.updated_at")
                                                 : QStringLiteral("created_at");
}

QString boundOf(Monitoring query, const OverviewRequest &request)
{
    if (request.reaches.at(std::size_t(query)) == Reach::All)
        return QStringLiteral("true");
    return request.untilSeconds
               ? QStringLiteral("%1 >= to_timestamp(:until::bigint - :window::bigint) "
                                "AND %1 < to_timestamp(:until::bigint)")
                     .arg(momentOf(query))
               : QStringLiteral("%1 > NOW() - :window::bigint * INTERVAL '1 second'").arg(momentOf(query));
}

/// Whether a query that is answered exactly would be so within the budget.
Result<bool> isWithinBudget(PgConnection &connection, Monitoring query, const OverviewRequest &request)
{
    constexpr qint64 rowsPerMs = 1'300;
    const qint64 most = rowsPerMs * request.scanBudgetMs;
    if (most <= 0)
        return false;
    const auto rows = expectedRows(
        connection,
        QStringLiteral("SELECT FROM %1 WHERE %2").arg(sampledTable(query), boundOf(query, request)),
        monitoringBindings(query, request));
    if (!rows)
        return fail(rows.error());
    return *rows <= most;
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

QString monitoringSql(Monitoring query, const OverviewRequest &request)
{
    const QString sql = describedSql(query);
    return request.reaches.at(std::size_t(query)) == Reach::All
               ? sql.arg(QString())
               : sql.arg(QStringLiteral("WHERE ") + boundOf(query, request));
}

Bindings monitoringBindings(Monitoring query, const OverviewRequest &request)
{
    if (request.reaches.at(std::size_t(query)) == Reach::All)
        return {};
    Bindings bindings{{":window", request.windowSeconds}};
    if (request.untilSeconds)
        bindings.append({":until", *request.untilSeconds});
    return bindings;
}

Result<MonitoringList> readMonitoring(PgConnection &connection, Monitoring query,
                                      const OverviewRequest &request)
{
    MonitoringList list;
    list.reach = request.reaches.at(std::size_t(query));
    const QString sampled = sampledSql(query, boundOf(query, request));
    const Bindings bindings = monitoringBindings(query, request);
    if (sampled.isEmpty()) {
        auto rows = connection.query(shownSql(query, snapshotCoverage(boundOf(query, request))), bindings,
                                     monitoringWhat);
        if (!rows)
            return fail(rows.error());
        list.rows = std::move(*rows);
        return list;
    }
    const auto isCheap = isWithinBudget(connection, query, request);
    if (!isCheap)
        return fail(isCheap.error());
    if (*isCheap) {
        auto rows = readWithin(connection, request.scanBudgetMs, monitoringWhat, [&] {
            return connection.query(shownSql(query, monitoringSql(query, request)), bindings, monitoringWhat);
        });
        if (!rows)
            return fail(rows.error());
        if (*rows) {
            list.rows = std::move(**rows);
            return list;
        }
    }
    const auto size = estimateTable(connection, sampledTable(query));
    if (!size)
        return fail(size.error());
    auto rows = connection.query(shownSql(query, sampled),
                                 bindings + Bindings{{":percent", samplePercent(*size)}}, monitoringWhat);
    if (!rows)
        return fail(rows.error());
    list.rows = std::move(*rows);
    list.isEstimated = true;
    return list;
}

// One budget for all of them: a list that took long leaves less to those after it, but never so little that a
// small table is not counted.
Done readOverviewTables(PgConnection &connection, const OverviewRequest &request, Overview &overview)
{
    constexpr int smallestShare = 6;
    QElapsedTimer sinceStart;
    sinceStart.start();
    for (const Monitoring query : everyMonitoring) {
        OverviewRequest left = request;
        left.scanBudgetMs =
            std::max(request.scanBudgetMs / smallestShare, request.scanBudgetMs - int(sinceStart.elapsed()));
        auto list = readMonitoring(connection, query, left);
        if (!list)
            return fail(list.error());
        overview.list(query) = std::move(*list);
    }
    return {};
}

} // namespace signalbox
