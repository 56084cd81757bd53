#pragma once

#include "app/core/console.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// What the Overview draws. Buckets are aligned to whole multiples of their length, so that they stand still
/// while time passes.
///
/// The charts cover the chosen range. Each monitoring query has a reach of its own: all rows, as the schema's
/// description asks, or those of the range.
///
/// Percentiles of the charts come from a histogram whose bins grow by 5 %, so they are exact to 2.5 %
/// whatever the number of attempts.
///
/// Where a chart would have to read more rows than the budget allows, it is drawn from a sample of the
/// table's blocks, and the overview says so. Test sends count in no figure.
///
/// Depth over time is not recorded anywhere. It is the number of open jobs now, walked back bucket by bucket:
/// minus the jobs created since, plus the jobs finished since (2xx attempts, jobs failed or cancelled by
/// their last change). Jobs that were retried by hand after they had finished make the past look slightly too
/// high.
Result<Overview> readOverview(PgConnection &connection, const OverviewRequest &request);

/// Its cards and charts, without the monitoring queries. Within a transaction, whose later statements are
/// planned for stopping early.
Result<Overview> readOverviewFigures(PgConnection &connection, const OverviewRequest &request);

/// Counts of the rail; those of jobs are exact up to 10 000. What the role may not read is left unknown.
Result<RailCounts> readRailCounts(PgConnection &connection, const ConsoleRights &rights = {});

/// Workers as OverviewSource::workers describes them. A worker that signs off leaves no row; one that
/// vanished is forgotten after a day.
Result<QList<QSqlRecord>> readWorkers(PgConnection &connection);

} // namespace signalbox
