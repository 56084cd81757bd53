#include "ui/pages/overview_range.h"

#include "app/core/filter.h"
#include "models/display_zone.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

struct NamedRange
{
    const char *word;
    const char *label;
    const char *spoken;
    qint64 seconds;
    int buckets;
    qint64 refreshMs;
};

constexpr std::array<NamedRange, 5> ranges{{
    {"5m", QT_TRANSLATE_NOOP("OverviewPage", "5 min"), QT_TRANSLATE_NOOP("OverviewPage", "last 5 minutes"),
     300, 60, 1'000},
    {"1h", QT_TRANSLATE_NOOP("OverviewPage", "1 h"), QT_TRANSLATE_NOOP("OverviewPage", "last hour"), 3'600,
     60, 1'000},
    {"24h", QT_TRANSLATE_NOOP("OverviewPage", "24 h"), QT_TRANSLATE_NOOP("OverviewPage", "last 24 hours"),
     86'400, 96, 10'000},
    {"7d", QT_TRANSLATE_NOOP("OverviewPage", "7 d"), QT_TRANSLATE_NOOP("OverviewPage", "last 7 days"),
     604'800, 84, 60'000},
    {"30d", QT_TRANSLATE_NOOP("OverviewPage", "30 d"), QT_TRANSLATE_NOOP("OverviewPage", "last 30 days"),
     2'592'000, 90, 300'000},
}};

constexpr qint64 daySeconds = 86'400;

QString translated(const char *text)
{
    return QCoreApplication::translate("OverviewPage", text);
}

QString clockFormat(const QDateTime &from, const QDateTime &to)
{
    const bool isWhole = from.toSecsSinceEpoch() % 60 == 0 && to.toSecsSinceEpoch() % 60 == 0;
    return isWhole ? QStringLiteral("HH:mm") : QStringLiteral("HH:mm:ss");
}

} // namespace

QStringList namedRangeLabels()
{
    QStringList labels;
    for (const NamedRange &range : ranges)
        labels.append(translated(range.label));
    return labels;
}

ShownRange namedRange(int index)
{
    const NamedRange &range = ranges.at(std::size_t(index));
    return {translated(range.spoken), range.seconds, range.buckets, range.refreshMs, std::nullopt};
}

int namedRangeOf(const QString &word)
{
    const auto range = std::find_if(ranges.cbegin(), ranges.cend(),
                                    [&](const NamedRange &one) { return word == QLatin1String(one.word); });
    return range == ranges.cend() ? -1 : int(range - ranges.cbegin());
}

Result<TimeSpan> typedRange(const QString &text, const QDateTime &now)
{
    QString written = text.simplified();
    written.replace(QChar(0x2013), QStringLiteral("..")); // as the page itself writes ranges
    QStringList ends = written.split(QStringLiteral(".."));
    for (QString &end : ends) {
        end = end.trimmed();
        if (!end.isEmpty())
            end = quoteFilterValue(end);
    }
    const auto filter = parseFilter(QStringLiteral("created:") + ends.join(QStringLiteral("..")),
                                    Table::Deliveries, shownTime(now));
    if (!filter)
        return fail(filter.error());
    const FilterValue value = filter->terms.constFirst().values.constFirst();
    const auto moment = [](const QString &iso) {
        return QDateTime::fromString(iso, Qt::ISODateWithMs).toUTC();
    };
    const bool isRange = value.comparison == Comparison::Range;
    TimeSpan span{moment(value.text), isRange && !value.upper.isEmpty() ? moment(value.upper) : now.toUTC()};
    if (!span.from.isValid() || (!isRange && value.comparison != Comparison::GreaterOrEqual))
        return fail(Error::Kind::Usage, QStringLiteral("range"),
                    translated(QT_TRANSLATE_NOOP("OverviewPage", "it has no beginning")));
    if (span.from >= now)
        return fail(Error::Kind::Usage, QStringLiteral("range"),
                    translated(QT_TRANSLATE_NOOP("OverviewPage", "it has not begun yet")));
    // The last microsecond of a day is the first of the next one to a chart.
    span.to = std::min(QDateTime::fromSecsSinceEpoch((span.to.toMSecsSinceEpoch() + 999) / 1'000, Qt::UTC),
                       QDateTime::fromSecsSinceEpoch(now.toSecsSinceEpoch(), Qt::UTC));
    return span;
}

ShownRange pastRange(const QDateTime &from, const QDateTime &to)
{
    constexpr qint64 wantedBuckets = 60;
    constexpr qint64 refreshMs = 60'000; // what has passed hardly changes
    const qint64 seconds = std::max<qint64>(1, from.secsTo(to));
    return {translated(QT_TRANSLATE_NOOP("OverviewPage", "chosen range")), seconds,
            int(std::min(wantedBuckets, seconds)), refreshMs, to.toSecsSinceEpoch()};
}

QString spanText(const QDateTime &from, const QDateTime &to)
{
    const QDateTime first = shownTime(from);
    const QDateTime last = shownTime(to);
    const QString day = QStringLiteral("d MMM ");
    const QString clock = from.secsTo(to) > daySeconds ? QStringLiteral("HH:mm") : clockFormat(from, to);
    return QStringLiteral("%1 – %2, %3")
        .arg(first.toString(day + clock), last.toString(first.date() == last.date() ? clock : day + clock),
             last.timeZoneAbbreviation());
}

QString shortSpanText(const QDateTime &from, const QDateTime &to)
{
    const QDateTime first = shownTime(from);
    const QDateTime last = shownTime(to);
    const QString clock = clockFormat(from, to);
    const bool isToday = first.date() == shownTime(QDateTime::currentDateTimeUtc()).date();
    const QString day = QStringLiteral("d MMM ");
    return QStringLiteral("%1–%2").arg(
        first.toString(isToday && first.date() == last.date() ? clock : day + clock),
        last.toString(first.date() == last.date() ? clock : day + clock));
}

} // namespace signalbox
