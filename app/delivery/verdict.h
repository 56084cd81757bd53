#pragma once

#include "app/core/delivery.h"
#include "app/delivery/slot_limits.h"

#include <QDateTime>

namespace signalbox {

/// Judges one exchange by design §4: 2xx completes, 410 disables (never by a test, and where the
/// attempts are recorded only at the endpoint's present URL), all else is retried after
/// the schedule, or later when a 429 or 503 asks for it. `random` in [0, 1) spreads the retries.
AttemptRecord judge(const ClaimedJob &job, const ExchangeResult &result, const QUuid &workerId,
                    const QDateTime &now, double random);

/// What an exchange says to the slots of its endpoint.
SlotEnd slotEnd(const ExchangeResult &result);

} // namespace signalbox
