#include "app/database/overview_series.h"

#include "app/database/overview_histogram.h"
#include "app/database/row_estimate.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

const QString seriesWhat = QStringLiteral("read the overview");

QString withinRange(const QString &column)
{
    return QStringLiteral("%1 >= to_timestamp(:from::bigint) AND %1 < to_timestamp(:to::bigint)").arg(column);
}

/// How a table is read: whole, or that part of its blocks which brings about as many rows as may be read.
struct Reading
{
    QString source;
    Bindings bindings; ///< the range's, and :percent of a sample
    double factor = 1; ///< rows of the table for one that is read
    bool isSample = false;
};

// A sample never takes more blocks than this: a table of fat rows would be read from disk for seconds.
constexpr double mostBlocks = 6'000;

Result<Reading> readingOf(PgConnection &connection, const QString &table, const OverviewRange &range)
{
    const auto rows = expectedRows(
        connection,
        QStringLiteral("SELECT FROM %1 WHERE %2").arg(table, withinRange(QStringLiteral("created_at"))),
        {{":from", range.fromSeconds}, {":to", range.toSeconds()}});
    if (!rows)
        return fail(rows.error());
    Reading reading{table, range.bindings()};
    if (*rows <= range.exactRows)
        return reading;
    const auto size = estimateTable(connection, table);
    if (!size)
        return fail(size.error());
    constexpr double wantedRows = 100'000;
    const double percent = std::min({100.0, 100.0 * wantedRows / double(std::max<qint64>(*rows, 1)),
                                     100.0 * mostBlocks / double(std::max<qint64>(size->blocks, 1))});
    // A sample is taken of the whole table: for a small part of it an index brings all rows as fast.
    if (range.exactRows > 0 && double(*rows) <= double(size->rows) * percent / 100.0)
        return reading;
    reading.source += QStringLiteral(" TABLESAMPLE SYSTEM (:percent::float4) REPEATABLE (1)");
    reading.bindings.append({":percent", percent});
    reading.factor = 100.0 / percent;
    reading.isSample = true;
    return reading;
}

/// Rows of a table per bucket: (bucket, rows).
QString countPerBucket(const QString &source, const QString &column,
                       const QString &condition = QStringLiteral("true"))
{
    return QStringLiteral(R"(
SELECT %1, counted
FROM (SELECT %2, count(1) AS counted FROM %3 WHERE %4 AND %5 GROUP BY 1) grouped)")
        .arg(bucketNumber(), binOf(column), source, condition, withinRange(column));
}

/// Rows (bucket, count ...) into `use`, those outside the range left out.
template <typename Use>
Done forEachBucket(PgConnection &connection, const QString &sql, const Bindings &bindings,
                   const OverviewRange &range, Use use)
{
    const auto rows = connection.query(sql, bindings, seriesWhat);
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

QString attemptSql(const QString &source)
{
    return QStringLiteral(R"(
SELECT %1, kind, is_test, duration_bin, attempts
FROM (SELECT %2,
             CASE
                 WHEN status_code BETWEEN 200 AND 299 THEN 'succeeded'
                 WHEN status_code IS NOT NULL THEN 'failed'
                 WHEN outcome = 'no-answer' THEN 'no-answer'
                 WHEN outcome IS NULL THEN 'failed'
                 ELSE 'never-connected'
             END AS kind,
             is_test, %3 AS duration_bin, count(1) AS attempts
      FROM %4
      WHERE %5
      GROUP BY 1, 2, 3, 4) grouped)")
        .arg(bucketNumber(), binOf(QStringLiteral("created_at")),
             QLatin1String(LatencyHistogram::binExpression()), source,
             withinRange(QStringLiteral("created_at")));
}

void takeLatency(const OverviewRange &range, const QList<LatencyHistogram> &histograms, Overview &overview)
{
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
}

} // namespace

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
    constexpr qint64 rowsPerMs = 500;
    OverviewRange range;
    range.exactRows = rowsPerMs * request.scanBudgetMs;
    range.bucketSeconds = int((request.windowSeconds + request.buckets - 1) / request.buckets);
    const auto bucketOf = [&range](qint64 second) { return second / range.bucketSeconds; };
    const qint64 last =
        bucketOf(request.untilSeconds ? *request.untilSeconds - 1 : now->constFirst().value(0).toLongLong());
    // A range of the past may begin within a bucket and end within another.
    const qint64 first = request.untilSeconds ? bucketOf(*request.untilSeconds - request.windowSeconds)
                                              : last - request.buckets + 1;
    range.buckets = int(last - first + 1);
    range.fromSeconds = first * range.bucketSeconds;
    return range;
}

Result<QList<qint64>> readAttemptSeries(PgConnection &connection, const OverviewRange &range,
                                        Overview &overview)
{
    overview.from = range.startOf(0);
    overview.to = range.startOf(range.buckets);
    overview.bucketSeconds = range.bucketSeconds;
    QList<LatencyHistogram> histograms(range.buckets);
    QList<qint64> delivered(range.buckets);
    for (int bucket = 0; bucket < range.buckets; ++bucket)
        overview.attempts.append(AttemptBucket{range.startOf(bucket)});
    const auto reading = readingOf(connection, QStringLiteral("webhook_deliveries"), range);
    if (!reading)
        return fail(reading.error());
    const Done done = forEachBucket(
        connection, attemptSql(reading->source), reading->bindings, range,
        [&](int bucket, const QSqlRecord &row) {
            const qint64 count = std::llround(row.value("attempts").toDouble() * reading->factor);
            const QString kind = row.value("kind").toString();
            if (kind == QLatin1String("succeeded"))
                delivered[bucket] += count;
            if (row.value("is_test").toBool())
                return;
            addAttempts(overview.attempts[bucket], kind, count);
            overview.attemptsLast += count;
            if (kind != QLatin1String("never-connected")) // no time passed between request and answer
                histograms[bucket].add(row.value("duration_bin").toInt(), count);
        });
    if (!done)
        return fail(done.error());
    takeLatency(range, histograms, overview);
    overview.isEstimated = reading->isSample;
    return delivered;
}

Done readEventSeries(PgConnection &connection, const OverviewRange &range, Overview &overview)
{
    overview.eventsPerBucket.fill(0, range.buckets);
    const auto reading = readingOf(connection, QStringLiteral("events"), range);
    if (!reading)
        return fail(reading.error());
    return forEachBucket(connection, countPerBucket(reading->source, QStringLiteral("created_at")),
                         reading->bindings, range, [&](int bucket, const QSqlRecord &row) {
                             overview.eventsPerBucket[bucket] =
                                 std::llround(row.value(1).toDouble() * reading->factor);
                         });
}

} // namespace signalbox
