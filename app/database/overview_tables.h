#pragma once

#include "app/database/overview_series.h"

namespace signalbox {

/// The six monitoring queries of the schema's description, each so that an index bounds it.
Done readOverviewTables(PgConnection &connection, const OverviewRange &range, Overview &overview);

} // namespace signalbox
