#include "app/database/overview_tables.h"

namespace signalbox {

namespace {

// Versions are counted from 1, so the longest streams are among those with the highest versions; their events
// are then counted.
QString eventsPerStream()
{
    return QStringLiteral(
        "SELECT stream.id AS stream_id, counted.events, counted.current_version FROM "
        "(SELECT id FROM event_streams ORDER BY current_version DESC, id LIMIT 30) stream "
        "CROSS JOIN LATERAL (SELECT count(1) AS events, max(version) AS current_version FROM events "
        "WHERE stream_id = stream.id) counted ORDER BY counted.events DESC, stream.id LIMIT 10");
}

QString eventsByType()
{
    return QStringLiteral("SELECT event_type, count(1) AS events, min(created_at) AS first_seen, "
                          "max(created_at) AS last_seen FROM events "
                          "WHERE created_at >= to_timestamp(:from::bigint) GROUP BY event_type ORDER BY "
                          "events DESC, event_type LIMIT 50");
}

QString snapshotCoverage()
{
    return QStringLiteral(
        "SELECT stream.id AS stream_id, stream.current_version, coalesce(snapshot.version, 0) AS "
        "last_snapshot_version, "
        "stream.current_version - coalesce(snapshot.version, 0) AS events_since_snapshot FROM event_streams "
        "stream "
        "CROSS JOIN LATERAL (SELECT max(version) AS version FROM event_snapshots WHERE stream_id = "
        "stream.id) snapshot "
        "WHERE stream.current_version > 100 AND stream.current_version - coalesce(snapshot.version, 0) > 100 "
        "ORDER BY events_since_snapshot DESC, stream.id LIMIT 50");
}

QString queueStatus()
{
    const QString counted = QStringLiteral("SELECT '%1' AS status, count(1) AS jobs, min(created_at) AS "
                                           "oldest, avg(attempts)::float8 AS avg_attempts, "
                                           "%2 AS in_range FROM webhook_jobs WHERE status = '%1'%3");
    QStringList parts;
    for (const char *status : {"pending", "processing", "failed", "cancelled"})
        parts << counted.arg(QLatin1String(status), QStringLiteral("false"), QString());
    parts << counted.arg(QStringLiteral("completed"), QStringLiteral("true"),
                         QStringLiteral(" AND created_at >= to_timestamp(:from::bigint)"));
    return QStringLiteral(
               "SELECT status, jobs, oldest, avg_attempts, in_range FROM (%1) counted WHERE jobs > 0")
        .arg(parts.join(QStringLiteral(" UNION ALL ")));
}

// All jobs of an endpoint in two parts: the index by endpoint holds the closed ones.
QString failingEndpoints()
{
    return QStringLiteral(
        "SELECT failed.endpoint_id, endpoint.url, endpoint.enabled, failed.jobs AS failed_jobs, total.jobs "
        "AS total_jobs, "
        "round(100.0 * failed.jobs / total.jobs, 2)::float8 AS failure_rate "
        "FROM (SELECT endpoint_id, count(1) AS jobs FROM webhook_jobs "
        "WHERE status = 'failed' AND created_at >= to_timestamp(:from::bigint) GROUP BY endpoint_id) failed "
        "JOIN webhook_endpoints endpoint ON endpoint.id = failed.endpoint_id AND endpoint.removed_at IS NULL "
        "CROSS JOIN LATERAL (SELECT sum(jobs)::bigint AS jobs FROM ("
        "SELECT count(1) AS jobs FROM webhook_jobs job WHERE job.endpoint_id = failed.endpoint_id "
        "AND job.created_at >= to_timestamp(:from::bigint) AND job.status NOT IN ('pending', 'processing') "
        "UNION ALL "
        "SELECT count(1) AS jobs FROM webhook_jobs job WHERE job.endpoint_id = failed.endpoint_id "
        "AND job.created_at >= to_timestamp(:from::bigint) AND job.status IN ('pending', 'processing')) "
        "part) total "
        "ORDER BY failure_rate DESC, failed.jobs DESC, failed.endpoint_id LIMIT 50");
}

QString deliveryPerformance()
{
    return QStringLiteral(
        "SELECT endpoint_id, count(1) AS total_deliveries, avg(duration_ms)::float8 AS avg_duration, "
        "percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95_duration, "
        "count(1) FILTER (WHERE status_code BETWEEN 200 AND 299) AS successful, "
        "count(1) FILTER (WHERE status_code >= 400) AS failed FROM webhook_deliveries "
        "WHERE created_at > now() - interval '1 hour' GROUP BY endpoint_id ORDER BY total_deliveries DESC, "
        "endpoint_id");
}

} // namespace

Done readOverviewTables(PgConnection &connection, const OverviewRange &range, Overview &overview)
{
    struct Query
    {
        QString sql;
        QList<QSqlRecord> Overview::*rows;
        bool isRanged;
    };
    const Query queries[] = {
        {eventsPerStream(), &Overview::eventsPerStream, false},
        {eventsByType(), &Overview::eventsByType, true},
        {snapshotCoverage(), &Overview::snapshotCoverage, false},
        {queueStatus(), &Overview::queueStatus, true},
        {failingEndpoints(), &Overview::failingEndpointRows, true},
        {deliveryPerformance(), &Overview::deliveryPerformance, false},
    };
    const Bindings from{{":from", range.fromSeconds}};
    for (const Query &query : queries) {
        auto rows = connection.query(query.sql, query.isRanged ? from : Bindings(),
                                     QStringLiteral("read the overview"));
        if (!rows)
            return fail(rows.error());
        overview.*query.rows = std::move(*rows);
    }
    return {};
}

} // namespace signalbox
