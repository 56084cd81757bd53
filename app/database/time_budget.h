#pragma once

#include "app/database/pg_connection.h"

#include <functional>
#include <optional>

namespace signalbox {

/// Runs a read in a transaction of its own whose statements may take so many milliseconds; nothing where one
/// of them takes longer. `what` names the act in errors.
using RowsRead = std::function<Result<QList<QSqlRecord>>()>;
Result<std::optional<QList<QSqlRecord>>> readWithin(PgConnection &connection, int milliseconds,
                                                    const QString &what, const RowsRead &read);

} // namespace signalbox
