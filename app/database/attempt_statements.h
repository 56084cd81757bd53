#pragma once

#include "app/core/delivery_queue.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// Inserts attempt rows and moves the jobs whose lease is still ours (design §4, Lease). One statement for
/// all; when the server refuses it, row by row, and a row that is refused alone once more without what the
/// receiver sent. A row already there (its commit was not seen) changes nothing. Then judges the
/// endpoints and lets the next jobs of ordered streams go.
Result<RecordResult> recordAttempts(PgConnection &connection, const QList<AttemptRecord> &attempts);

} // namespace signalbox
