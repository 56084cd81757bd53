#pragma once

#include <QDateTime>
#include <QString>

namespace signalbox {

/// "4da4f9fc…1a69" of a UUID; other ids are shortened in the middle beyond 24 characters.
QString shortId(const QString &id);

/// "1 234 567" grouped as the locale writes it.
QString numberText(qint64 number);

/// "850 ms", "2.4 s", "3 min", "5 h".
QString durationText(qint64 milliseconds);

/// "now", "42 s ago", "in 5 min", "3 d ago".
QString relativeTime(const QDateTime &time, const QDateTime &now);

/// Date and time with milliseconds and zone, in the zone that times are shown in, for tooltips.
QString absoluteTime(const QDateTime &time);

} // namespace signalbox
