#pragma once

#include "app/cli/command_database.h"
#include "app/cli/row_follower.h"
#include "app/cli/row_output.h"

namespace signalbox {

/// Prints rows as they come until SIGINT or SIGTERM: `--follow` of the lists. A lost database is waited for.
/// Format is Table, JsonLines or Csv. Returns the exit code.
struct FollowRequest
{
    RowSet shape; ///< its columns; no rows
    RowFormat format = RowFormat::Table;
    int depth = 100; ///< rows to begin with
    /// Reads the newest rows over a connection.
    std::function<Result<QList<QSqlRecord>>(PgConnection &connection, int limit)> read;
};

Result<int> followRows(OpenDatabase &database, const FollowRequest &request);

} // namespace signalbox
