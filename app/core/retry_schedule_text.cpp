#include "app/core/retry_schedule_text.h"

#include "app/core/duration.h"
#include "app/core/endpoint.h"

#include <QStringList>

#include <limits>

namespace signalbox {

QString retryScheduleText(const QList<int> &seconds)
{
    QStringList steps;
    for (const int step : seconds)
        steps.append(writeDuration(step * millisecondsPerSecond));
    return steps.join(QStringLiteral(", "));
}

Result<QList<int>> parseRetrySchedule(const QString &text)
{
    QList<int> seconds;
    if (text.trimmed().isEmpty())
        return seconds;
    for (const QString &part : text.split(QLatin1Char(','))) {
        const auto step = parseDuration(part, millisecondsPerSecond);
        if (!step || *step % millisecondsPerSecond != 0 ||
            *step / millisecondsPerSecond > std::numeric_limits<int>::max())
            return fail(Error::Kind::Refused, QStringLiteral("retry schedule"),
                        QStringLiteral("\"%1\" is no waiting time").arg(part.trimmed()),
                        QStringLiteral("write 5 s, 5 min, 2 h"));
        seconds.append(int(*step / millisecondsPerSecond));
    }
    if (const Done valid = validateRetrySchedule(seconds); !valid)
        return fail(valid.error());
    return seconds;
}

} // namespace signalbox
