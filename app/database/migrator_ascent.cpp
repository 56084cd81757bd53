#include "app/database/migrator_ascent.h"

#include "app/database/definer_functions.h"
#include "app/database/migrator_script.h"
#include "app/database/schema_adoption.h"
#include "app/database/schema_grants.h"
#include "app/database/schema_inventory.h"
#include "app/database/schema_repair.h"
#include "app/database/table_locks.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr qint64 fanOutVersion = 3;

QString actName()
{
    return QStringLiteral("migrate");
}

} // namespace

MigrationAscent::MigrationAscent(PgConnection &connection, const Migrator::Progress &progress,
                                 const QList<MigrationFile> &files, std::optional<qint64> to,
                                 MigrationReport &report)
    : m_connection(connection)
    , m_progress(progress)
    , m_files(files)
    , m_to(to)
    , m_report(report)
{
}

bool MigrationAscent::isWanted(const MigrationFile &file) const
{
    return !m_to || file.version <= *m_to;
}

Done MigrationAscent::run()
{
    if (Done read = readLedger(); !read)
        return read;
    if (Done finished = m_ledger->refuseUnfinished(); !finished)
        return finished;
    if (Done adopted = adopt(); !adopted)
        return adopted;
    if (Done closed = closeOpenFunctions(); !closed)
        return closed;
    if (Done restored = restore(); !restored)
        return restored;
    for (const MigrationFile &file : m_files) {
        if (!isWanted(file) || m_ledger->rowOf(file))
            continue;
        if (Done applied = apply(file); !applied)
            return applied;
    }
    return grant();
}

Done MigrationAscent::readLedger()
{
    auto ledger = MigrationLedger::read(m_connection, m_files);
    if (!ledger)
        return fail(std::move(ledger.error()));
    m_ledger = std::move(*ledger);
    return {};
}

// All tables are compared before the first file is recorded.
Done MigrationAscent::adopt()
{
    const auto plan = planAdoption(m_connection, *m_ledger, m_files, m_to);
    if (!plan)
        return fail(plan.error());
    const QList<SchemaDifference> refused = plan->withWeight(SchemaDifference::Weight::Refused);
    if (!refused.isEmpty()) {
        return fail(
            Error::Kind::Refused, actName(),
            QStringLiteral("the schema that is there is not the one Signalbox knows; nothing was touched: ") +
                sentencesOf(refused).join(QStringLiteral("; ")),
            QStringLiteral("signalbox migrate plan prints the SQL that would make it fit"));
    }
    if (plan->files.isEmpty())
        return {};
    const auto leftOut = findLeftOut(*plan);
    if (!leftOut)
        return fail(leftOut.error());
    QList<QByteArray> scripts;
    for (const MigrationFile &file : plan->files) {
        if (leftOut->contains(file.version))
            scripts << file.sql;
    }
    auto transaction = beginWithLocks(m_connection, scripts, m_progress);
    if (!transaction)
        return fail(std::move(transaction.error()));
    if (Done amended = amend(m_connection, *plan); !amended)
        return amended;
    if (Done recorded = record(*plan, *leftOut); !recorded)
        return recorded;
    if (Done committed = transaction->commit(); !committed)
        return committed;
    if (leftOut->size() < plan->files.size())
        m_report.notes += adoptionNotes(*plan, m_ledger->writableTable());
    for (const QStringList &names : *leftOut)
        m_report.notes << QStringLiteral("Completed what a backup of some tables leaves out: ") +
                              names.join(QStringLiteral(", "));
    return readLedger();
}

Result<MigrationAscent::LeftOut> MigrationAscent::findLeftOut(const AdoptionPlan &plan) const
{
    LeftOut leftOut;
    for (const MigrationFile &file : plan.files) {
        const auto objects = leftOutByBackup(m_connection, file);
        if (!objects)
            return fail(objects.error());
        if (!objects->isEmpty())
            leftOut.insert(file.version, shortNamesOf(*objects));
    }
    return leftOut;
}

