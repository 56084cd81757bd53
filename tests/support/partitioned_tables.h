#pragma once

#include "tests/support/test_database.h"

namespace signalbox {

enum class EventPartitions { HashByStream, RangeByTimestamp };

// Turn a table, at whatever migration it stands, into the partitioned form that operators make by hand: rows,
// columns, indexes with their names, foreign keys, triggers and the view on it stay.

/// PARTITION BY RANGE (created_at), PRIMARY KEY (id, created_at): history, six months, overflow.
void partitionDeliveries(TestDatabase &database);
/// PRIMARY KEY (id, stream_id) in four parts, or PRIMARY KEY (id, timestamp) by month.
void partitionEvents(TestDatabase &database, EventPartitions form);

} // namespace signalbox
