#pragma once

#include "app/core/result.h"

#include <QDateTime>
#include <QString>
#include <QStringList>

#include <optional>

namespace signalbox {

/// A stretch of time that the Overview shows: one that ends now, or one of the past.
struct ShownRange
{
    QString spoken; ///< "in the ...": "last hour"
    qint64 seconds = 0;
    int buckets = 0;                    ///< of the charts
    qint64 refreshMs = 0;               ///< long ranges cost more and change less
    std::optional<qint64> untilSeconds; ///< unix time; none: now
};

/// The ranges that have a name, shortest first: "5 min" ... "30 d".
QStringList namedRangeLabels();
ShownRange namedRange(int index);
/// "5m" ... "30d" to its index; -1: no such range.
int namedRangeOf(const QString &word);

struct TimeSpan
{
    QDateTime from, to; ///< whole seconds, UTC
};

/// A range as an operator types it: what `created:` of the filter language takes, and "yesterday
/// 18:00..22:00". Without an end, or with one to come, it ends now. Errors: Usage, and for one that has not
/// begun.
Result<TimeSpan> typedRange(const QString &text, const QDateTime &now);

ShownRange pastRange(const QDateTime &from, const QDateTime &to);

/// "29 Nov 13:05 – 13:40, UTC", in the zone that times are shown in.
QString spanText(const QDateTime &from, const QDateTime &to);
/// The same, as short as a button: "13:05–13:40", with the date where it is not today.
QString shortSpanText(const QDateTime &from, const QDateTime &to);

} // namespace signalbox
