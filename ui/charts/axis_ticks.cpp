#include "ui/charts/axis_ticks.h"

#include "models/display_text.h"
#include "models/display_zone.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>

namespace signalbox {

namespace {

constexpr qint64 minuteSeconds = 60;
constexpr qint64 hourSeconds = 60 * minuteSeconds;
constexpr qint64 daySeconds = 24 * hourSeconds;

QString translated(const char *text)
{
    return QCoreApplication::translate("Chart", text);
}

QString decimalText(double value)
{
    const qint64 whole = std::llround(value);
    if (std::abs(value) >= 100 || std::abs(value - double(whole)) < 0.005)
        return numberText(whole);
    return QString::number(value, 'f', std::abs(value) >= 10 ? 1 : 2);
}

qint64 tickSeconds(qint64 range, int most)
{
    constexpr std::array<qint64, 18> steps{10,
                                           15,
                                           30,
                                           minuteSeconds,
                                           2 * minuteSeconds,
                                           5 * minuteSeconds,
                                           10 * minuteSeconds,
                                           15 * minuteSeconds,
                                           30 * minuteSeconds,
                                           hourSeconds,
                                           2 * hourSeconds,
                                           3 * hourSeconds,
                                           6 * hourSeconds,
                                           12 * hourSeconds,
                                           daySeconds,
                                           2 * daySeconds,
                                           5 * daySeconds,
                                           7 * daySeconds};
    const auto fitting =
        std::find_if(steps.cbegin(), steps.cend(), [&](qint64 step) { return range / step <= most; });
    return fitting == steps.cend() ? steps.back() : *fitting;
}

QString tickLabel(const QDateTime &local, qint64 step)
{
    if (step >= daySeconds || local.time() == QTime(0, 0))
        return local.toString(QStringLiteral("d MMM"));
    return local.toString(step < minuteSeconds ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm"));
}

} // namespace

QList<double> valueTicks(double highest, bool wholeNumbers)
{
    constexpr int wantedSteps = 5;
    const double rough = std::max(highest, wholeNumbers ? double(wantedSteps) : 1e-3) / wantedSteps;
    const double magnitude = std::pow(10.0, std::floor(std::log10(rough)));
    double step = magnitude * 10;
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
        const bool fits = factor * magnitude >= rough * 0.999;
        if (fits && (!wholeNumbers || std::floor(factor * magnitude) == factor * magnitude)) {
            step = factor * magnitude;
            break;
        }
    }
    QList<double> ticks{0.0};
    while (ticks.last() < highest || ticks.size() < 2)
        ticks.append(step * double(ticks.size()));
    return ticks;
}

QList<TimeTick> timeTicks(const QDateTime &from, const QDateTime &to, int most)
{
    QList<TimeTick> ticks;
    const qint64 range = from.secsTo(to);
    if (range <= 0 || most < 1)
        return ticks;
    const qint64 step = tickSeconds(range, most);
    // Counted from midnight, so that labels fall on round hours in zones with half-hour offsets too.
    QDate day = shownTime(from).date();
    if (step > daySeconds)
        day = QDate::fromJulianDay(day.toJulianDay() - day.toJulianDay() % (step / daySeconds));
    QDateTime at = shownStartOfDay(day);
    if (step < daySeconds)
        at = at.addSecs(at.secsTo(from) / step * step);
    while (at <= to) {
        if (at >= from)
            ticks.append({at, tickLabel(at, step)});
        if (step >= daySeconds) {
            at = shownStartOfDay(
                at.date().addDays(step / daySeconds)); // a day of a time change is not 24 h long
        } else {
            const QDateTime next = at.addSecs(step);
            at = next.date() == at.date() ? next : shownStartOfDay(next.date());
        }
    }
    return ticks;
}

QString unitText(ChartUnit unit, double value)
{
    switch (unit) {
    case ChartUnit::PerMinute:
        return translated("%1/min").arg(decimalText(value));
    case ChartUnit::Milliseconds:
        return durationText(std::llround(value));
    case ChartUnit::Jobs:
        break;
    }
    return numberText(std::llround(value));
}

QString tickText(ChartUnit unit, double value, double highest)
{
    const bool isTop = value >= highest;
    switch (unit) {
    case ChartUnit::PerMinute:
        return isTop ? translated("%1/min").arg(decimalText(value)) : decimalText(value);
    case ChartUnit::Milliseconds:
        if (highest >= 10'000)
            return isTop ? translated("%1 s").arg(decimalText(value / 1'000)) : decimalText(value / 1'000);
        return isTop ? translated("%1 ms").arg(decimalText(value)) : decimalText(value);
    case ChartUnit::Jobs:
        break;
    }
    return isTop ? translated("%1 jobs").arg(decimalText(value)) : decimalText(value);
}

QString bucketText(const QDateTime &start, int bucketSeconds, bool withDate)
{
    const QDateTime first = shownTime(start);
    const QDateTime last = first.addSecs(bucketSeconds);
    const QString clock =
        bucketSeconds < minuteSeconds ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm");
    const QString date = withDate ? QStringLiteral("ddd d MMM, ") : QString();
    const bool endsLater = withDate && first.date() != last.date();
    return QStringLiteral("%1 – %2 %3")
        .arg(first.toString(date + clock), last.toString(endsLater ? date + clock : clock),
             first.timeZoneAbbreviation());
}

} // namespace signalbox
