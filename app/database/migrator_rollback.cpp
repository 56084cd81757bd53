#include "app/database/migrator_rollback.h"

#include "app/database/definer_functions.h"
#include "app/database/migrator_script.h"
#include "app/database/schema_inventory.h"
#include "app/database/schema_repair.h"
#include "app/database/table_locks.h"

#include <QElapsedTimer>
#include <QMap>
#include <QStringList>

namespace signalbox {

namespace {

constexpr qint64 mostRowsCounted = 100'000;

struct TableInfo
{
    QString quotedName;
    bool hasUpdatedAt = false;
};
using Tables = QMap<QString, TableInfo>;

// A table that a file drops, and when that file was applied.
struct DroppedTable
{
    QString name;
    TableInfo info;
    qint64 version = 0;
};

QString actName()
{
    return QStringLiteral("migrate down");
}

Result<Tables> tablesOfSchema(PgConnection &connection)
{
    const auto rows = connection.query(
        QStringLiteral(
            "SELECT relation.relname::text, format('%I.%I', namespace.nspname, relation.relname),"
            " EXISTS (SELECT FROM pg_attribute attribute WHERE attribute.attrelid = relation.oid"
            "         AND attribute.attname = 'updated_at' AND NOT attribute.attisdropped)"
            " FROM pg_class relation JOIN pg_namespace namespace ON namespace.oid = relation.relnamespace"
            " WHERE namespace.nspname = current_schema() AND relation.relkind IN ('r', 'p')"),
        {}, actName());
    if (!rows)
        return fail(rows.error());
    Tables tables;
    for (const QSqlRecord &row : *rows)
        tables.insert(row.value(0).toString(), {row.value(1).toString(), row.value(2).toBool()});
    return tables;
}

Result<QList<DroppedTable>> findDropped(PgConnection &connection, const QList<MigrationFile> &files)
{
    if (Done marked = connection.executeRaw(QStringLiteral("SAVEPOINT before_rollback"), actName()); !marked)
        return fail(std::move(marked.error()));
    auto before = tablesOfSchema(connection);
    if (!before)
        return fail(std::move(before.error()));
    QList<DroppedTable> dropped;
    for (const MigrationFile &file : files) {
        const QString name = QStringLiteral("rollback/") + file.fileName;
        if (Done run = runScript(connection, name, file.rollbackSql); !run)
            return fail(std::move(run.error()));
        auto after = tablesOfSchema(connection);
        if (!after)
            return fail(std::move(after.error()));
        for (auto table = before->constBegin(); table != before->constEnd(); ++table) {
            if (!after->contains(table.key()))
                dropped.append({table.key(), table.value(), file.version});
        }
        before = std::move(after);
    }
    if (Done undone =
            connection.executeRaw(QStringLiteral("ROLLBACK TO SAVEPOINT before_rollback"), actName());
        !undone)
        return fail(std::move(undone.error()));
    return dropped;
}

// A trigger gives every endpoint its row of state; what workers keep there they find out again.
QString lossCondition(const QString &table)
{
    return table == QLatin1String("signalbox_endpoint_state") ? QStringLiteral(" WHERE missed_events > 0")
                                                              : QString();
}

// Rows that the file itself put in are no loss: it would put them in again. They carry the time of its
// transaction, as its ledger row does, unless somebody changed them since.
Result<qint64> countRowsToLose(PgConnection &connection, const DroppedTable &table, const LedgerRow *row)
{
    const bool mayHoldOwnRows = table.info.hasUpdatedAt && row;
    const QString condition =
        mayHoldOwnRows ? QStringLiteral(" WHERE updated_at IS DISTINCT FROM"
                                        " (SELECT installed_on FROM %1 WHERE version = :version::bigint)")
                             .arg(row->table)
                       : lossCondition(table.name);
    const auto rows = connection.query(
        QStringLiteral("SELECT count(*) FROM (SELECT FROM %1%2 LIMIT %3) AS counted")
            .arg(table.info.quotedName, condition)
            .arg(mostRowsCounted + 1),
        mayHoldOwnRows ? Bindings{{QStringLiteral(":version"), table.version}} : Bindings{}, actName());
    if (!rows)
        return fail(rows.error());
    return rows->constFirst().value(0).toLongLong();
}

Result<QList<MigrationReport::Loss>> findLosses(PgConnection &connection, const MigrationLedger &ledger,
                                                const QList<MigrationFile> &files)
{
    const auto dropped = findDropped(connection, files);
    if (!dropped)
        return fail(dropped.error());
    QList<MigrationReport::Loss> losses;
    for (const DroppedTable &table : *dropped) {
        // Nobody inserts between the count and the drop.
        if (Done locked = connection.executeRaw(
                QStringLiteral("LOCK TABLE %1 IN ACCESS EXCLUSIVE MODE").arg(table.info.quotedName),
                actName());
            !locked)
            return fail(std::move(locked.error()));
        const LedgerRow *row = nullptr;
        for (const MigrationFile &file : files) {
            if (file.version == table.version)
                row = ledger.writableRowOf(file);
        }
        const auto rows = countRowsToLose(connection, table, row);
        if (!rows)
            return fail(rows.error());
        if (*rows > 0)
            losses.append({table.name, *rows});
    }
    return losses;
}

QStringList adoptedVersions(const MigrationLedger &ledger, const QList<MigrationFile> &files)
{
    QStringList names;
    for (const MigrationFile &file : files) {
        const LedgerRow *row = ledger.writableRowOf(file);
        if (row && row->isAdopted())
            names << file.fileName;
    }
    return names;
}

Done refuseLosses(const MigrationLedger &ledger, const QList<MigrationFile> &files,
                  const QList<MigrationReport::Loss> &losses)
{
    if (!losses.isEmpty()) {
        return fail(Error::Kind::Refused, actName(),
                    QStringLiteral("it would drop tables that hold rows: ") + lossText(losses),
                    QStringLiteral("say --yes to lose them"));
    }
    const QStringList adopted = adoptedVersions(ledger, files);
    if (!adopted.isEmpty()) {
        return fail(Error::Kind::Refused, actName(),
                    QStringLiteral("the tables of %1 were there before Signalbox")
                        .arg(adopted.join(QStringLiteral(", "))),
                    QStringLiteral("say --yes to drop them, or stay above with --to"));
    }
    return {};
}

Done runRollbacks(PgConnection &connection, const MigrationLedger &ledger, const QList<MigrationFile> &files,
                  MigrationReport &report)
{
    for (const MigrationFile &file : files) {
        QElapsedTimer clock;
        clock.start();
        if (Done run = runScript(connection, QStringLiteral("rollback/") + file.fileName, file.rollbackSql);
            !run)
            return fail(std::move(run.error()));
        if (const auto closed = closeDefinerFunctions(connection); !closed)
            return fail(closed.error());
        if (Done removed = ledger.remove(connection, file.version); !removed)
            return fail(std::move(removed.error()));
        report.steps.append(
            {MigrationReport::Step::Kind::RolledBack, file.version, file.description, clock.elapsed()});
    }
    return {};
}

} // namespace

QString lossText(const QList<MigrationReport::Loss> &losses)
{
    QStringList texts;
    for (const MigrationReport::Loss &loss : losses) {
        const QString count = loss.rows > mostRowsCounted
                                  ? QStringLiteral("more than %1").arg(mostRowsCounted)
                                  : QString::number(loss.rows);
        texts << QStringLiteral("%1 (%2 %3)")
                     .arg(loss.table, count, loss.rows == 1 ? QStringLiteral("row") : QStringLiteral("rows"));
    }
    return texts.join(QStringLiteral(", "));
}

Result<MigrationReport> rollBack(PgConnection &connection, const MigrationLedger &ledger,
                                 const Descent &descent, const Migrator::Progress &progress)
{
    const auto missing = missingObjects(connection, ledger, descent.files);
    if (!missing)
        return fail(missing.error());
    QList<QByteArray> scripts = scriptsToRestore(ledger, descent.files, *missing);
    for (const MigrationFile &file : descent.newestFirst)
        scripts << file.rollbackSql;
    auto transaction = beginWithLocks(connection, scripts, progress);
    if (!transaction)
        return fail(std::move(transaction.error()));
    if (Done set = connection.executeRaw(QStringLiteral("SET LOCAL lock_timeout = '5s'"), actName()); !set)
        return fail(std::move(set.error()));
    MigrationReport report;
    if (!missing->isEmpty()) {
        const auto restored = restoreObjects(connection, ledger, descent.files, *missing);
        if (!restored)
            return fail(restored.error());
        report.notes += *restored;
    }
    auto losses = findLosses(connection, ledger, descent.newestFirst);
    if (!losses)
        return fail(std::move(losses.error()));
    if (!descent.evenIfDataIsLost) {
        if (Done harmless = refuseLosses(ledger, descent.newestFirst, *losses); !harmless)
            return fail(std::move(harmless.error()));
    }
    if (Done run = runRollbacks(connection, ledger, descent.newestFirst, report); !run)
        return fail(std::move(run.error()));
    if (Done committed = transaction->commit(); !committed)
        return fail(std::move(committed.error()));
    report.losses = *losses;
    if (!losses->isEmpty())
        report.notes << QStringLiteral("Dropped with their rows: ") + lossText(*losses);
    return report;
}

Result<MigrationReport> previewRollBack(PgConnection &connection, const MigrationLedger &ledger,
                                        const Descent &descent)
{
    const auto tables = tablesOfSchema(connection);
    if (!tables)
        return fail(tables.error());
    MigrationReport report;
    for (const MigrationFile &file : descent.newestFirst) {
        report.steps.append({MigrationReport::Step::Kind::RolledBack, file.version, file.description, 0});
        for (const SchemaObject &object : file.change.added) {
            const QString name = object.name.section(' ', 1);
            if (object.kind() != QLatin1String("table") || !tables->contains(name))
                continue;
            const auto rows = countRowsToLose(connection, {name, tables->value(name), file.version},
                                              ledger.writableRowOf(file));
            if (!rows)
                return fail(rows.error());
            if (*rows > 0)
                report.losses.append({name, *rows});
        }
    }
    return report;
}

} // namespace signalbox
