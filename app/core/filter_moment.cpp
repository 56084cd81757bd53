#include "app/core/filter_moment.h"

#include <QRegularExpression>

namespace signalbox {

namespace {

QString isoText(const QDateTime &second, int microseconds)
{
    const QString text = second.toUTC().toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss"));
    if (microseconds == 0)
        return text + 'Z';
    return text + QStringLiteral(".%1Z").arg(microseconds, 6, 10, QLatin1Char('0'));
}

int offsetSeconds(const QString &offset)
{
    if (offset == QLatin1String("Z") || offset == QLatin1String("z"))
        return 0;
    QString digits = offset.mid(1);
    digits.remove(':');
    const int seconds = digits.left(2).toInt() * 3600 + digits.mid(2).toInt() * 60;
    return offset.startsWith('-') ? -seconds : seconds;
}

// A day has 23 or 25 hours where clocks change, so its end is the next one's start.
FilterMoment wholeDay(const QDate &date, const QDateTime &now)
{
    const QDateTime start = now.timeSpec() == Qt::LocalTime ? date.startOfDay() : date.startOfDay(Qt::UTC);
    const QDate next = date.addDays(1);
    const QDateTime end = now.timeSpec() == Qt::LocalTime ? next.startOfDay() : next.startOfDay(Qt::UTC);
    return {start.toUTC(), 0, FilterMoment::Unit::Day, end.toUTC().addSecs(-1), date};
}

QDate dateOf(const QString &text, const QDate &today)
{
    if (text.isEmpty() || text == QLatin1String("today"))
        return today;
    return text == QLatin1String("yesterday") ? today.addDays(-1) : QDate::fromString(text, Qt::ISODate);
}

} // namespace

QString FilterMoment::first() const
{
    return isoText(second, microseconds);
}

QString FilterMoment::last() const
{
    return unit == Unit::Microsecond ? first() : isoText(lastSecond, 999'999);
}

std::optional<FilterMoment> parseFilterMoment(const QString &text, const QDateTime &now,
                                              const std::optional<FilterMoment> &start)
{
    static const QRegularExpression form(QStringLiteral(
        R"(^(?:(\d{4}-\d\d-\d\d|yesterday|today)(?:[Tt ](?=\d)|$))?(?:(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|z|[+-]\d\d(?::?\d\d)?)?)?$)"));
    const QRegularExpressionMatch match = form.match(text);
    if (!match.hasMatch() || text.isEmpty())
        return std::nullopt;
    const bool isOfStart = match.captured(1).isEmpty() && start && start->unit != FilterMoment::Unit::Day;
    const QDate date = isOfStart ? start->day : dateOf(match.captured(1), now.date());
    if (!date.isValid())
        return std::nullopt;
    if (match.captured(2).isEmpty())
        return wholeDay(date, now);

    QTime time = QTime::fromString(match.captured(2), QStringLiteral("HH:mm"));
    const bool hasSeconds = !match.captured(3).isEmpty();
    const int seconds = match.captured(3).toInt();
    if (!time.isValid() || seconds > 59)
        return std::nullopt;
    time = time.addSecs(seconds);
    const QString offset = match.captured(5);
    const QDateTime first =
        offset.isEmpty() ? QDateTime(date, time, now.timeSpec() == Qt::LocalTime ? Qt::LocalTime : Qt::UTC)
                         : QDateTime(date, time, Qt::OffsetFromUTC, offsetSeconds(offset));
    if (!first.isValid())
        return std::nullopt;

    FilterMoment moment;
    moment.day = date;
    moment.second = first.toUTC();
    moment.microseconds = match.captured(4).leftJustified(6, '0').toInt();
    moment.unit = !match.captured(4).isEmpty() ? FilterMoment::Unit::Microsecond
                  : hasSeconds                 ? FilterMoment::Unit::Second
                                               : FilterMoment::Unit::Minute;
    moment.lastSecond = moment.unit == FilterMoment::Unit::Minute ? moment.second.addSecs(59) : moment.second;
    return moment;
}

} // namespace signalbox
