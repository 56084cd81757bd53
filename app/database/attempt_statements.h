#pragma once

#include "app/core/delivery_queue.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// Inserts attempt rows and moves the jobs whose lease is still ours (design §4, Lease). One statement for
/// all, unless the data of a row are refused (AttemptFallback). A row already there (its commit was not seen)
/// changes nothing. An error means: try all of them again. Then judges the endpoints and lets the next jobs
/// of ordered streams go.
Result<RecordResult> recordAttempts(PgConnection &connection, const QList<AttemptRecord> &attempts);

} // namespace signalbox
