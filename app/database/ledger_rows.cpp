#include "app/database/ledger_rows.h"

#include <QSqlRecord>
#include <QVariant>

#include <algorithm>

namespace signalbox {

namespace {

template <typename Test> const LedgerRow *firstWhere(const QList<LedgerRow> &rows, Test test)
{
    const auto row = std::find_if(rows.begin(), rows.end(), test);
    return row == rows.end() ? nullptr : &*row;
}

} // namespace

LedgerRow ledgerRow(const QSqlRecord &row, const QString &table)
{
    return {table,
            row.value(0).toLongLong(),
            row.value(1).toString(),
            row.value(2).toDateTime(),
            row.value(3).toBool(),
            QByteArray::fromHex(row.value(4).toByteArray()),
            row.value(5).toLongLong()};
}

bool isShared(const QList<LedgerRow> &rows, const QList<MigrationFile> &files)
{
    return std::all_of(rows.begin(), rows.end(), [&files](const LedgerRow &row) {
        return std::any_of(files.begin(), files.end(),
                           [&row](const MigrationFile &file) { return row.isOf(file); });
    });
}

const LedgerRow *findRowOf(const QList<LedgerRow> &rows, const MigrationFile &file)
{
    return firstWhere(rows, [&file](const LedgerRow &row) { return row.isOf(file); });
}

const LedgerRow *findDifferingRowOf(const QList<LedgerRow> &rows, const MigrationFile &file)
{
    return firstWhere(rows, [&file](const LedgerRow &row) {
        return row.version == file.version && row.description == file.description &&
               row.checksum != file.checksum;
    });
}

Done refuseUnfinished(const QList<LedgerRow> &rows)
{
    const LedgerRow *row = firstWhere(rows, [](const LedgerRow &each) { return !each.success; });
    if (!row)
        return {};
    return fail(Error::Kind::Refused, QStringLiteral("migration ledger"),
                QStringLiteral("version %1 (%2) is marked as not finished in %3")
                    .arg(row->version)
                    .arg(row->description, row->table),
                QStringLiteral("complete or undo it by hand, then set success or delete the row"));
}

} // namespace signalbox
