#include "app/database/schema_catalog.h"

#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

QString actName()
{
    return QStringLiteral("read the catalog");
}

QString asJson(const QStringList &names)
{
    nlohmann::json list = nlohmann::json::array();
    for (const QString &name : names)
        list.push_back(name.toStdString());
    return QString::fromStdString(list.dump());
}

QStringList listOf(const QVariant &joined)
{
    return joined.toString().split(',', Qt::SkipEmptyParts);
}

Done readColumns(PgConnection &connection, const QString &names, FoundTables &found)
{
    const auto rows = connection.query(QStringLiteral(R"(
SELECT relation.relname::text, relation.relkind IN ('r', 'p'), relation.relkind = 'p',
       (SELECT string_agg(key.attname, ',')
        FROM pg_partitioned_table partitioned
        JOIN pg_attribute key ON key.attrelid = partitioned.partrelid AND key.attnum = ANY (partitioned.partattrs)
        WHERE partitioned.partrelid = relation.oid),
       attribute.attname::text, format_type(attribute.atttypid, attribute.atttypmod), attribute.attnotnull,
       attribute.atthasdef OR attribute.attidentity <> ''
FROM pg_class relation
JOIN pg_namespace namespace ON namespace.oid = relation.relnamespace AND namespace.nspname = current_schema()
JOIN jsonb_array_elements_text(:names::jsonb) AS wanted (name) ON wanted.name = relation.relname
JOIN pg_attribute attribute ON attribute.attrelid = relation.oid AND attribute.attnum > 0
                           AND NOT attribute.attisdropped
WHERE relation.relkind IN ('r', 'p', 'v', 'm', 'f'))"),
                                       {{QStringLiteral(":names"), names}}, actName());
    if (!rows)
        return fail(rows.error());
    for (const QSqlRecord &row : *rows) {
        FoundTable &table = found[row.value(0).toString()];
        table.isTable = row.value(1).toBool();
        table.isPartitioned = row.value(2).toBool();
        table.partitionKey = listOf(row.value(3));
        table.columns.insert(row.value(4).toString(),
                             {row.value(5).toString(), row.value(6).toBool(), row.value(7).toBool()});
    }
    return {};
}

// A primary key is read as the index that it is: NOT NULL stands with its columns.
Done readUniqueIndexes(PgConnection &connection, const QString &names, FoundTables &found)
{
    const auto rows = connection.query(QStringLiteral(R"(
SELECT relation.relname::text, index.relname::text,
       (SELECT string_agg(attribute.attname, ',')
        FROM unnest(state.indkey) WITH ORDINALITY AS key (attnum, place)
        JOIN pg_attribute attribute ON attribute.attrelid = relation.oid AND attribute.attnum = key.attnum
        WHERE key.place <= state.indnkeyatts)
FROM pg_class relation
JOIN pg_namespace namespace ON namespace.oid = relation.relnamespace AND namespace.nspname = current_schema()
JOIN jsonb_array_elements_text(:names::jsonb) AS wanted (name) ON wanted.name = relation.relname
JOIN pg_index state ON state.indrelid = relation.oid
JOIN pg_class index ON index.oid = state.indexrelid
WHERE state.indisunique AND state.indisvalid AND state.indpred IS NULL AND state.indexprs IS NULL)"),
                                       {{QStringLiteral(":names"), names}}, actName());
    if (!rows)
        return fail(rows.error());
    for (const QSqlRecord &row : *rows) {
        FoundConstraint constraint;
        constraint.name = row.value(1).toString();
        constraint.columns = listOf(row.value(2));
        found[row.value(0).toString()].constraints.append(constraint);
    }
    return {};
}

