#include "app/database/ledger_rows.h"
#include "tests/fuzz/fuzz_target.h"

#include <QSqlField>
#include <QSqlRecord>

// Rows that another program's sqlx wrote: a ledger is shared only when every row of it is ours, byte for
// byte.

namespace signalbox {

namespace {

QList<MigrationFile> files()
{
    return {{1, "001_one.sql", "one", "SELECT 1", "", QByteArray(48, '\x01')},
            {2, "002_two.sql", "two", "SELECT 2", "", QByteArray(48, '\x02')}};
}

QSqlRecord record(const QByteArray &line)
{
    static const char *const names[] = {"version", "description", "installed_on",
                                        "success", "checksum",    "execution_time"};
    const QList<QByteArray> fields = line.split('|');
    QSqlRecord row;
    for (int i = 0; i < 6; ++i) {
        QSqlField field{QLatin1String(names[i])};
        if (i < fields.size())
            field.setValue(QString::fromUtf8(fields[i]));
        row.append(field);
    }
    return row;
}

} // namespace

void fuzzOne(const QByteArray &input)
{
    QList<LedgerRow> rows;
    for (const QByteArray &line : input.split('\n'))
        rows.append(ledgerRow(record(line), QStringLiteral("_sqlx_migrations")));
    const QList<MigrationFile> ours = files();

    bool allOurs = true;
    bool allFinished = true;
    for (const LedgerRow &row : rows) {
        const bool isOne = row.version == 1 && row.checksum == ours[0].checksum;
        const bool isTwo = row.version == 2 && row.checksum == ours[1].checksum;
        allOurs = allOurs && (isOne || isTwo);
        allFinished = allFinished && row.success;
    }
    always(isShared(rows, ours) == allOurs, "a ledger is shared only when every row is ours");
    always(refuseUnfinished(rows).has_value() == allFinished, "an unfinished row is refused");
    for (const MigrationFile &file : ours) {
        const LedgerRow *same = findRowOf(rows, file);
        always(!same || same->checksum == file.checksum, "a file's row has its checksum");
        const LedgerRow *differing = findDifferingRowOf(rows, file);
        always(!differing || (differing->checksum != file.checksum && differing->version == file.version),
               "a differing row has another checksum");
    }
}

} // namespace signalbox
