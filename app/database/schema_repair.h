#pragma once

#include "app/core/result.h"
#include "app/database/migrator.h"
#include "app/database/migrator_ledger.h"
#include "app/database/schema_objects.h"

namespace signalbox {

/// Brings back what `missing` names by running the applied files again, from the first that lacks something
/// on: they are written so that they may be. In the transaction that is open; indexes of files without
/// transaction and the check of restored foreign keys come afterwards, with finishRestoring. Answers
/// sentences for the operator.
Result<QStringList> restoreObjects(PgConnection &connection, const MigrationLedger &ledger,
                                   const QList<MigrationFile> &files, const QList<SchemaObject> &missing);

/// What cannot be done in a transaction, or should not be done under its locks.
Result<QStringList> finishRestoring(PgConnection &connection, const QList<MigrationFile> &files,
                                    const QList<SchemaObject> &missing);

/// The scripts that restoreObjects runs, for the locks that they need.
QList<QByteArray> scriptsToRestore(const MigrationLedger &ledger, const QList<MigrationFile> &files,
                                   const QList<SchemaObject> &missing);

/// Whether the tables of an original file are there as our file makes them, with every column and index, and
/// only what is no part of a table (functions), or needs such a thing (triggers), is not: what pg_dump of
/// some tables leaves behind.
Result<QList<SchemaObject>> leftOutByBackup(PgConnection &connection, const MigrationFile &file);

} // namespace signalbox
