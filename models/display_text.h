#pragma once

#include <QDateTime>
#include <QString>
#include <QStringList>

#include <functional>

namespace signalbox {

bool isUuidLike(const QString &id);

/// "4da4f9fc…1a69" of a UUID; other ids are shortened in the middle beyond 24 characters.
QString shortId(const QString &id);

/// How many characters the ids begin with alike; 0 where they are one and the same.
qsizetype alikeLength(const QStringList &ids);

/// An id cut to what fits: its first `alike` characters are those that tell it from no other row, so they go
/// first, "ord…-eu-0042"; what is still too long loses its middle. `fits` measures a text.
QString elidedAlike(const QString &id, qsizetype alike, const std::function<bool(const QString &)> &fits);

/// `one` for 1, else `many` with the number in place of %1: "one job", "1 234 jobs".
QString countedText(qint64 number, const QString &one, const QString &many);

/// "1 234 567" grouped as the locale writes it.
QString numberText(qint64 number);

/// "850 ms", "2.4 s", "3 min", "5 h".
QString durationText(qint64 milliseconds);

/// "now", "42 s ago", "in 5 min", "3 d ago".
QString relativeTime(const QDateTime &time, const QDateTime &now);

/// Date and time with milliseconds and zone, in the zone that times are shown in, for tooltips.
QString absoluteTime(const QDateTime &time);

} // namespace signalbox
