#pragma once

#include <QDateTime>
#include <QString>

namespace signalbox {

/// The zone in which times are shown, one for the whole program, as the theme is. GUI thread.
enum class DisplayZone { Local, Utc };

void setDisplayZone(DisplayZone zone);
DisplayZone displayZone();

/// The moment in the zone that times are shown in.
QDateTime shownTime(const QDateTime &time);
/// The start of a day there.
QDateTime shownStartOfDay(const QDate &day);

} // namespace signalbox
