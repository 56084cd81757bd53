#pragma once

#include "app/core/console.h"

#include <QDateTime>
#include <QList>
#include <QString>

#include <optional>

namespace signalbox {

/// One line or band of a chart. `state` names its colour (theme::stateFromName); `hatched` sets two of one
/// colour apart.
struct ChartSeries
{
    QString id;
    QString label;
    QString state;
    bool hatched = false;
    QList<std::optional<double>> values; ///< one per position; none: nothing was measured
};

enum class ChartUnit { PerMinute, Milliseconds, Jobs };

/// What a chart over time draws: positions and the series' values there.
struct ChartData
{
    QDateTime from, to;
    int bucketSeconds = 60;
    QList<QDateTime> starts; ///< of the buckets, or the moments of samples
    QList<qint64> drawnAtMs; ///< where each is drawn, ms since the epoch: the middle of a bucket, the moment
                             ///< of a sample
    ChartUnit unit = ChartUnit::PerMinute;
    QList<ChartSeries> series;

    /// Nothing measured, or nothing but zeros.
    bool isEmpty() const;
};

/// Attempts per minute by outcome. The last bucket is still filling: it counts for the time it has run, and
/// is left out while that is less than a quarter, where one attempt would look like a burst.
ChartData attemptChart(const Overview &overview);
ChartData latencyChart(const Overview &overview);
ChartData depthChart(const Overview &overview);

/// Values for the small charts of the cards.
QList<double> depthTrend(const Overview &overview);
QList<double> deliveredTrend(const Overview &overview);
QList<double> failureTrend(const Overview &overview);
QList<double> latencyTrend(const Overview &overview);
QList<double> eventTrend(const Overview &overview);

} // namespace signalbox
