#include "models/display_text.h"

#include "models/display_zone.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

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

bool isUuidLike(const QString &id)
{
    constexpr qsizetype uuidLength = 36;
    return id.size() == uuidLength && id.at(8) == QLatin1Char('-');
}

qsizetype alikeLength(const QStringList &ids)
{
    if (ids.isEmpty())
        return 0;
    const QString &first = ids.constFirst();
    qsizetype length = first.size();
    bool differ = false;
    for (const QString &id : ids) {
        differ = differ || id != first;
        const auto end = std::mismatch(first.cbegin(), first.cbegin() + qMin(length, id.size()), id.cbegin());
        length = end.first - first.cbegin();
    }
    return differ ? length : 0;
}

QString elidedAlike(const QString &id, qsizetype alike, const std::function<bool(const QString &)> &fits)
{
    constexpr qsizetype shownHead = 3; ///< of what is alike, to say what kind of id it is
    constexpr QChar dots(0x2026);
    if (fits(id))
        return id;
    const qsizetype head = qMin(shownHead, alike);
    for (qsizetype cut = head + 2; cut <= alike; ++cut) {
        const QString text = id.left(head) + dots + id.mid(cut);
        if (fits(text))
            return text;
    }
    if (alike > 1 && fits(dots + id.mid(alike)))
        return dots + id.mid(alike);
    // All that is alike is gone: the rest loses its middle, the end longest.
    const QString rest = id.mid(alike);
    for (qsizetype kept = rest.size() - 1; kept > 1; --kept) {
        const qsizetype tail = (2 * kept + 2) / 3;
        const QString text = (alike > head ? QString(dots) : id.left(alike)) + rest.left(kept - tail) +
                             (kept > tail || alike <= head ? QString(dots) : QString()) + rest.right(tail);
        if (fits(text))
            return text;
    }
    return QString(dots) + id.right(1);
}

QString shortId(const QString &id)
{
    constexpr qsizetype longestShown = 24;
    if (isUuidLike(id))
        return id.left(8) + QChar(0x2026) + id.right(4);
    if (id.size() > longestShown)
        return id.left(15) + QChar(0x2026) + id.right(8);
    return id;
}

QString countedText(qint64 number, const QString &one, const QString &many)
{
    return number == 1 ? one : many.arg(numberText(number));
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
