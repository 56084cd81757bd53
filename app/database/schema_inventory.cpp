#include "app/database/schema_inventory.h"

#include "app/database/schema_comparison.h"

#include <algorithm>

namespace signalbox {

namespace {

// Names as catalog.txt has them. A foreign key is known by what it does, whatever its name.
QString objectsSql()
{
    return QStringLiteral(R"(
WITH relation AS (
    SELECT class.oid, class.relname, class.relkind
    FROM pg_class class
    JOIN pg_namespace namespace ON namespace.oid = class.relnamespace AND namespace.nspname = current_schema()
    WHERE class.relname NOT IN ('_sqlx_migrations', 'signalbox_migrations') AND NOT class.relispartition
)
SELECT 'table ' || relname AS name, CASE relkind WHEN 'p' THEN 'partitioned' END AS definition
FROM relation
WHERE relkind IN ('r', 'p')
UNION ALL
SELECT 'sequence ' || relname, NULL FROM relation WHERE relkind = 'S'
UNION ALL
SELECT 'view ' || relname, NULL FROM relation WHERE relkind IN ('v', 'm')
UNION ALL
SELECT format('column %s.%s', relation.relname, attribute.attname), NULL
FROM relation
JOIN pg_attribute attribute ON attribute.attrelid = relation.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
WHERE relation.relkind IN ('r', 'p')
UNION ALL
SELECT format('default %s.%s', relation.relname, attribute.attname), pg_get_expr(standard.adbin, standard.adrelid)
FROM relation
JOIN pg_attrdef standard ON standard.adrelid = relation.oid
JOIN pg_attribute attribute ON attribute.attrelid = relation.oid AND attribute.attnum = standard.adnum
WHERE relation.relkind IN ('r', 'p')
UNION ALL
SELECT format('index %s on %s', class.relname, relation.relname), NULL
FROM relation
JOIN pg_index state ON state.indrelid = relation.oid AND state.indisvalid
JOIN pg_class class ON class.oid = state.indexrelid
WHERE NOT EXISTS (SELECT FROM pg_constraint restriction WHERE restriction.conindid = state.indexrelid
                  AND restriction.contype IN ('p', 'u', 'x'))
UNION ALL
SELECT format('trigger %s on %s', trigger.tgname, relation.relname), NULL
FROM relation
JOIN pg_trigger trigger ON trigger.tgrelid = relation.oid AND NOT trigger.tgisinternal
UNION ALL
SELECT format('check %s on %s', restriction.conname, relation.relname),
       regexp_replace(pg_get_constraintdef(restriction.oid), ' NOT VALID$', '')
FROM relation
JOIN pg_constraint restriction ON restriction.conrelid = relation.oid AND restriction.contype = 'c'
UNION ALL
SELECT format('foreign key %s (%s) to %s', relation.relname,
              (SELECT string_agg(attribute.attname, ', ' ORDER BY key.place)
               FROM unnest(restriction.conkey) WITH ORDINALITY AS key (attnum, place)
               JOIN pg_attribute attribute ON attribute.attrelid = relation.oid AND attribute.attnum = key.attnum),
              referenced.relname),
       regexp_replace(pg_get_constraintdef(restriction.oid), ' NOT VALID$', '')
FROM relation
JOIN pg_constraint restriction ON restriction.conrelid = relation.oid AND restriction.contype = 'f'
JOIN pg_class referenced ON referenced.oid = restriction.confrelid
UNION ALL
SELECT format('function %s(%s)', proc.proname, oidvectortypes(proc.proargtypes)), NULL
FROM pg_proc proc
JOIN pg_namespace namespace ON namespace.oid = proc.pronamespace AND namespace.nspname = current_schema()
WHERE proc.prokind = 'f')");
}

bool wasMadeByUs(const MigrationLedger &ledger, const MigrationFile &file)
{
    const LedgerRow *row = ledger.writableRowOf(file);
    return row && !row->isAdopted();
}

// What the file left and no later one took away.
bool counts(const SchemaObject &object, const MigrationLedger &ledger, const MigrationFile &file)
{
    const QString kind = object.kind();
    if (!isOriginalMigration(file))
        return true;
    if (kind == QLatin1String("table") || kind == QLatin1String("column"))
        return true;
    // Which indexes and checks the tables of the description have is its owner's to decide.
    return wasMadeByUs(ledger, file) && kind != QLatin1String("index") && kind != QLatin1String("check");
}

} // namespace

Result<QList<SchemaObject>> objectsOfSchema(PgConnection &connection)
{
    const auto rows = connection.query(objectsSql(), {}, QStringLiteral("read the catalog"));
    if (!rows)
        return fail(rows.error());
    QList<SchemaObject> objects;
    for (const QSqlRecord &row : *rows)
        objects.append({0, row.value(0).toString(), row.value(1).toString()});
    return objects;
}

Result<QList<SchemaObject>> missingObjects(PgConnection &connection, const MigrationLedger &ledger,
                                           const QList<MigrationFile> &files)
{
    QList<SchemaObject> expected;
    for (const MigrationFile &file : files) {
        if (!ledger.rowOf(file))
            continue;
        const QStringList &removed = file.change.removed;
        expected.removeIf([&removed](const SchemaObject &object) { return removed.contains(object.name); });
        std::copy_if(file.change.added.cbegin(), file.change.added.cend(), std::back_inserter(expected),
                     [&](const SchemaObject &object) { return counts(object, ledger, file); });
    }
    if (expected.isEmpty())
        return expected;
    const auto objects = objectsOfSchema(connection);
    if (!objects)
        return fail(objects.error());
    QSet<QString> present;
    QSet<QString> partitioned;
    for (const SchemaObject &object : *objects) {
        present.insert(object.name);
        if (object.name.startsWith(QLatin1String("table ")) && !object.definition.isEmpty())
            partitioned.insert(object.name);
    }
    // Whoever partitioned a table by hand may have left its key out, and adding one would check all of it
    // under a lock.
    expected.removeIf([&](const SchemaObject &object) {
        const bool isItsOwnersChoice = object.kind() == QLatin1String("foreign key") &&
                                       partitioned.contains(QStringLiteral("table ") + object.table());
        return present.contains(object.name) || isItsOwnersChoice;
    });
    return expected;
}

bool isIndispensable(const SchemaObject &object)
{
    const QString kind = object.kind();
    return kind == QLatin1String("table") || kind == QLatin1String("column") ||
           kind == QLatin1String("sequence") || kind == QLatin1String("function");
}

} // namespace signalbox