// Tables that came out of a backup of ours are ours: their file runs again, for what the backup left out.
Done MigrationAscent::record(const AdoptionPlan &plan, const LeftOut &leftOut)
{
    using Kind = MigrationReport::Step::Kind;
    if (Done made = m_ledger->ensureTable(m_connection); !made)
        return made;
    for (const MigrationFile &file : plan.files) {
        const bool isOurs = leftOut.contains(file.version);
        QElapsedTimer clock;
        clock.start();
        if (isOurs) {
            if (Done run = runScript(m_connection, file.fileName, file.sql); !run)
                return run;
        }
        if (Done added = m_ledger->add(m_connection, file, isOurs ? clock.nsecsElapsed() : 0); !added)
            return added;
        m_report.steps.append(
            {isOurs ? Kind::Restored : Kind::Adopted, file.version, file.description, clock.elapsed()});
        m_progress(
            (isOurs ? QStringLiteral("Completed %1") : QStringLiteral("Adopted %1")).arg(file.fileName));
    }
    return {};
}

// Ledger and catalog come apart by SQL that somebody runs by hand, and by backups of some tables.
Done MigrationAscent::restore()
{
    const auto missing = missingObjects(m_connection, *m_ledger, m_files);
    if (!missing)
        return fail(missing.error());
    if (missing->isEmpty())
        return {};
    m_progress(QStringLiteral("Restoring what is missing …"));
    QElapsedTimer clock;
    clock.start();
    auto transaction =
        beginWithLocks(m_connection, scriptsToRestore(*m_ledger, m_files, *missing), m_progress);
    if (!transaction)
        return fail(std::move(transaction.error()));
    const auto restored = restoreObjects(m_connection, *m_ledger, m_files, *missing);
    if (!restored)
        return fail(restored.error());
    if (Done committed = transaction->commit(); !committed)
        return committed;
    m_report.notes += *restored;
    const auto finished = finishRestoring(m_connection, m_files, *missing);
    if (!finished)
        return fail(finished.error());
    m_report.notes += *finished;
    for (const MigrationFile &file : m_files) {
        const bool isRestored =
            std::any_of(missing->cbegin(), missing->cend(),
                        [&file](const SchemaObject &object) { return object.version == file.version; });
        if (isRestored)
            m_report.steps.append(
                {MigrationReport::Step::Kind::Restored, file.version, file.description, clock.elapsed()});
    }
    return shortNamesOf(*missing).contains(QStringLiteral("table signalbox_fan_out")) ? tellFanOut() : Done();
}

// What earlier versions of Signalbox, psql or sqlx left open is closed before hours of index building.
Done MigrationAscent::closeOpenFunctions()
{
    const auto closed = closeDefinerFunctions(m_connection);
    if (!closed)
        return fail(closed.error());
    if (!closed->isEmpty())
        m_report.notes << QStringLiteral("Closed a hole: every role of this database could run %1 with the "
                                         "rights of the owner of the schema; now nobody else may")
                              .arg(closed->join(QStringLiteral(" and ")));
    return {};
}

// Roles that could use the tables of the description before must be able to go on after. Whoever migrates
// owns the new tables; where it may not grant, the statement is printed for somebody who may.
Done MigrationAscent::grant()
{
    const auto statements = missingGrants(m_connection);
    if (!statements)
        return fail(statements.error());
    for (const QString &statement : *statements) {
        const Done granted = m_connection.executeRaw(statement, actName());
        m_report.notes << (granted ? QStringLiteral("Granted: %1").arg(statement)
                                   : QStringLiteral("Not granted (%1); run it as the owner: %2")
                                         .arg(granted.error().why, statement));
    }
    return {};
}

