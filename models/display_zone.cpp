#include "models/display_zone.h"

#include <QTimeZone>

namespace signalbox {

namespace {

DisplayZone currentZone = DisplayZone::Local;

} // namespace

void setDisplayZone(DisplayZone zone)
{
    currentZone = zone;
}

DisplayZone displayZone()
{
    return currentZone;
}

QDateTime shownTime(const QDateTime &time)
{
    return currentZone == DisplayZone::Utc ? time.toUTC() : time.toLocalTime();
}

QDateTime shownStartOfDay(const QDate &day)
{
    return currentZone == DisplayZone::Utc ? day.startOfDay(Qt::UTC) : day.startOfDay();
}

} // namespace signalbox
