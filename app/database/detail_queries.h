#pragma once

#include "app/core/console.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// Everything about one row, for the detail pane. An id that names nothing is NotFound.
Result<JobDetail> readJobDetail(PgConnection &connection, const QString &id);
Result<DeliveryDetail> readDeliveryDetail(PgConnection &connection, const QString &id);
Result<EventDetail> readEventDetail(PgConnection &connection, const QString &id);
Result<StreamDetail> readStreamDetail(PgConnection &connection, const QString &id);

} // namespace signalbox
