#pragma once

#include "app/core/result.h"

#include <QList>
#include <QString>

namespace signalbox {

/// "5 s, 5 min, 2 h"
QString retryScheduleText(const QList<int> &seconds);

/// Reads what retryScheduleText writes: durations (core/duration.h; a bare number means seconds) separated by
/// commas. An empty text is an empty list: the default schedule. The values are checked by
/// validateRetrySchedule(). Errors: Refused, for a duration that is none or no whole number of seconds.
Result<QList<int>> parseRetrySchedule(const QString &text);

} // namespace signalbox
