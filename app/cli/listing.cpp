#include "app/cli/listing.h"

namespace signalbox {

Result<Listing> openListing(const CommandLine &line)
{
    const auto format = chosenFormat(line);
    if (!format)
        return fail(format.error());
    auto database = openDatabase(line, Access::ReadOnly);
    if (!database)
        return fail(database.error());
    return Listing{*format, std::move(*database)};
}

} // namespace signalbox
