#pragma once

#include "app/core/console.h"
#include "app/core/delivery_queue.h"
#include "app/database/fan_out_pace.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// Turns the next fenced events into jobs, at most `maxEvents` of them, in one statement and one commit
/// (design §2.8, §2.9). Does nothing, without writing, while fan-out is off, another worker is at it, or no
/// event has passed the fence.
///
/// An event that cannot be made a job is put aside with its reason and passed. A batch that is too much for
/// the server is answered with none passed and a smaller pace for the next call.
Result<FanOutResult> fanOut(PgConnection &connection, int maxEvents, FanOutPace &pace);
Result<FanOutResult> fanOut(PgConnection &connection, int maxEvents);

/// Whether all events before the fence have been passed; true while fan-out is off or stopped.
Result<bool> fanOutReachedFence(PgConnection &connection);

/// Turns fan-out on. From `Now`: every event whose transaction was not yet finished at this moment, so that
/// none is lost between two states. Refused after a restore into another cluster, until it is rebased.
Done enableFanOut(PgConnection &connection, FanOutStart start, const QString &reason = {});
/// The reason, where one is given, is kept in signalbox_changes.
Done disableFanOut(PgConnection &connection, const QString &reason = {});
/// Keeps why somebody acted on fan-out; nothing without a reason.
Done noteFanOutAct(PgConnection &connection, const QString &action, const QString &reason);
} // namespace signalbox
