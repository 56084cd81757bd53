#pragma once

#include "app/core/result.h"
#include "app/database/migrator_ledger.h"
#include "app/database/schema_objects.h"

#include <QSet>

namespace signalbox {

/// The objects of the first schema of the search path, with their definitions. Reads only.
Result<QList<SchemaObject>> objectsOfSchema(PgConnection &connection);

/// What the applied files must have left in the catalog and is not there: after SQL that somebody ran by
/// hand, or a backup of some tables only. Of tables that were adopted only tables and columns count: the rest
/// may be named or made otherwise. Empty for files without a catalog.txt. Reads only.
Result<QList<SchemaObject>> missingObjects(PgConnection &connection, const MigrationLedger &ledger,
                                           const QList<MigrationFile> &files);

/// Whether nothing works without it: an index, a trigger or a foreign key that is missing is told and mended,
/// and stops nobody.
bool isIndispensable(const SchemaObject &object);

} // namespace signalbox
