#pragma once

#include "app/core/result.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// Runs a statement of a migration that PostgreSQL refuses on a partitioned table in the form that it takes
/// there: CREATE INDEX CONCURRENTLY as an index ON ONLY the parent and one built CONCURRENTLY on each
/// partition, attached to it; storage parameters on each partition. Can be run again after an interruption:
/// what is there is kept, INVALID leftovers are dropped first. False: nothing was run, because the statement
/// names no partitioned table or needs no other form.
Result<bool> runOnPartitions(PgConnection &connection, const QString &statement, const QString &what);

} // namespace signalbox
