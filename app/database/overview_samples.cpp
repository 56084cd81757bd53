#include "app/database/overview_samples.h"

#include <QStringList>

namespace signalbox {

namespace {

// The largest streams of the sample, and those of the highest versions, which are the largest where none are
// missing. Of each the newest ten thousand events are counted.
QString eventsPerStream(const QString &bound)
{
    return QStringLiteral(R"(
WITH sample AS (
    SELECT stream_id, count(1) AS sampled FROM events TABLESAMPLE SYSTEM (:percent::float4) REPEATABLE (1)
    WHERE %1 GROUP BY stream_id),
candidate AS (
    (SELECT stream_id FROM sample ORDER BY sampled DESC, stream_id LIMIT 15)
    UNION
    (SELECT id FROM event_streams ORDER BY current_version DESC, id LIMIT 15))
SELECT candidate.stream_id,
       CASE WHEN few.looked_at <= 10000 THEN few.counted
            ELSE greatest(few.counted, (sample.sampled * 100.0 / :percent::float8)::bigint) END AS count,
       few.current_version
FROM candidate
CROSS JOIN LATERAL (
    SELECT count(1) AS looked_at, count(1) FILTER (WHERE %1) AS counted,
           max(version) FILTER (WHERE %1) AS current_version
    FROM (SELECT version, created_at FROM events event WHERE event.stream_id = candidate.stream_id
          ORDER BY version DESC LIMIT 10001) newest) few
LEFT JOIN sample ON sample.stream_id = candidate.stream_id
WHERE few.counted > 0
ORDER BY count DESC, candidate.stream_id LIMIT 10)")
        .arg(bound);
}

// Types come one by one from the index that starts with them, as do the moments of the first and last event.
QString eventsByType(const QString &bound)
{
    return QStringLiteral(R"(
WITH RECURSIVE sample AS (
    SELECT event_type, count(1) AS sampled FROM events TABLESAMPLE SYSTEM (:percent::float4) REPEATABLE (1)
    WHERE %1 GROUP BY event_type),
walk AS (
    (SELECT event_type FROM events ORDER BY event_type LIMIT 1)
    UNION ALL
    SELECT (SELECT event.event_type FROM events event WHERE event.event_type > walk.event_type
            ORDER BY event.event_type LIMIT 1)
    FROM walk WHERE walk.event_type IS NOT NULL),
candidate AS (
    (SELECT event_type FROM walk WHERE event_type IS NOT NULL LIMIT 300)
    UNION
    (SELECT event_type FROM sample ORDER BY sampled DESC LIMIT 50))
SELECT candidate.event_type,
       CASE WHEN few.counted <= 1000 THEN few.counted
            ELSE greatest(few.counted, (sample.sampled * 100.0 / :percent::float8)::bigint) END AS count,
       (SELECT created_at FROM events event WHERE event.event_type = candidate.event_type AND %1
        ORDER BY created_at LIMIT 1) AS first_seen,
       (SELECT created_at FROM events event WHERE event.event_type = candidate.event_type AND %1
        ORDER BY created_at DESC LIMIT 1) AS last_seen
FROM candidate
CROSS JOIN LATERAL (
    SELECT count(1) AS counted FROM (SELECT FROM events event
                                     WHERE event.event_type = candidate.event_type AND %1 LIMIT 1001) found) few
LEFT JOIN sample ON sample.event_type = candidate.event_type
WHERE few.counted > 0)")
        .arg(bound);
}

// One part per state: each has an index of its own, which serves only a state that is written out.
QString queueStatus(const QString &bound)
{
    QStringList parts;
    for (const char *status : {"pending", "processing", "completed", "failed", "cancelled"}) {
        const QString name = QLatin1String(status);
        const QString condition = name == QLatin1String("completed")
                                      ? QStringLiteral("status NOT IN ('pending', 'processing') AND "
                                                       "status = 'completed'")
                                      : QStringLiteral("status = '%1'").arg(name);
        parts << QStringLiteral(R"(
SELECT '%1'::text AS status, few.counted, few.avg_attempts,
       (SELECT created_at FROM webhook_jobs WHERE %2 AND %3 ORDER BY created_at LIMIT 1) AS oldest
FROM (SELECT count(1) AS counted, avg(attempts) AS avg_attempts
      FROM (SELECT attempts FROM webhook_jobs WHERE %2 AND %3 LIMIT 10001) found) few
WHERE few.counted > 0)")
                     .arg(name, condition, bound);
    }
    return QStringLiteral(R"(
WITH sample AS (
    SELECT status, count(1) AS sampled, avg(attempts) AS avg_attempts
    FROM webhook_jobs TABLESAMPLE SYSTEM (:percent::float4) REPEATABLE (1)
    WHERE %1 GROUP BY status)
SELECT kind.status,
       CASE WHEN kind.counted <= 10000 THEN kind.counted
            ELSE greatest(kind.counted, (sample.sampled * 100.0 / :percent::float8)::bigint) END AS count,
       kind.oldest,
       CASE WHEN kind.counted <= 10000 THEN kind.avg_attempts
            ELSE coalesce(sample.avg_attempts, kind.avg_attempts) END AS avg_attempts
FROM (%2) kind LEFT JOIN sample ON sample.status = kind.status)")
        .arg(bound, parts.join(QStringLiteral(" UNION ALL ")));
}

// Failed jobs are counted from their own index while they are few.
QString failingEndpoints(const QString &bound)
{
    return QStringLiteral(R"(
WITH sample AS (
    SELECT endpoint_id, count(1) * 100.0 / :percent::float8 AS jobs,
           count(1) FILTER (WHERE status = 'failed') * 100.0 / :percent::float8 AS failed
    FROM webhook_jobs TABLESAMPLE SYSTEM (:percent::float4) REPEATABLE (1)
    WHERE %1 GROUP BY endpoint_id),
newest AS MATERIALIZED (
    SELECT endpoint_id FROM webhook_jobs WHERE status = 'failed' AND %1 ORDER BY created_at DESC LIMIT 20001),
few AS (
    SELECT endpoint_id, count(1) AS counted, (SELECT count(1) FROM newest) <= 20000 AS is_all
    FROM newest GROUP BY endpoint_id),
estimated AS (
    SELECT endpoint_id,
           CASE WHEN few.is_all THEN few.counted
                ELSE greatest(coalesce(few.counted, 0), coalesce(sample.failed, 0)::bigint) END AS failed_jobs,
           coalesce(sample.jobs, 0)::bigint AS jobs
    FROM few FULL JOIN sample USING (endpoint_id)
    WHERE few.counted > 0 OR (sample.failed > 0 AND (SELECT count(1) FROM newest) > 20000))
SELECT endpoint_id, failed_jobs, greatest(jobs, failed_jobs) AS total_jobs,
       round(100.0 * failed_jobs / greatest(jobs, failed_jobs), 2) AS failure_rate
FROM estimated)")
        .arg(bound);
}

QString deliveryPerformance(const QString &bound)
{
    return QStringLiteral(R"(
SELECT endpoint_id, (count(1) * 100.0 / :percent::float8)::bigint AS total_deliveries,
       avg(duration_ms) AS avg_duration,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95_duration,
       (count(1) FILTER (WHERE status_code BETWEEN 200 AND 299) * 100.0 / :percent::float8)::bigint AS successful,
       (count(1) FILTER (WHERE status_code >= 400) * 100.0 / :percent::float8)::bigint AS failed
FROM webhook_deliveries TABLESAMPLE SYSTEM (:percent::float4) REPEATABLE (1)
WHERE %1 GROUP BY endpoint_id)")
        .arg(bound);
}

} // namespace

QString sampledTable(Monitoring query)
{
    switch (query) {
    case Monitoring::EventsPerStream:
    case Monitoring::EventsByType:
        return QStringLiteral("events");
    case Monitoring::QueueStatus:
    case Monitoring::FailingEndpoints:
        return QStringLiteral("webhook_jobs");
    case Monitoring::DeliveryPerformance:
        return QStringLiteral("webhook_deliveries");
    case Monitoring::SnapshotCoverage:
        break;
    }
    return QStringLiteral("event_streams");
}

QString sampledSql(Monitoring query, const QString &bound)
{
    switch (query) {
    case Monitoring::EventsPerStream:
        return eventsPerStream(bound);
    case Monitoring::EventsByType:
        return eventsByType(bound);
    case Monitoring::QueueStatus:
        return queueStatus(bound);
    case Monitoring::FailingEndpoints:
        return failingEndpoints(bound);
    case Monitoring::DeliveryPerformance:
        return deliveryPerformance(bound);
    case Monitoring::SnapshotCoverage:
        break;
    }
    return {};
}

} // namespace signalbox
