#pragma once

#include "app/core/result.h"
#include "app/database/migration_files.h"

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QString>

class QSqlRecord;

namespace signalbox {

/// One row of a ledger.
struct LedgerRow
{
    QString table; ///< _sqlx_migrations or signalbox_migrations
    qint64 version = 0;
    QString description;
    QDateTime installedOn;
    bool success = false;
    QByteArray checksum;
    qint64 executionTime = 0; ///< nanoseconds; 0: adopted, its SQL was run by somebody else

    bool isOf(const MigrationFile &file) const
    {
        return version == file.version && checksum == file.checksum;
    }
    bool isAdopted() const { return executionTime == 0; }
};

/// Reads a row as the ledger's query gives it: version, description, installed_on, success, checksum in
/// hexadecimal, execution_time. Another program's sqlx may have written it.
LedgerRow ledgerRow(const QSqlRecord &row, const QString &table);

/// Whether every row is byte-identical to a file of ours; only then do we write to sqlx's own table.
bool isShared(const QList<LedgerRow> &rows, const QList<MigrationFile> &files);

/// The row that says this very file was applied, or nullptr.
const LedgerRow *findRowOf(const QList<LedgerRow> &rows, const MigrationFile &file);
/// A row that claims the file's version with the file's description, from other bytes; or nullptr.
const LedgerRow *findDifferingRowOf(const QList<LedgerRow> &rows, const MigrationFile &file);

/// Errors when a row says that its migration began and did not finish.
Done refuseUnfinished(const QList<LedgerRow> &rows);

} // namespace signalbox
