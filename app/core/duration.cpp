#include "app/core/duration.h"

#include <QRegularExpression>

#include <array>
#include <limits>
#include <utility>

namespace signalbox {

namespace {

struct Unit
{
    qint64 milliseconds;
    QLatin1String name;
};

// Largest first: the largest that fits is written.
constexpr std::array<Unit, 5> units{{{millisecondsPerDay, QLatin1String("d")},
                                     {millisecondsPerHour, QLatin1String("h")},
                                     {millisecondsPerMinute, QLatin1String("min")},
                                     {millisecondsPerSecond, QLatin1String("s")},
                                     {1, QLatin1String("ms")}}};

qint64 unitMs(const QString &name)
{
    if (name == QLatin1String("m"))
        return millisecondsPerMinute;
    for (const Unit &unit : units) {
        if (name == unit.name)
            return unit.milliseconds;
    }
    return 0;
}

} // namespace

std::optional<qint64> parseDuration(const QString &text, qint64 bareUnitMs)
{
    static const QRegularExpression form(
        QStringLiteral(R"(^([0-9]{1,17})(?:\.([0-9]{1,3}))?\s*(ms|s|m|min|h|d)?$)"));
    const QRegularExpressionMatch match = form.match(text.trimmed().toLower());
    if (!match.hasMatch())
        return std::nullopt;
    const qint64 unit = match.captured(3).isEmpty() ? bareUnitMs : unitMs(match.captured(3));
    const qint64 whole = match.captured(1).toLongLong();
    if (unit == 0 || whole > (std::numeric_limits<qint64>::max() - unit) / unit)
        return std::nullopt;
    const qint64 thousandths = match.captured(2).leftJustified(3, '0').toLongLong();
    return whole * unit + (thousandths * unit + 500) / 1'000;
}

Result<qint64> readDuration(const QString &text, const QString &what, qint64 bareUnitMs)
{
    if (const auto duration = parseDuration(text, bareUnitMs))
        return *duration;
    return fail(Error::Kind::Usage, what,
                text.trimmed().isEmpty() ? QStringLiteral("a duration is missing")
                                         : QStringLiteral("\"%1\" is no duration").arg(text.trimmed()),
                QStringLiteral("write 500 ms, 30 s, 5 min, 2 h or 1 d"));
}

QString writeDuration(qint64 milliseconds)
{
    for (const Unit &unit : units) {
        if (milliseconds != 0 && milliseconds % unit.milliseconds == 0)
            return QStringLiteral("%1 %2").arg(milliseconds / unit.milliseconds).arg(unit.name);
    }
    return QStringLiteral("0 s");
}

} // namespace signalbox
