#pragma once

#include "app/core/console.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// Everything about one row, for the detail pane. An id that names nothing is NotFound. What the role may not
/// read is left out and named in `missing`; a JSON value that the server cannot render leaves the rest as it
/// is.
Result<JobDetail> readJobDetail(PgConnection &connection, const QString &id,
                                const ConsoleRights &rights = {});
Result<DeliveryDetail> readDeliveryDetail(PgConnection &connection, const QString &id,
                                          const ConsoleRights &rights = {});
Result<EventDetail> readEventDetail(PgConnection &connection, const QString &id,
                                    const ConsoleRights &rights = {});
Result<StreamDetail> readStreamDetail(PgConnection &connection, const QString &id,
                                      const ConsoleRights &rights = {});

} // namespace signalbox
