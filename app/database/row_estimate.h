#pragma once

#include "app/core/result.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// How large a table is, without counting: its own pages and those of its partitions.
struct TableSize
{
    qint64 rows = 0; ///< what the planner believes, scaled to the present size; 0 where nothing was analyzed
    qint64 blocks = 0; ///< on disk
};

Result<TableSize> estimateTable(PgConnection &connection, const QString &table);

/// How many rows the planner expects of a query.
Result<qint64> expectedRows(PgConnection &connection, const QString &sql, const Bindings &bindings = {});

/// How much of a table a sample of some thousand blocks takes; 100 for a small one.
double samplePercent(const TableSize &size);

} // namespace signalbox
