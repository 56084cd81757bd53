#pragma once

#include "app/database/overview_series.h"

namespace signalbox {

/// How a monitoring query is called in the schema's description and in JSON: events_per_stream.
QString monitoringName(Monitoring query);

/// A monitoring query of the schema's description, word for word but for the bound that Reach::Range adds.
QString monitoringSql(Monitoring query, const OverviewRequest &request);
/// The values of that bound.
Bindings monitoringBindings(Monitoring query, const OverviewRequest &request);

/// Answers a monitoring query for the window: exactly where that takes no longer than the request's scan
/// budget, else from a sample of its table. Small groups are counted all the same, and what an index knows
/// (first and last seen, the oldest, the current version) is never estimated.
Result<MonitoringList> readMonitoring(PgConnection &connection, Monitoring query,
                                      const OverviewRequest &request);

Done readOverviewTables(PgConnection &connection, const OverviewRequest &request, Overview &overview);

} // namespace signalbox
