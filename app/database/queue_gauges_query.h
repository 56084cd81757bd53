#pragma once

#include "app/core/queue_gauges.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// Jobs are counted up to this number in each class of endpoints; depth is then said to be capped.
constexpr int queueDepthCap = 10'000;

/// Reads depth and oldest due job by class of endpoint, breaker states, lag of fan-out and fence. Bounded:
/// one index probe per endpoint and class, and at most queueDepthCap index entries per class.
Result<QueueGauges> readQueueGauges(PgConnection &connection, int cap = queueDepthCap);

/// The depths alone, every class. Within a transaction, which plans for stopping early from then on.
Result<QList<QueueClassDepth>> readQueueDepths(PgConnection &connection, int cap);

} // namespace signalbox
