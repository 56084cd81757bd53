#include "ui/pages/overview_links.h"

#include "app/core/filter.h"
#include "models/display_zone.h"

#include <cmath>

namespace signalbox::overview_links {

namespace {

QString moment(const QDateTime &time)
{
    const QDateTime shown = shownTime(time);
    return shown.toOffsetFromUtc(shown.offsetFromUtc()).toString(Qt::ISODate);
}

} // namespace

QString createdIn(const QDateTime &from, const QDateTime &to)
{
    return QStringLiteral("created:%1..%2").arg(moment(from), moment(to));
}

QString attempts(const QString &seriesId, const QDateTime &from, const QDateTime &to)
{
    const QString created = QStringLiteral("test:no ") + createdIn(from, to); // as the figures count
    if (seriesId == QStringLiteral("succeeded"))
        return QStringLiteral("code:2xx ") + created;
    if (seriesId == QStringLiteral("failed"))
        return QStringLiteral("outcome:answered -code:2xx ") + created;
    if (seriesId.isEmpty())
        return created;
    return QStringLiteral("outcome:%1 ").arg(seriesId) + created;
}

QString slowDeliveries(double milliseconds, const QDateTime &from, const QDateTime &to)
{
    const auto whole = qint64(std::floor(milliseconds));
    return QStringLiteral("duration:>=%1ms test:no -outcome:never-connected ").arg(whole) +
           createdIn(from, to);
}

QString field(const QString &name, const QString &value)
{
    return name + QLatin1Char(':') + quoteFilterValue(value);
}

} // namespace signalbox::overview_links
