#include "app/cli/command_database.h"
#include "app/cli/output.h"
#include "app/cli/row_output.h"
#include "app/cli/sub_commands.h"
#include "app/database/console_rights_query.h"
#include "app/database/overview_queries.h"

namespace signalbox {

namespace {

CommandResult list(const CommandContext &context)
{
    const auto format = chosenFormat(context.line);
    if (!format)
        return fail(format.error());
    const auto database = openDatabase(context.line, Access::ReadOnly);
    if (!database)
        return fail(database.error());
    if (const Done allowed =
            checkGrants(*database->connection, ConsoleAct::SeeWorkers, QStringLiteral("list workers"));
        !allowed)
        return fail(allowed.error());
    const auto rows = readWorkers(*database->connection);
    if (!rows)
        return fail(rows.error());
    const QStringList columns{"id",        "state", "host",         "pid",       "version",
                              "in_flight", "slots", "heartbeat_at", "started_at"};
    printRows({columns, columns, *rows}, *format, QStringLiteral("workers"),
              database->database.settings().label());
    return 0;
}

} // namespace

Command workersListCommand()
{
    return {"workers list",
            {},
            "who delivers from this database, and who vanished in the last day",
            {formatOption()},
            0,
            0,
            list};
}

} // namespace signalbox
