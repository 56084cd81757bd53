#pragma once

#include "app/core/result.h"
#include "app/database/ledger_rows.h"
#include "app/database/pg_connection.h"

#include <QList>
#include <QString>

namespace signalbox {

/// The ledgers of a database as they were when read (design §3). sqlx's table is shared as long as every row
/// in it is byte-identical to a file of ours; otherwise it belongs to the host program and ours go to
/// signalbox_migrations.
class MigrationLedger
{
public:
    /// Reads only. Errors also when the search path names no schema.
    static Result<MigrationLedger> read(PgConnection &connection, const QList<MigrationFile> &files);

    const QList<LedgerRow> &rows() const { return m_rows; }
    /// The table our rows are written to.
    const QString &writableTable() const { return m_writable; }
    /// The row that says this very file was applied, or nullptr.
    const LedgerRow *rowOf(const MigrationFile &file) const;
    /// As rowOf, in the table we may write.
    const LedgerRow *writableRowOf(const MigrationFile &file) const;
    /// A row that claims the file's version with the file's description, from other bytes; or nullptr.
    const LedgerRow *differingRowOf(const MigrationFile &file) const;

    /// Errors when a row says that its migration began and did not finish.
    Done refuseUnfinished() const;
    /// Creates the writable table when it is missing.
    Done ensureTable(PgConnection &connection) const;
    Done add(PgConnection &connection, const MigrationFile &file, qint64 nanoseconds) const;
    Done remove(PgConnection &connection, qint64 version) const;

private:
    QString qualified(const QString &table) const;

    QString m_schema; ///< quoted
    QString m_writable;
    QList<LedgerRow> m_rows;
};

} // namespace signalbox
