#include "app/database/schema_repair.h"

#include "app/database/definer_functions.h"
#include "app/database/migrator_script.h"
#include "app/database/schema_comparison.h"
#include "app/database/schema_inventory.h"

#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace signalbox {

namespace {

QString actName()
{
    return QStringLiteral("restore the schema");
}

bool lacksSomething(const MigrationFile &file, const QList<SchemaObject> &missing)
{
    return std::any_of(missing.cbegin(), missing.cend(),
                       [&file](const SchemaObject &object) { return object.version == file.version; });
}

// The tables of the description may be somebody else's: their files run again only for what they lack.
QList<MigrationFile> filesToRun(const MigrationLedger &ledger, const QList<MigrationFile> &files,
                                const QList<SchemaObject> &missing)
{
    QList<MigrationFile> result;
    for (const MigrationFile &file : files) {
        const bool isWanted =
            lacksSomething(file, missing) || (!result.isEmpty() && !isOriginalMigration(file));
        if (isWanted && file.isTransactional() && ledger.rowOf(file))
            result.append(file);
    }
    return result;
}

bool contains(const QList<SchemaObject> &objects, const QString &name)
{
    return std::any_of(objects.cbegin(), objects.cend(),
                       [&name](const SchemaObject &object) { return object.name == name; });
}

// "endpoint_id", "webhook_endpoints" and "id" of FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints(id) …
QRegularExpressionMatch partsOfForeignKey(const QString &definition)
{
    static const QRegularExpression pattern(
        QStringLiteral("^FOREIGN KEY \\((\\w+)\\) REFERENCES (\\w+)\\((\\w+)\\) ON DELETE CASCADE"));
    return pattern.match(definition);
}

// State of ours whose row is gone would have gone with it. What others wrote is never deleted.
Result<QString> removeOrphans(PgConnection &connection, const SchemaObject &key)
{
    const auto parts = partsOfForeignKey(key.definition);
    if (!key.table().startsWith(QLatin1String("signalbox_")) || !parts.hasMatch())
        return QString();
    const auto removed = connection.execute(
        QStringLiteral(
            "DELETE FROM %1 child WHERE NOT EXISTS (SELECT FROM %3 parent WHERE parent.%4 = child.%2)")
            .arg(key.table(), parts.captured(1), parts.captured(2), parts.captured(3)),
        {}, actName());
    if (!removed)
        return fail(removed.error());
    if (*removed == 0)
        return QString();
    return QStringLiteral("Removed from %1, because their row of %2 is gone: %3")
        .arg(key.table(), parts.captured(2))
        .arg(*removed);
}

// Not checked against the rows that are there: that comes later, without the locks.
Done addForeignKey(PgConnection &connection, const SchemaObject &key)
{
    return connection.executeRaw(
        QStringLiteral("ALTER TABLE %1 ADD %2 NOT VALID").arg(key.table(), key.definition), actName());
}

Done restoreByDefinition(PgConnection &connection, const SchemaObject &object, QStringList &notes)
{
    if (object.kind() == QLatin1String("default"))
        return connection.executeRaw(
            QStringLiteral("ALTER TABLE %1 ALTER COLUMN %2 SET DEFAULT %3")
                .arg(object.table(), object.name.section('.', -1), object.definition),
            actName());
    if (object.kind() == QLatin1String("check"))
        return connection.executeRaw(
            QStringLiteral("ALTER TABLE %1 ADD CONSTRAINT %2 %3 NOT VALID")
                .arg(object.table(), object.name.section(' ', 1, 1), object.definition),
            actName());
    const auto removed = removeOrphans(connection, object);
    if (!removed)
        return fail(removed.error());
    if (!removed->isEmpty())
        notes << *removed;
    return addForeignKey(connection, object);
}

// A sequence that was made anew starts at 1; events that are there hold what the lost one gave.
Done raisePositions(PgConnection &connection)
{
    return connection.executeRaw(QStringLiteral(R"(
SELECT setval('signalbox_event_position', highest.position)
FROM (SELECT max(position) AS position FROM events) highest
WHERE highest.position >= (SELECT last_value FROM signalbox_event_position))"),
                                 actName());
}

// A foreign key that rows break stays, for new rows.
Result<QStringList> validateForeignKeys(PgConnection &connection, const QList<SchemaObject> &missing)
{
    QStringList tables;
    for (const SchemaObject &object : missing) {
        if (object.kind() == QLatin1String("foreign key"))
            tables << object.table();
    }
    const auto rows = connection.query(QStringLiteral(R"(
SELECT format('ALTER TABLE %s VALIDATE CONSTRAINT %I', restriction.conrelid::regclass, restriction.conname),
       restriction.conrelid::regclass::text, restriction.confrelid::regclass::text
FROM pg_constraint restriction
JOIN pg_namespace namespace ON namespace.oid = restriction.connamespace AND namespace.nspname = current_schema()
JOIN pg_class relation ON relation.oid = restriction.conrelid
WHERE restriction.contype = 'f' AND NOT restriction.convalidated
  AND relation.relname = ANY (string_to_array(:tables::text, ','))
ORDER BY 1)"),
                                       {{QStringLiteral(":tables"), tables.join(',')}}, actName());
    if (!rows)
        return fail(rows.error());
    QStringList notes;
    for (const QSqlRecord &row : *rows) {
        const Done valid = connection.executeRaw(row.value(0).toString(), actName());
        if (!valid && valid.error().sqlState != QLatin1String("23503"))
            return fail(valid.error());
        if (!valid)
            notes << QStringLiteral(
                         "%1 holds rows whose row of %2 is missing; the foreign key is there for new rows "
                         "only")
                         .arg(row.value(1).toString(), row.value(2).toString());
    }
    return notes;
}

} // namespace

