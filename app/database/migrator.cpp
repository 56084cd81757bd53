#include "app/database/migrator.h"

#include "app/database/migrator_ascent.h"
#include "app/database/migrator_ledger.h"
#include "app/database/migrator_lock.h"
#include "app/database/migrator_rollback.h"
#include "app/database/schema_comparison.h"
#include "app/database/schema_inventory.h"
#include "app/database/schema_repair.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int mostTurns = 20; // times the lock is handed to a waiting sqlx before we give up

MigrationStatus fromRow(const LedgerRow &row, MigrationStatus::Checksum checksum)
{
    MigrationStatus status;
    status.version = row.version;
    status.description = row.description;
    status.installedOn = row.installedOn;
    status.checksum = checksum;
    status.ledger = row.table;
    status.isDirty = !row.success;
    status.isAdopted = row.isAdopted();
    return status;
}

// A file of ours: by its ledger row, or by the catalog where other bytes or another program made it.
Result<MigrationStatus> statusOf(PgConnection &connection, const MigrationLedger &ledger,
                                 const MigrationFile &file)
{
    using Checksum = MigrationStatus::Checksum;
    const LedgerRow *differing = ledger.differingRowOf(file);
    const LedgerRow *same = ledger.rowOf(file);
    if (same && !differing)
        return fromRow(*same, Checksum::Same);
    MigrationStatus status = differing ? fromRow(*differing, Checksum::Differs) : MigrationStatus();
    status.version = file.version;
    status.description = file.description;
    if (!isOriginalMigration(file)) {
        if (same)
            return fromRow(*same, Checksum::Same);
        return status;
    }
    const auto comparison = compareWithCatalog(connection, file);
    if (!comparison)
        return fail(comparison.error());
    if (comparison->exists) {
        status.checksum = comparison->isCompatible() ? Checksum::DiffersCompatible : Checksum::Differs;
        const auto leftOut = leftOutByBackup(connection, file);
        if (!leftOut)
            return fail(leftOut.error());
        status.missing = shortNamesOf(*leftOut);
        status.differences = sentencesOf(comparison->withWeight(SchemaDifference::Weight::Refused));
    } else {
        status.checksum = Checksum::Pending;
    }
    return status;
}

// Ledger and catalog come apart by SQL that somebody runs by hand, and by backups of some tables.
Done compareWithInventory(PgConnection &connection, const MigrationLedger &ledger,
                          const QList<MigrationFile> &files, QList<MigrationStatus> &statuses)
{
    const auto missing = missingObjects(connection, ledger, files);
    if (!missing)
        return fail(missing.error());
    const QStringList names = shortNamesOf(*missing);
    for (MigrationStatus &status : statuses) {
        for (const SchemaObject &object : *missing) {
            if (object.version != status.version)
                continue;
            if (status.checksum == MigrationStatus::Checksum::Same)
                status.checksum = MigrationStatus::Checksum::Incomplete;
            status.isUsable = status.isUsable && !isIndispensable(object);
            if (names.contains(object.name))
                status.missing << object.name;
        }
    }
    return {};
}

bool isForeign(const LedgerRow &row, const QList<MigrationFile> &files)
{
    return std::none_of(files.begin(), files.end(), [&row](const MigrationFile &file) {
        return row.version == file.version &&
               (row.checksum == file.checksum || row.description == file.description);
    });
}

} // namespace

Migrator::Migrator(PgConnection &connection, Progress progress, const QString &directory)
    : m_connection(connection)
    , m_progress(std::move(progress))
    , m_directory(directory)
{
    if (!m_progress)
        m_progress = [](const QString &) {};
}

Result<QList<MigrationStatus>> Migrator::status()
{
    const auto files = readMigrations(m_directory);
    if (!files)
        return fail(files.error());
    const auto ledger = MigrationLedger::read(m_connection, *files);
    if (!ledger)
        return fail(ledger.error());
    QList<MigrationStatus> result;
    for (const MigrationFile &file : *files) {
        auto status = statusOf(m_connection, *ledger, file);
        if (!status)
            return fail(std::move(status.error()));
        result.append(std::move(*status));
    }
    if (Done compared = compareWithInventory(m_connection, *ledger, *files, result); !compared)
        return fail(std::move(compared.error()));
    for (const LedgerRow &row : ledger->rows()) {
        if (isForeign(row, *files))
            result.append(fromRow(row, MigrationStatus::Checksum::Unknown));
    }
    std::stable_sort(result.begin(), result.end(),
                     [](const MigrationStatus &left, const MigrationStatus &right) {
                         return left.version < right.version;
                     });
    return result;
}

Result<MigrationReport> Migrator::up(std::optional<qint64> to)
{
    const auto files = readMigrations(m_directory);
    if (!files)
        return fail(files.error());
    MigrationReport report;
    for (int turn = 1;; ++turn) {
        const auto lock = MigrationLock::acquire(m_connection, m_progress);
        if (!lock)
            return fail(lock.error());
        Done done = MigrationAscent(m_connection, m_progress, *files, to, report).run();
        if (done)
            return report;
        // sqlx waits for the lock inside a statement, whose snapshot CREATE INDEX CONCURRENTLY waits for: a
        // deadlock that PostgreSQL resolves against one of the two. If it is us, the other gets its turn
        // while we wait for the lock.
        if (done.error().sqlState != QLatin1String("40P01") || turn == mostTurns)
            return fail(std::move(done.error()));
    }
}

namespace {

// Applied files above a version, newest first.
Result<QList<MigrationFile>> filesAbove(const MigrationLedger &ledger, const QList<MigrationFile> &files,
                                        qint64 version)
{
    QList<MigrationFile> newestFirst;
    for (const MigrationFile &file : files) {
        const LedgerRow *row = ledger.rowOf(file);
        if (!row || file.version <= version)
            continue;
        if (row->table != ledger.writableTable() && !ledger.writableRowOf(file)) {
            return fail(
                Error::Kind::Refused, QStringLiteral("migrate down"),
                QStringLiteral("%1 also holds versions that this Signalbox does not know and is not changed")
                    .arg(row->table));
        }
        newestFirst.prepend(file);
    }
    return newestFirst;
}

} // namespace

Result<MigrationReport> Migrator::down(std::optional<qint64> to, bool evenIfDataIsLost)
{
    const auto files = readMigrations(m_directory);
    if (!files)
        return fail(files.error());
    const auto lock = MigrationLock::acquire(m_connection, m_progress);
    if (!lock)
        return fail(lock.error());
    const auto ledger = MigrationLedger::read(m_connection, *files);
    if (!ledger)
        return fail(ledger.error());
    if (Done finished = ledger->refuseUnfinished(); !finished)
        return fail(std::move(finished.error()));
    const auto newestFirst = filesAbove(*ledger, *files, to.value_or(0));
    if (!newestFirst)
        return fail(newestFirst.error());
    return rollBack(m_connection, *ledger, {*files, *newestFirst, evenIfDataIsLost}, m_progress);
}

Result<MigrationReport> Migrator::previewDown(std::optional<qint64> to)
{
    const auto files = readMigrations(m_directory);
    if (!files)
        return fail(files.error());
    const auto ledger = MigrationLedger::read(m_connection, *files);
    if (!ledger)
        return fail(ledger.error());
    const auto newestFirst = filesAbove(*ledger, *files, to.value_or(0));
    if (!newestFirst)
        return fail(newestFirst.error());
    return previewRollBack(m_connection, *ledger, {*files, *newestFirst, false});
}

} // namespace signalbox
