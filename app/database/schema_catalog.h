#pragma once

#include "app/core/result.h"
#include "app/database/migration_files.h"
#include "app/database/pg_connection.h"

#include <QStringList>

namespace signalbox {

/// How the tables of one of the two original files look in a database.
struct SchemaComparison
{
    bool exists = false;     ///< at least one relation of the file is there
    QStringList differences; ///< sentences; empty when what is there serves us

    bool isCompatible() const { return exists && differences.isEmpty(); }
};

/// Whether the file is 001 or 002 of the original schema, the ones that other programs may have run.
bool isOriginalMigration(const MigrationFile &file);

/// Compares the tables of an original file with pg_catalog, in the first schema of the search path (design
/// §3, Adoption): tables, columns, types and constraints. Further tables, columns and indexes are welcome, a
/// created_at or updated_at may be nullable, text may be wider. Reads only.
Result<SchemaComparison> compareWithCatalog(PgConnection &connection, const MigrationFile &file);

} // namespace signalbox
