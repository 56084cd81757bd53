#include "models/display_text.h"

#include "models/display_zone.h"

#include <QCoreApplication>
#include <QLocale>

namespace signalbox {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("DisplayText", text);
}

// Seconds as the largest whole unit: "42 s", "5 min", "3 h", "12 d".
QString wholeUnit(qint64 seconds)
{
    if (seconds < 60)
        return translated("%1 s").arg(seconds);
    if (seconds < 60 * 60)
        return translated("%1 min").arg(seconds / 60);
    if (seconds < 48 * 60 * 60)
        return translated("%1 h").arg(seconds / (60 * 60));
    return translated("%1 d").arg(numberText(seconds / (24 * 60 * 60)));
}

} // namespace

QString shortId(const QString &id)
{
    constexpr qsizetype uuidLength = 36;
    constexpr qsizetype longestShown = 24;
    if (id.size() == uuidLength && id.at(8) == QLatin1Char('-'))
        return id.left(8) + QChar(0x2026) + id.right(4);
    if (id.size() > longestShown)
        return id.left(15) + QChar(0x2026) + id.right(8);
    return id;
}

QString numberText(qint64 number)
{
    QLocale locale;
    // The C locale groups nothing; numbers of a console are grouped everywhere.
    if (locale.language() == QLocale::C)
        locale = QLocale(QLocale::English);
    locale.setNumberOptions(QLocale::DefaultNumberOptions);
    return locale.toString(number);
}

QString durationText(qint64 milliseconds)
{
    if (milliseconds < 1'000)
        return translated("%1 ms").arg(milliseconds);
    if (milliseconds < 60'000)
        return translated("%1 s").arg(double(milliseconds) / 1'000.0, 0, 'f', milliseconds < 10'000 ? 1 : 0);
    return wholeUnit(milliseconds / 1'000);
}

QString relativeTime(const QDateTime &time, const QDateTime &now)
{
    if (!time.isValid())
        return {};
    const qint64 ageMs = time.msecsTo(now);
    if (qAbs(ageMs) < 1'000)
        return translated("now");
    return ageMs > 0 ? translated("%1 ago").arg(wholeUnit(ageMs / 1'000))
                     : translated("in %1").arg(wholeUnit((-ageMs + 999) / 1'000));
}

QString absoluteTime(const QDateTime &time)
{
    if (!time.isValid())
        return {};
    return shownTime(time).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz t"));
}

} // namespace signalbox
