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
    const bool removed = context.line.has(QStringLiteral("removed"));
    const auto rows =
        listEndpointRows(*database->connection, removed ? EndpointScope::Removed : EndpointScope::Present);
    if (!rows)
        return fail(rows.error());
    QStringList tableColumns{"id",           "url",        "enabled",     "disabled_reason",
                             "event_filter", "timeout_ms", "max_retries", "signature_scheme",
                             "public_key"};
    if (removed)
        tableColumns.insert(2, QStringLiteral("removed_at"));
    printRows({endpointColumns(), tableColumns, *rows}, *format,
              removed ? QStringLiteral("removed endpoints") : QStringLiteral("endpoints"),
              database->database.settings().label());
    return 0;
}

} // namespace

Command endpointListCommand()
{
    return {"endpoint list",
            {},
            "print the endpoints, without their secrets",
            {formatOption(), {"removed", {}, "those that were removed"}},
            0,
            0,
            list};
}

} // namespace signalbox
