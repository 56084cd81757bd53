#include "app/cli/listing.h"
#include "app/cli/sub_commands.h"
#include "app/database/endpoint_queries.h"

namespace signalbox {

namespace {

CommandResult list(const CommandContext &context)
{
    const auto listing = openListing(context.line);
    if (!listing)
        return fail(listing.error());
    const bool removed = context.line.has(QStringLiteral("removed"));
    const auto rows =
        listEndpointRows(listing->connection(), removed ? EndpointScope::Removed : EndpointScope::Present);
    if (!rows)
        return fail(rows.error());
    QStringList tableColumns{"id",           "url",        "enabled",     "disabled_reason",
                             "event_filter", "timeout_ms", "max_retries", "signature_scheme",
                             "public_key"};
    if (removed)
        tableColumns.insert(2, QStringLiteral("removed_at"));
    printRows({endpointColumns(), tableColumns, *rows}, listing->format,
              removed ? QStringLiteral("removed endpoints") : QStringLiteral("endpoints"), listing->place());
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
