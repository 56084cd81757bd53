#pragma once

#include "app/core/console.h"
#include "app/core/delivery_queue.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// Turns the next fenced events into jobs, at most `maxEvents` of them, in one statement and one commit
/// (design §2.8, §2.9). Does nothing, without writing, while fan-out is off, another worker is at it, or no
/// event has passed the fence.
Result<FanOutResult> fanOut(PgConnection &connection, int maxEvents);

/// Whether all events before the fence have been passed; true while fan-out is off or stopped.
Result<bool> fanOutReachedFence(PgConnection &connection);

/// Turns fan-out on. From `Now`: every event whose transaction was not yet finished at this moment, so that
/// none is lost between two states. Refused after a restore into another cluster, until it is rebased.
Done enableFanOut(PgConnection &connection, FanOutStart start);
Done disableFanOut(PgConnection &connection);
/// After a restore: the events that are there become history, the checkpoint moves to now, in one
/// transaction. Rewrites every event once, so it may take minutes on a large store. Leaves the switch as it
/// is.
Done rebaseFanOut(PgConnection &connection);

} // namespace signalbox
