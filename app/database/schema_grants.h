#pragma once

#include "app/core/result.h"
#include "app/database/pg_connection.h"

#include <QStringList>

namespace signalbox {

/// GRANT statements for tables of ours that nobody was granted anything on yet: roles that may read, insert
/// and change all tables of the description get the same on ours, roles that may read the queue may read
/// ours. Empty where default privileges or an operator decided already. Reads only.
Result<QStringList> missingGrants(PgConnection &connection);

} // namespace signalbox
