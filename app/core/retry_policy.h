#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QList>

#include <optional>

namespace signalbox {

/// Seconds before the second, third ... attempt (design §4): 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h.
const QList<int> &defaultRetrySchedule();

/// Back-off after the given attempt (1-based), ms, with ±20 % jitter. `random` is uniform in [0, 1). The last
/// entry repeats for attempts beyond the schedule.
qint64 retryDelayMs(int attempt, const QList<int> &scheduleSeconds, double random);

/// Retry-After of a 429 or 503 (RFC 9110 §10.2.3: seconds or HTTP date), ms from `now`, capped at 24 h; none
/// when the value is unreadable or lies in the past.
std::optional<qint64> retryAfterMs(const QByteArray &headerValue, const QDateTime &now);

} // namespace signalbox
