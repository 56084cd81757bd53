#pragma once

#include "app/core/result.h"
#include "app/database/pg_connection.h"

#include <QStringList>

namespace signalbox {

/// Endpoints whose last attempt on record was answered, by whatever worker, sorted. One probe of an index for
/// each endpoint.
Result<QStringList> answeringEndpoints(PgConnection &connection);

} // namespace signalbox
