#include "models/chart_series.h"

#include <QCoreApplication>

#include <algorithm>

namespace signalbox {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("ChartSeries", text);
}

ChartData emptyChart(const Overview &overview, ChartUnit unit)
{
    ChartData data;
    data.from = overview.from;
    data.to = overview.to;
    data.bucketSeconds = std::max(1, overview.bucketSeconds);
    data.unit = unit;
    return data;
}

/// Seconds of the bucket that have passed.
double elapsedSeconds(const QDateTime &start, const ChartData &data)
{
    const double elapsed = double(start.msecsTo(data.to)) / 1'000.0;
    return std::clamp(elapsed, 0.0, double(data.bucketSeconds));
}

void addBucket(ChartData &data, const QDateTime &start)
{
    data.starts.append(start);
    data.drawnAtMs.append(start.toMSecsSinceEpoch() + data.bucketSeconds * 500LL);
}

template <typename Buckets, typename Value> QList<double> trend(const Buckets &buckets, Value value)
{
    QList<double> values;
    values.reserve(buckets.size());
    for (const auto &bucket : buckets)
        values.append(value(bucket));
    return values;
}

} // namespace

bool ChartData::isEmpty() const
{
    return std::all_of(series.cbegin(), series.cend(), [](const ChartSeries &line) {
        return std::all_of(line.values.cbegin(), line.values.cend(),
                           [](const std::optional<double> &value) { return value.value_or(0) == 0; });
    });
}

ChartData attemptChart(const Overview &overview)
{
    ChartData data = emptyChart(overview, ChartUnit::PerMinute);
    data.series = {
        {QStringLiteral("succeeded"), translated("2xx"), QStringLiteral("ok"), false, {}},
        {QStringLiteral("failed"), translated("other code"), QStringLiteral("failure"), false, {}},
        {QStringLiteral("no-answer"), translated("no answer"), QStringLiteral("ambiguous"), false, {}},
        {QStringLiteral("never-connected"),
         translated("never connected"),
         QStringLiteral("unreached"),
         true,
         {}},
    };
    for (const AttemptBucket &bucket : overview.attempts) {
        const double seconds = elapsedSeconds(bucket.start, data);
        if (seconds < data.bucketSeconds / 4.0)
            continue;
        addBucket(data, bucket.start);
        const double perMinute = 60.0 / seconds;
        data.series[0].values.append(double(bucket.succeeded) * perMinute);
        data.series[1].values.append(double(bucket.failed) * perMinute);
        data.series[2].values.append(double(bucket.noAnswer) * perMinute);
        data.series[3].values.append(double(bucket.neverConnected) * perMinute);
    }
    return data;
}

ChartData latencyChart(const Overview &overview)
{
    ChartData data = emptyChart(overview, ChartUnit::Milliseconds);
    data.series = {
        {QStringLiteral("p50"), translated("p50"), QStringLiteral("information"), false, {}},
        {QStringLiteral("p95"), translated("p95"), QStringLiteral("warning"), false, {}},
        {QStringLiteral("p99"), translated("p99"), QStringLiteral("held"), false, {}},
    };
    for (const LatencyBucket &bucket : overview.latency) {
        addBucket(data, bucket.start);
        data.series[0].values.append(bucket.p50Ms);
        data.series[1].values.append(bucket.p95Ms);
        data.series[2].values.append(bucket.p99Ms);
    }
    return data;
}

ChartData depthChart(const Overview &overview)
{
    ChartData data = emptyChart(overview, ChartUnit::Jobs);
    data.series = {{QStringLiteral("open"), translated("open"), QStringLiteral("information"), false, {}}};
    for (const DepthPoint &point : overview.depth) {
        data.starts.append(point.at);
        data.drawnAtMs.append(point.at.toMSecsSinceEpoch());
        data.series[0].values.append(double(point.depth));
    }
    return data;
}

QList<double> depthTrend(const Overview &overview)
{
    return trend(overview.depth, [](const DepthPoint &point) { return double(point.depth); });
}

QList<double> deliveredTrend(const Overview &overview)
{
    return trend(overview.attempts, [](const AttemptBucket &bucket) { return double(bucket.succeeded); });
}

QList<double> failureTrend(const Overview &overview)
{
    return trend(overview.attempts, [](const AttemptBucket &bucket) {
        return double(bucket.failed + bucket.noAnswer + bucket.neverConnected);
    });
}

QList<double> latencyTrend(const Overview &overview)
{
    QList<double> values;
    for (const LatencyBucket &bucket : overview.latency) {
        if (bucket.p95Ms)
            values.append(*bucket.p95Ms);
    }
    return values;
}

QList<double> eventTrend(const Overview &overview)
{
    return trend(overview.eventsPerBucket, [](qint64 events) { return double(events); });
}

} // namespace signalbox
