#include "models/retry_schedule_text.h"

#include "app/core/endpoint.h"

#include <QRegularExpression>
#include <QStringList>

#include <limits>

namespace signalbox {

namespace {

constexpr int minute = 60;
constexpr int hour = 60 * minute;
constexpr int day = 24 * hour;

QString stepText(int seconds)
{
    if (seconds >= day && seconds % day == 0)
        return QStringLiteral("%1 d").arg(seconds / day);
    if (seconds >= hour && seconds % hour == 0)
        return QStringLiteral("%1 h").arg(seconds / hour);
    if (seconds >= minute && seconds % minute == 0)
        return QStringLiteral("%1 min").arg(seconds / minute);
    return QStringLiteral("%1 s").arg(seconds);
}

int unitSeconds(const QString &unit)
{
    if (unit == QStringLiteral("d"))
        return day;
    if (unit == QStringLiteral("h"))
        return hour;
    return unit == QStringLiteral("m") || unit == QStringLiteral("min") ? minute : 1;
}

} // namespace

QString retryScheduleText(const QList<int> &seconds)
{
    QStringList steps;
    for (const int step : seconds)
        steps.append(stepText(step));
    return steps.join(QStringLiteral(", "));
}

Result<QList<int>> parseRetrySchedule(const QString &text)
{
    static const QRegularExpression step(QStringLiteral("^(\\d{1,9})\\s*(s|min|m|h|d)?$"));
    QList<int> seconds;
    if (text.trimmed().isEmpty())
        return seconds;
    for (const QString &part : text.split(QLatin1Char(','))) {
        const QRegularExpressionMatch match = step.match(part.trimmed());
        const qint64 value = match.captured(1).toLongLong() * unitSeconds(match.captured(2));
        if (!match.hasMatch() || value > std::numeric_limits<int>::max())
            return fail(Error::Kind::Refused, QStringLiteral("retry schedule"),
                        QStringLiteral("\"%1\" is no waiting time").arg(part.trimmed()),
                        QStringLiteral("write 5 s, 5 min, 2 h"));
        seconds.append(int(value));
    }
    if (const Done valid = validateRetrySchedule(seconds); !valid)
        return fail(valid.error());
    return seconds;
}

} // namespace signalbox