Done MigrationAscent::apply(const MigrationFile &file)
{
    m_progress(QStringLiteral("Applying %1 …").arg(file.fileName));
    QElapsedTimer clock;
    clock.start();
    Done done = refuseOtherBytes(file);
    if (done)
        done = file.isTransactional() ? applyInTransaction(file, clock) : applyAlone(file, clock);
    if (done)
        m_report.steps.append(
            {MigrationReport::Step::Kind::Applied, file.version, file.description, clock.elapsed()});
    return done;
}

// A row of ours that another edition of the file left; checksums are never rewritten.
Done MigrationAscent::refuseOtherBytes(const MigrationFile &file) const
{
    for (const LedgerRow &row : m_ledger->rows()) {
        if (row.version == file.version && row.table == m_ledger->writableTable()) {
            return fail(Error::Kind::Refused, actName(),
                        QStringLiteral("version %1 was applied from other bytes than %2 has")
                            .arg(row.version)
                            .arg(file.fileName));
        }
    }
    return {};
}

Done MigrationAscent::applyInTransaction(const MigrationFile &file, const QElapsedTimer &clock)
{
    auto transaction = beginWithLocks(m_connection, {file.sql}, m_progress);
    if (!transaction)
        return fail(std::move(transaction.error()));
    if (Done made = m_ledger->ensureTable(m_connection); !made)
        return made;
    if (Done run = runScript(m_connection, file.fileName, file.sql); !run)
        return run;
    if (const auto closed = closeDefinerFunctions(m_connection); !closed)
        return fail(closed.error());
    if (file.version == fanOutVersion) {
        if (Done decided = wasMadeByOthers() ? switchFanOutOff() : tellFanOut(); !decided)
            return decided;
    }
    if (Done added = m_ledger->add(m_connection, file, clock.nsecsElapsed()); !added)
        return added;
    return transaction->commit();
}

Done MigrationAscent::applyAlone(const MigrationFile &file, const QElapsedTimer &clock)
{
    if (Done made = m_ledger->ensureTable(m_connection); !made)
        return made;
    if (Done run = runWithoutTransaction(m_connection, file); !run) {
        if (run.error().sqlState == QLatin1String("40P01"))
            (void)dropLeftover(m_connection, file);
        return run;
    }
    return m_ledger->add(m_connection, file, clock.nsecsElapsed());
}

// Whether the host program, not we, ran 001 or 002.
bool MigrationAscent::wasMadeByOthers() const
{
    return std::any_of(m_files.begin(), m_files.end(), [this](const MigrationFile &file) {
        if (!isOriginalMigration(file))
            return false;
        const LedgerRow *row = m_ledger->writableRowOf(file);
        return row ? row->isAdopted() : m_ledger->rowOf(file) != nullptr;
    });
}

// Only where this run of 003 made the row: where psql or sqlx ran it, they or an operator chose.
Done MigrationAscent::switchFanOutOff()
{
    const auto changed = m_connection.execute(
        QStringLiteral("UPDATE signalbox_fan_out SET enabled = false WHERE updated_at = now()"), {},
        actName());
    if (!changed)
        return fail(changed.error());
    if (*changed > 0)
        m_report.notes << QStringLiteral(
            "Fan-out is off, because the program that made these tables may insert jobs "
            "itself; turn it on in the console");
    return {};
}

// 003 decides by the rows that are there.
Done MigrationAscent::tellFanOut()
{
    const auto rows =
        m_connection.query(QStringLiteral("SELECT enabled FROM signalbox_fan_out"), {}, actName());
    if (!rows)
        return fail(rows.error());
    if (!rows->isEmpty() && !rows->constFirst().value(0).toBool())
        m_report.notes << QStringLiteral("Fan-out is off, because events, endpoints or jobs were there "
                                         "before it: a backup's events may have "
                                         "their jobs already, and their transactions may be another "
                                         "server's; turn it on in the console from "
                                         "the point you choose");
    return {};
}

} // namespace signalbox
