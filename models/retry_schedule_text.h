#pragma once

#include "app/core/result.h"

#include <QList>
#include <QString>

namespace signalbox {

/// "5 s, 5 min, 2 h"
QString retryScheduleText(const QList<int> &seconds);

/// Reads what retryScheduleText writes: numbers with s, m, min, h or d (none means seconds), separated by
/// commas. An empty text is an empty list: the default schedule. The values are checked by
/// validateRetrySchedule().
Result<QList<int>> parseRetrySchedule(const QString &text);

} // namespace signalbox
