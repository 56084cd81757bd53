#pragma once

#include "app/core/console.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// What isFailing() judges every endpoint by that is not removed. Bounded: at most judgedAttempts rows of
/// each.
Result<QList<JudgedEndpoint>> readStandings(PgConnection &connection);

} // namespace signalbox
