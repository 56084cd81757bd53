#pragma once

#include "app/core/delivery_queue.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// How much one statement of fan-out takes on.
struct FanOutSize
{
    int events = 0;
    qint64 jobs = 0; ///< at most; an event is never split, so the first one may bring more
};

/// Passes the next fenced events of that size, in one statement and one commit.
Result<FanOutResult> passBatch(PgConnection &connection, const FanOutSize &size);

/// The next event alone, each of its jobs by itself: what fails is put aside with its reason, and the
/// checkpoint moves on.
Result<FanOutResult> passOneByOne(PgConnection &connection);

} // namespace signalbox
