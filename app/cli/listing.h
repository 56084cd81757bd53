#pragma once

#include "app/cli/command_database.h"
#include "app/cli/row_output.h"

namespace signalbox {

/// What a command that prints rows begins with: --format, and the database opened for reading.
struct Listing
{
    RowFormat format = RowFormat::Table;
    OpenDatabase database;

    PgConnection &connection() const { return *database.connection; }
    /// Where the rows come from, for printRows().
    QString place() const { return database.database.settings().label(); }
};

/// Errors: Usage for the format, else those of openDatabase().
Result<Listing> openListing(const CommandLine &line);

} // namespace signalbox
