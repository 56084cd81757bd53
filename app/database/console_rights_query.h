#pragma once

#include "app/core/console_rights.h"
#include "app/core/result.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// What the session's role may do, and whether our schema is on its search path: one question to the system
/// catalogs, which every role may read. Select counts as held when the columns that the console reads may be
/// read, so that a role without the secrets of jobs is served too.
Result<ConsoleRights> readConsoleRights(PgConnection &connection);

/// Refused, with what to do, when the database lacks what the console and the commands read. Goes by the
/// ledger of migrations where the role may read it, else by the catalogs. `what` names the act.
Done checkSchema(PgConnection &connection, const QString &what);

/// Refused, with the grant that is missing, when the role may not do this.
Done checkGrants(PgConnection &connection, ConsoleAct act, const QString &what);

} // namespace signalbox