QList<QByteArray> scriptsToRestore(const MigrationLedger &ledger, const QList<MigrationFile> &files,
                                   const QList<SchemaObject> &missing)
{
    QList<QByteArray> scripts;
    for (const MigrationFile &file : filesToRun(ledger, files, missing))
        scripts << file.sql;
    for (const SchemaObject &object : missing) {
        if (object.kind() == QLatin1String("foreign key"))
            scripts
                << QStringLiteral("ALTER TABLE %1 ADD %2").arg(object.table(), object.definition).toUtf8();
    }
    return scripts;
}

Result<QStringList> restoreObjects(PgConnection &connection, const MigrationLedger &ledger,
                                   const QList<MigrationFile> &files, const QList<SchemaObject> &missing)
{
    for (const MigrationFile &file : filesToRun(ledger, files, missing)) {
        if (Done run = runScript(connection, file.fileName, file.sql); !run)
            return fail(std::move(run.error()));
    }
    if (const auto closed = closeDefinerFunctions(connection); !closed)
        return fail(closed.error());
    const auto still = missingObjects(connection, ledger, files);
    if (!still)
        return fail(still.error());
    QStringList notes{QStringLiteral("Restored what was missing: ") +
                      shortNamesOf(missing).join(QStringLiteral(", "))};
    for (const SchemaObject &object : *still) {
        if (object.definition.isEmpty() || object.kind() == QLatin1String("table"))
            continue;
        if (Done restored = restoreByDefinition(connection, object, notes); !restored)
            return fail(std::move(restored.error()));
    }
    if (contains(missing, QStringLiteral("sequence signalbox_event_position"))) {
        if (Done raised = raisePositions(connection); !raised)
            return fail(std::move(raised.error()));
    }
    return notes;
}

Result<QStringList> finishRestoring(PgConnection &connection, const QList<MigrationFile> &files,
                                    const QList<SchemaObject> &missing)
{
    for (const MigrationFile &file : files) {
        if (file.isTransactional() || !lacksSomething(file, missing))
            continue;
        if (Done run = runWithoutTransaction(connection, file); !run)
            return fail(std::move(run.error()));
    }
    return validateForeignKeys(connection, missing);
}

Result<QList<SchemaObject>> leftOutByBackup(PgConnection &connection, const MigrationFile &file)
{
    const auto objects = objectsOfSchema(connection);
    if (!objects)
        return fail(objects.error());
    QSet<QString> present;
    for (const SchemaObject &object : *objects)
        present.insert(object.name);
    QList<SchemaObject> missing;
    for (const SchemaObject &object : file.change.added) {
        if (present.contains(object.name))
            continue;
        const QString kind = object.kind();
        if (kind != QLatin1String("function") && kind != QLatin1String("trigger") &&
            kind != QLatin1String("view"))
            return QList<SchemaObject>();
        missing << object;
    }
    return missing;
}

} // namespace signalbox
