#include "app/database/overview_series.h"

#include "app/database/overview_histogram.h"

namespace signalbox {

namespace {

const QString seriesWhat = QStringLiteral("read the overview");

// Which bucket a moment falls into. date_bin counts in whole microseconds, several times faster than
// extract(epoch), which is numeric; it is therefore turned into a number per group, not per row. Both ends of
// the range are bound: a row of the year 9999 or of infinity has no number.
QString binOf(const QString &column)
{
    return QStringLiteral(
               "date_bin(:bucket::integer * interval '1 s', %1, to_timestamp(:from::bigint)) AS bin")
        .arg(column);
}

QString bucketNumber()
{
    return QStringLiteral(
        "((extract(epoch FROM bin)::bigint - :from::bigint) / :bucket::integer)::integer AS bucket");
}

/// Rows of a table per bucket: (bucket, rows).
QString countPerBucket(const QString &table, const QString &column,
                       const QString &condition = QStringLiteral("true"))
{
    return QStringLiteral("SELECT %1, counted FROM (SELECT %2, count(1) AS counted FROM %3 "
                          "WHERE %4 AND %5 >= to_timestamp(:from::bigint) "
                          "AND %5 < to_timestamp(:to::bigint) GROUP BY 1) grouped")
        .arg(bucketNumber(), binOf(column), table, condition, column);
}

/// Rows (bucket, count ...) into `use`, those outside the range left out.
template <typename Use>
Done forEachBucket(PgConnection &connection, const QString &sql, const OverviewRange &range, Use use)
{
    const auto rows = connection.query(sql, range.bindings(), seriesWhat);
    if (!rows)
        return fail(rows.error());
    for (const QSqlRecord &row : *rows) {
        const int bucket = row.value(0).toInt();
        if (bucket >= 0 && bucket < range.buckets)
            use(bucket, row);
    }
    return {};
}

void addAttempts(AttemptBucket &bucket, const QString &kind, qint64 count)
{
    if (kind == QLatin1String("succeeded"))
        bucket.succeeded += count;
    else if (kind == QLatin1String("failed"))
        bucket.failed += count;
    else if (kind == QLatin1String("no-answer"))
        bucket.noAnswer += count;
    else
        bucket.neverConnected += count;
}

} // namespace

Bindings OverviewRange::bindings() const
{
    return {{":from", fromSeconds}, {":to", toSeconds()}, {":bucket", bucketSeconds}};
}

QDateTime OverviewRange::startOf(int bucket) const
{
    return QDateTime::fromSecsSinceEpoch(fromSeconds + qint64(bucket) * bucketSeconds, Qt::UTC);
}

Result<OverviewRange> overviewRange(PgConnection &connection, const OverviewRequest &request)
{
    if (request.windowSeconds < 1 || request.buckets < 1)
        return fail(Error::Kind::Refused, seriesWhat, QStringLiteral("the range is empty"));
    const auto now =
        connection.query(QStringLiteral("SELECT floor(extract(epoch FROM now()))::bigint"), {}, seriesWhat);
    if (!now)
        return fail(now.error());
    OverviewRange range;
    range.buckets = request.buckets;
    range.bucketSeconds = int((request.windowSeconds + request.buckets - 1) / request.buckets);
    const qint64 last = now->constFirst().value(0).toLongLong() / range.bucketSeconds * range.bucketSeconds;
    range.fromSeconds = last - qint64(range.buckets - 1) * range.bucketSeconds;
    return range;
}

Done readAttemptSeries(PgConnection &connection, const OverviewRange &range, Overview &overview)
{
    overview.from = range.startOf(0);
    overview.to = range.startOf(range.buckets);
    overview.bucketSeconds = range.bucketSeconds;
    QList<LatencyHistogram> histograms(range.buckets);
    for (int bucket = 0; bucket < range.buckets; ++bucket)
        overview.attempts.append(AttemptBucket{range.startOf(bucket)});
    const QString sql =
        QStringLiteral(
            "SELECT %1, kind, duration_bin, attempts FROM (SELECT %2, "
            "CASE WHEN status_code BETWEEN 200 AND 299 THEN 'succeeded' "
            "WHEN status_code IS NOT NULL THEN 'failed' WHEN outcome = 'no-answer' THEN 'no-answer' "
            "WHEN outcome IS NULL THEN 'failed' ELSE 'never-connected' END AS kind, "
            "%3 AS duration_bin, count(1) AS attempts FROM webhook_deliveries "
            "WHERE created_at >= to_timestamp(:from::bigint) AND created_at < to_timestamp(:to::bigint) "
            "GROUP BY 1, 2, 3) grouped")
            .arg(bucketNumber(), binOf(QStringLiteral("created_at")),
                 QLatin1String(LatencyHistogram::binExpression()));
    const Done done = forEachBucket(connection, sql, range, [&](int bucket, const QSqlRecord &row) {
        const qint64 count = row.value(QStringLiteral("attempts")).toLongLong();
        addAttempts(overview.attempts[bucket], row.value(QStringLiteral("kind")).toString(), count);
        histograms[bucket].add(row.value(QStringLiteral("duration_bin")).toInt(), count);
        overview.attemptsLast += count;
    });
    if (!done)
        return done;
    LatencyHistogram whole;
    for (int bucket = 0; bucket < range.buckets; ++bucket) {
        const LatencyHistogram &part = histograms.at(bucket);
        overview.latency.append({range.startOf(bucket), part.percentileMs(0.5), part.percentileMs(0.95),
                                 part.percentileMs(0.99)});
        overview.deliveredLast += overview.attempts.at(bucket).succeeded;
        whole.add(part);
    }
    overview.p50Ms = whole.percentileMs(0.5);
    overview.p95Ms = whole.percentileMs(0.95);
    return {};
}

Done readDepthSeries(PgConnection &connection, const OverviewRange &range, Overview &overview)
{
    QList<qint64> grown(range.buckets); // created minus finished, per bucket
    for (int bucket = 0; bucket < range.buckets; ++bucket)
        grown[bucket] = -overview.attempts.at(bucket).succeeded;
    const QString jobs = QStringLiteral("webhook_jobs");
    const QString created = countPerBucket(jobs, QStringLiteral("created_at"));
    if (Done done = forEachBucket(
            connection, created, range,
            [&](int bucket, const QSqlRecord &row) { grown[bucket] += row.value(1).toLongLong(); });
        !done)
        return done;
    for (const char *status : {"failed", "cancelled"}) {
        const QString ended = countPerBucket(jobs, QStringLiteral("updated_at"),
                                             QStringLiteral("status = '%1'").arg(QLatin1String(status)));
        if (Done done = forEachBucket(
                connection, ended, range,
                [&](int bucket, const QSqlRecord &row) { grown[bucket] -= row.value(1).toLongLong(); });
            !done)
            return done;
    }
    const auto open = connection.query(
        QStringLiteral("SELECT count(1) FROM webhook_jobs WHERE status IN ('pending', 'processing')"), {},
        seriesWhat);
    if (!open)
        return fail(open.error());
    qint64 depth = open->constFirst().value(0).toLongLong();
    for (int bucket = range.buckets - 1; bucket >= 0; --bucket) {
        overview.depth.prepend({range.startOf(bucket + 1), depth});
        depth = qMax<qint64>(0, depth - grown.at(bucket));
    }
    return {};
}

Done readEventSeries(PgConnection &connection, const OverviewRange &range, Overview &overview)
{
    overview.eventsPerBucket.fill(0, range.buckets);
    return forEachBucket(connection, countPerBucket(QStringLiteral("events"), QStringLiteral("created_at")),
                         range, [&](int bucket, const QSqlRecord &row) {
                             overview.eventsPerBucket[bucket] = row.value(1).toLongLong();
                         });
}

} // namespace signalbox
