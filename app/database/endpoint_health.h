#pragma once

#include "app/core/delivery_queue.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// Judges the endpoints by attempts that were just recorded: opens, closes and probes circuit breakers (opens
/// when of the last 5 minutes' at least 10 attempts 70 % failed; first probe after 30 s, doubling to 15 min),
/// and disables an endpoint after 5 days of nothing but failures, never when its last attempt succeeded.
/// Tests count for nothing. Without a failure or a probe among the attempts it asks the database nothing.
Result<QList<EndpointJudgement>> judgeEndpoints(PgConnection &connection,
                                                const QList<AttemptRecord> &attempts);

/// Forgets what the breakers do not look at any more, and workers that vanished a day ago.
Done forgetOldHealth(PgConnection &connection);

} // namespace signalbox
