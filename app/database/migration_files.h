#pragma once

#include "app/core/result.h"
#include "app/database/schema_objects.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace signalbox {

/// One migration: a file NNN_name.sql and its rollback file of the same name.
struct MigrationFile
{
    qint64 version = 0;
    QString fileName;
    QString description; ///< as sqlx writes it: the name after the first "_", without ".sql", "_" as space
    QByteArray sql;
    QByteArray rollbackSql;
    QByteArray checksum;   ///< SHA-384 of the file's bytes
    SchemaChange change{}; ///< what it leaves in the catalog; empty where the directory has no catalog.txt

    /// sqlx's mark of a file that runs outside a transaction: its first line.
    bool isTransactional() const { return !sql.startsWith("-- no-transaction"); }
};

/// Where the files of the program are.
QString embeddedMigrations();

/// Reads a directory of migrations, lowest version first. Errors: no file, a name without a version, a
/// missing rollback.
Result<QList<MigrationFile>> readMigrations(const QString &directory);

} // namespace signalbox
