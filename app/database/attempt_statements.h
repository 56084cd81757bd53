#pragma once

#include "app/core/delivery.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// Inserts attempt rows and moves the jobs whose lease is still ours (design §4, Lease). One statement for
/// all; when the server refuses it, row by row, and a row that is refused alone once more without what the
/// receiver sent. A row already there (its commit was not seen) changes nothing. Replies with the jobs that
/// could not be moved.
Result<int> recordAttempts(PgConnection &connection, const QList<AttemptRecord> &attempts);

} // namespace signalbox