Done readConstraints(PgConnection &connection, const QString &names, FoundTables &found)
{
    const auto rows = connection.query(QStringLiteral(R"(
SELECT relation.relname::text, restriction.contype::text, restriction.conname::text,
       (SELECT string_agg(attribute.attname, ',' ORDER BY key.place)
        FROM unnest(restriction.conkey) WITH ORDINALITY AS key (attnum, place)
        JOIN pg_attribute attribute ON attribute.attrelid = relation.oid AND attribute.attnum = key.attnum),
       referenced.relname::text, restriction.confdeltype = 'c', pg_get_constraintdef(restriction.oid)
FROM pg_class relation
JOIN pg_namespace namespace ON namespace.oid = relation.relnamespace AND namespace.nspname = current_schema()
JOIN jsonb_array_elements_text(:names::jsonb) AS wanted (name) ON wanted.name = relation.relname
JOIN pg_constraint restriction ON restriction.conrelid = relation.oid AND restriction.contype IN ('f', 'c')
LEFT JOIN pg_class referenced ON referenced.oid = restriction.confrelid)"),
                                       {{QStringLiteral(":names"), names}}, actName());
    if (!rows)
        return fail(rows.error());
    for (const QSqlRecord &row : *rows) {
        using Kind = FoundConstraint::Kind;
        FoundConstraint constraint;
        constraint.kind = row.value(1).toString() == QLatin1String("f") ? Kind::Reference : Kind::Check;
        constraint.name = row.value(2).toString();
        constraint.columns = listOf(row.value(3));
        constraint.referenced = row.value(4).toString();
        constraint.cascades = row.value(5).toBool();
        constraint.definition = row.value(6).toString();
        found[row.value(0).toString()].constraints.append(constraint);
    }
    return {};
}

Done readTriggers(PgConnection &connection, const QString &names, FoundTables &found)
{
    // tgtype: 1 is FOR EACH ROW.
    const auto rows = connection.query(QStringLiteral(R"(
SELECT relation.relname::text, function.proname::text
FROM pg_class relation
JOIN pg_namespace namespace ON namespace.oid = relation.relnamespace AND namespace.nspname = current_schema()
JOIN jsonb_array_elements_text(:names::jsonb) AS wanted (name) ON wanted.name = relation.relname
JOIN pg_trigger state ON state.tgrelid = relation.oid
JOIN pg_proc function ON function.oid = state.tgfoid
WHERE NOT state.tgisinternal AND state.tgenabled IN ('O', 'A') AND state.tgtype & 1 = 1)"),
                                       {{QStringLiteral(":names"), names}}, actName());
    if (!rows)
        return fail(rows.error());
    for (const QSqlRecord &row : *rows)
        found[row.value(0).toString()].triggerFunctions << row.value(1).toString();
    return {};
}

} // namespace

Result<FoundTables> readCatalog(PgConnection &connection, const QStringList &tables)
{
    const QString names = asJson(tables);
    FoundTables found;
    for (const auto read : {&readColumns, &readUniqueIndexes, &readConstraints, &readTriggers}) {
        if (Done done = read(connection, names, found); !done)
            return fail(std::move(done.error()));
    }
    return found;
}

Result<QStringList> schemasElsewhere(PgConnection &connection, const QStringList &tables)
{
    const auto rows = connection.query(QStringLiteral(R"(
SELECT quote_ident(namespace.nspname)
FROM pg_class relation
JOIN pg_namespace namespace ON namespace.oid = relation.relnamespace
JOIN jsonb_array_elements_text(:names::jsonb) AS wanted (name) ON wanted.name = relation.relname
WHERE relation.relkind IN ('r', 'p') AND namespace.nspname IS DISTINCT FROM current_schema()
  AND namespace.nspname NOT LIKE 'pg\_%' AND namespace.nspname <> 'information_schema'
GROUP BY namespace.nspname
HAVING count(DISTINCT relation.relname) = jsonb_array_length(:names::jsonb)
ORDER BY namespace.nspname)"),
                                       {{QStringLiteral(":names"), asJson(tables)}}, actName());
    if (!rows)
        return fail(rows.error());
    QStringList schemas;
    for (const QSqlRecord &row : *rows)
        schemas << row.value(0).toString();
    return schemas;
}

} // namespace signalbox
