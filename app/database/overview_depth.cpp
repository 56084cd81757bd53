#include "app/database/overview_series.h"
#include "app/database/row_estimate.h"

#include <cmath>

namespace signalbox {

namespace {

const QString depthWhat = QStringLiteral("read the overview");

/// Jobs of these are looked for by the moment of their last change, which no index knows: among all where
/// they are few, else among those made in the days before the range.
struct EndedJobs
{
    QString condition;
    qint64 rows = 0;
};

Result<EndedJobs> endedJobs(PgConnection &connection, const OverviewRange &range, const QString &status)
{
    constexpr qint64 few = 50'000;
    constexpr qint64 daysOfRetries = 3;
    EndedJobs ended{QStringLiteral("status = '%1'").arg(status)};
    const QString sql = QStringLiteral("SELECT FROM webhook_jobs WHERE ");
    auto rows = expectedRows(connection, sql + ended.condition);
    if (rows && *rows > few) {
        ended.condition += QStringLiteral(" AND created_at >= to_timestamp(%1)")
                               .arg(range.fromSeconds - daysOfRetries * 86'400);
        rows = expectedRows(connection, sql + ended.condition);
    }
    if (!rows)
        return fail(rows.error());
    ended.rows = *rows;
    return ended;
}

Result<qint64> countOpen(PgConnection &connection)
{
    const auto open = connection.query(
        QStringLiteral("SELECT count(1) FROM webhook_jobs WHERE status IN ('pending', 'processing')"), {},
        depthWhat);
    if (!open)
        return fail(open.error());
    return open->constFirst().value(0).toLongLong();
}

// Created minus finished, per bucket.
Done addGrowth(PgConnection &connection, const OverviewRange &range, const QString &condition,
               const QString &column, int sign, QList<qint64> &grown)
{
    const auto rows = connection.query(QStringLiteral(R"(
SELECT %1, counted
FROM (SELECT %2, count(1) AS counted
      FROM webhook_jobs
      WHERE %3 AND %4 >= to_timestamp(:from::bigint) AND %4 < to_timestamp(:to::bigint)
      GROUP BY 1) grouped)")
                                           .arg(bucketNumber(), binOf(column), condition, column),
                                       range.bindings(), depthWhat);
    if (!rows)
        return fail(rows.error());
    for (const QSqlRecord &row : *rows)
        grown[row.value(0).toInt()] += sign * row.value(1).toLongLong();
    return {};
}

Done walkBack(PgConnection &connection, const OverviewRange &range, const QList<EndedJobs> &ended,
              const QList<qint64> &delivered, Overview &overview)
{
    QList<qint64> grown(range.buckets);
    for (int bucket = 0; bucket < range.buckets; ++bucket)
        grown[bucket] = -delivered.at(bucket);
    if (Done done =
            addGrowth(connection, range, QStringLiteral("true"), QStringLiteral("created_at"), 1, grown);
        !done)
        return done;
    for (const EndedJobs &jobs : ended) {
        if (Done done = addGrowth(connection, range, jobs.condition, QStringLiteral("updated_at"), -1, grown);
            !done)
            return done;
    }
    auto depth = countOpen(connection);
    if (!depth)
        return fail(depth.error());
    for (int bucket = range.buckets - 1; bucket >= 0; --bucket) {
        overview.depth.prepend({range.startOf(bucket + 1), *depth});
        *depth = qMax<qint64>(0, *depth - grown.at(bucket));
    }
    return {};
}

// A job was open from its creation to its last change. Differences of large sampled numbers would be noise,
// so the jobs that were open at the end of a bucket are counted themselves.
QString sampledSpansSql()
{
    return QStringLiteral(R"(
SELECT ((extract(epoch FROM first)::bigint - :from::bigint) / :bucket::integer)::integer AS first,
       ((extract(epoch FROM last)::bigint - :from::bigint) / :bucket::integer)::integer AS last, counted
FROM (SELECT date_bin(:bucket::integer * interval '1 s',
                      greatest(created_at, to_timestamp(:from::bigint - :bucket::integer)), to_timestamp(:from::bigint)) AS first,
             date_bin(:bucket::integer * interval '1 s',
                      CASE WHEN status IN ('pending', 'processing') THEN to_timestamp(:to::bigint) ELSE updated_at END,
                      to_timestamp(:from::bigint)) AS last,
             count(1) AS counted
      FROM webhook_jobs TABLESAMPLE SYSTEM (:percent::float4) REPEATABLE (1)
      WHERE created_at < to_timestamp(:to::bigint)
            AND (status IN ('pending', 'processing')
                 OR updated_at >= to_timestamp(:from::bigint) AND updated_at < to_timestamp(:to::bigint))
      GROUP BY 1, 2) span
WHERE first < last)");
}

Done sampleDepth(PgConnection &connection, const OverviewRange &range, Overview &overview)
{
    const auto size = estimateTable(connection, QStringLiteral("webhook_jobs"));
    if (!size)
        return fail(size.error());
    const double percent = samplePercent(*size);
    const auto rows =
        connection.query(sampledSpansSql(), range.bindings() + Bindings{{":percent", percent}}, depthWhat);
    if (!rows)
        return fail(rows.error());
    QList<double> depth(range.buckets);
    for (const QSqlRecord &row : *rows) {
        const int last = qMin(row.value("last").toInt(), range.buckets);
        for (int bucket = qMax(0, row.value("first").toInt()); bucket < last; ++bucket)
            depth[bucket] += row.value("counted").toDouble() * 100.0 / percent;
    }
    for (int bucket = 0; bucket < range.buckets; ++bucket)
        overview.depth.append({range.startOf(bucket + 1), std::llround(depth.at(bucket))});
    overview.isEstimated = true;
    return {};
}

} // namespace

Done readDepthSeries(PgConnection &connection, const OverviewRange &range, const QList<qint64> &delivered,
                     Overview &overview)
{
    QList<EndedJobs> ended;
    const auto created = expectedRows(
        connection, QStringLiteral("SELECT FROM webhook_jobs WHERE created_at >= to_timestamp(%1) "
                                   "AND created_at < to_timestamp(%2)")
                        .arg(range.fromSeconds)
                        .arg(range.toSeconds()));
    const auto open = expectedRows(
        connection, QStringLiteral("SELECT FROM webhook_jobs WHERE status IN ('pending', 'processing')"));
    if (!created || !open)
        return fail(created ? open.error() : created.error());
    // Indexes alone answer these two; the others are read row by row.
    bool isCheap = !overview.isEstimated && *created <= 2 * range.exactRows && *open <= 2 * range.exactRows;
    for (const char *status : {"failed", "cancelled"}) {
        const auto jobs = endedJobs(connection, range, QLatin1String(status));
        if (!jobs)
            return fail(jobs.error());
        ended.append(*jobs);
        isCheap = isCheap && jobs->rows <= range.exactRows / 4;
    }
    return isCheap ? walkBack(connection, range, ended, delivered, overview)
                   : sampleDepth(connection, range, overview);
}

} // namespace signalbox
