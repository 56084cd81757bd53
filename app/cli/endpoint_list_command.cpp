#include "app/cli/command_database.h"
#include "app/cli/output.h"
#include "app/cli/row_output.h"
#include "app/cli/sub_commands.h"
#include "app/database/endpoint_queries.h"

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
    const auto rows = listEndpointRows(*database->connection);
    if (!rows)
        return fail(rows.error());
    const QStringList tableColumns{"id",           "url",        "enabled",     "disabled_reason",
                                   "event_filter", "timeout_ms", "max_retries", "signature_scheme",
                                   "public_key"};
    printRows({endpointColumns(), tableColumns, *rows}, *format, QStringLiteral("endpoints"),
              database->database.settings().label());
    return 0;
}

} // namespace

Command endpointListCommand()
{
    return {"endpoint list", {}, "print the endpoints, without their secrets", {formatOption()}, 0, 0, list};
}

} // namespace signalbox
