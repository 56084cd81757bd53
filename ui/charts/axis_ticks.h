#pragma once

#include "models/chart_series.h"

#include <QDateTime>
#include <QList>
#include <QString>

namespace signalbox {

/// Values for grid lines from 0 to at least `highest`, on steps of 1, 2, 2.5 or 5 times a power of ten; 4 to
/// 5 steps. Whole units (jobs) never get fractions.
QList<double> valueTicks(double highest, bool wholeNumbers);

struct TimeTick
{
    QDateTime at;
    QString label;
};

/// Moments on round times of the shown zone (every 10 minutes, every day ...), at most `most` of them, with
/// what is worth saying there: the time, the date at midnight.
QList<TimeTick> timeTicks(const QDateTime &from, const QDateTime &to, int most);

/// A value with its unit, for the hover box: "791/min", "412 ms", "1,284".
QString unitText(ChartUnit unit, double value);
/// A value beside a grid line; only the topmost carries the unit.
QString tickText(ChartUnit unit, double value, double highest);
/// The time of a bucket, as exact as its width asks for, with the zone, and with the date where the chart
/// spans more than one day.
QString bucketText(const QDateTime &start, int bucketSeconds, bool withDate);

} // namespace signalbox
