#include "app/cli/listing.h"
#include "app/cli/sub_commands.h"
#include "app/database/console_rights_query.h"
#include "app/database/overview_queries.h"

namespace signalbox {

namespace {

CommandResult list(const CommandContext &context)
{
    const auto listing = openListing(context.line);
    if (!listing)
        return fail(listing.error());
    if (const Done allowed =
            checkGrants(listing->connection(), ConsoleAct::SeeWorkers, QStringLiteral("list workers"));
        !allowed)
        return fail(allowed.error());
    const auto rows = readWorkers(listing->connection());
    if (!rows)
        return fail(rows.error());
    const QStringList columns{"id",        "state", "host",         "pid",       "version",
                              "in_flight", "slots", "heartbeat_at", "started_at"};
    printRows({columns, columns, *rows}, listing->format, QStringLiteral("workers"), listing->place());
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
