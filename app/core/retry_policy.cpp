#include "app/core/retry_policy.h"

#include <QRegularExpression>
#include <QStringList>

#include <algorithm>

namespace signalbox {

namespace {

constexpr double jitter = 0.2;
constexpr qint64 longestHintMs = 24LL * 3600 * 1000;

// Month names of HTTP dates are English whatever the locale.
int monthNumber(const QString &name)
{
    static const QStringList months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return int(months.indexOf(name)) + 1;
}

// RFC 9110 §5.6.7: a two-digit year more than 50 years ahead means the century before.
int fullYear(const QString &text, int currentYear)
{
    int year = text.toInt();
    if (text.size() == 2) {
        year += currentYear / 100 * 100;
        if (year > currentYear + 50)
            year -= 100;
    }
    return year;
}

// IMF-fixdate, RFC 850 date and asctime (RFC 9110 §5.6.7).
std::optional<QDateTime> parseHttpDate(const QString &text, int currentYear)
{
    static const QRegularExpression fixed(
        QStringLiteral(R"(^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d:\d\d:\d\d) GMT$)"));
    static const QRegularExpression rfc850(
        QStringLiteral(R"(^[A-Z][a-z]{5,8}, (\d\d)-([A-Z][a-z]{2})-(\d\d) (\d\d:\d\d:\d\d) GMT$)"));
    static const QRegularExpression asctime(
        QStringLiteral(R"(^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d\d:\d\d:\d\d) (\d{4})$)"));
    QString day, month, year, time;
    if (QRegularExpressionMatch match = fixed.match(text);
        match.hasMatch() || (match = rfc850.match(text)).hasMatch()) {
        day = match.captured(1);
        month = match.captured(2);
        year = match.captured(3);
        time = match.captured(4);
    } else if (match = asctime.match(text); match.hasMatch()) {
        month = match.captured(1);
        day = match.captured(2).trimmed();
        time = match.captured(3);
        year = match.captured(4);
    } else {
        return std::nullopt;
    }
    const QDateTime moment(QDate(fullYear(year, currentYear), monthNumber(month), day.toInt()),
                           QTime::fromString(time, QStringLiteral("HH:mm:ss")), Qt::UTC);
    return moment.isValid() ? std::optional(moment) : std::nullopt;
}

} // namespace

const QList<int> &defaultRetrySchedule()
{
    static const QList<int> schedule{5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600};
    return schedule;
}

qint64 retryDelayMs(int attempt, const QList<int> &scheduleSeconds, double random)
{
    const QList<int> &schedule = scheduleSeconds.isEmpty() ? defaultRetrySchedule() : scheduleSeconds;
    const qsizetype index = std::clamp<qsizetype>(attempt - 1, 0, schedule.size() - 1);
    return qRound64(double(schedule[index]) * 1000.0 * (1.0 - jitter + 2.0 * jitter * random));
}

std::optional<qint64> retryAfterMs(const QByteArray &headerValue, const QDateTime &now)
{
    const QString text = QString::fromLatin1(headerValue.trimmed());
    static const QRegularExpression digits(QStringLiteral("^[0-9]+$"));
    if (digits.match(text).hasMatch()) {
        bool fits = false;
        const qint64 seconds = text.toLongLong(&fits);
        return fits && seconds < longestHintMs / 1000 ? seconds * 1000 : longestHintMs;
    }
    const std::optional<QDateTime> moment = parseHttpDate(text, now.toUTC().date().year());
    if (!moment || *moment < now)
        return std::nullopt;
    return qMin(now.msecsTo(*moment), longestHintMs);
}

} // namespace signalbox
