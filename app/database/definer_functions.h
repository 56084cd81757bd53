#pragma once

#include "app/core/result.h"
#include "app/database/pg_connection.h"

#include <QStringList>

namespace signalbox {

/// Takes EXECUTE on our functions that run with their owner's rights from everybody but the owner, where the
/// session may: functions of triggers from every role (a trigger fires without it, and who may execute one
/// may attach it to a table of his own), others from PUBLIC. A function is executable by everybody from its
/// CREATE on, so this belongs into the transaction that made it. Answers the functions that were open.
Result<QStringList> closeDefinerFunctions(PgConnection &connection);

} // namespace signalbox
