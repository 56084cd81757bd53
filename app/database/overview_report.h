#pragma once

#include "app/core/console.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// What `signalbox overview` asks for.
struct OverviewReportRequest
{
    OverviewRequest overview; ///< its window; all of it where `isEverything`
    bool isEverything = false;
};

struct OverviewReport
{
    Overview overview; ///< cards and series; its lists are exact and whole, however long that takes
    /// The rows of each list as the server writes them as JSON, number for number.
    std::array<QList<QByteArray>, everyMonitoring.size()> json;
};

/// For scripts: every list counted, none estimated, in one snapshot of the database.
Result<OverviewReport> readOverviewReport(PgConnection &connection, const OverviewReportRequest &request);

} // namespace signalbox
