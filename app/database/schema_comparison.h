#pragma once

#include "app/core/result.h"
#include "app/database/migration_files.h"
#include "app/database/pg_connection.h"

#include <QStringList>

namespace signalbox {

/// One way in which a table is not as the description has it.
struct SchemaDifference
{
    enum class Weight {
        Refused,  ///< we cannot work with it
        Amended,  ///< adoption ends it: a default where there was none
        Tolerated ///< we work with it; the remedy would make it as described
    };
    QString sentence;
    QString remedy; ///< SQL that ends it, or a comment that says what would; without a line break at the end
    Weight weight = Weight::Refused;
};

/// How the tables of one of the two original files look in a database.
struct SchemaComparison
{
    bool exists = false; ///< at least one relation of the file is there
    QList<SchemaDifference> differences;

    bool isCompatible() const;
    QList<SchemaDifference> withWeight(SchemaDifference::Weight weight) const;
};

QStringList sentencesOf(const QList<SchemaDifference> &differences);

/// Whether the file is 001 or 002 of the original schema, the ones that other programs may have run.
bool isOriginalMigration(const MigrationFile &file);

/// Compares the tables of an original file with pg_catalog, in the first schema of the search path (design
/// §3, Adoption): tables, columns, types, keys. Further tables, columns and indexes are welcome, text may be
/// wider, and what the description says nothing of (nullability, CHECK, cascades) may be otherwise. events
/// and webhook_deliveries may be partitioned. Reads only.
Result<SchemaComparison> compareWithCatalog(PgConnection &connection, const MigrationFile &file);

/// Refuses where the first schema of the search path holds none of the original tables and another one does:
/// a second, empty set beside them would be found out late.
Done refuseSecondSet(PgConnection &connection);

} // namespace signalbox
