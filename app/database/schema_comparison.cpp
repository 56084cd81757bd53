#include "app/database/schema_comparison.h"

#include "app/database/schema_catalog.h"
#include "app/database/schema_expectation.h"
#include "app/database/statement_splitter.h"

#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace signalbox {

namespace {

using Weight = SchemaDifference::Weight;

// What one table is compared by, and where its differences go.
struct Comparison
{
    const ExpectedTable &wanted;
    const FoundTable &found;
    const MigrationFile &file;
    QList<SchemaDifference> &differences;

    void add(const QString &sentence, const QString &remedy, Weight weight) const
    {
        differences.append({sentence, remedy, weight});
    }
    // The end of "ALTER TABLE events ALTER COLUMN payload ...;".
    QString alterColumn(const QString &column, const QString &change) const
    {
        return QStringLiteral("ALTER TABLE %1 ALTER COLUMN %2 %3;").arg(wanted.name, quoted(column), change);
    }
    static QString quoted(const QString &name)
    {
        static const QRegularExpression plain(QStringLiteral("^[a-z_][a-z0-9_]*$"));
        return plain.match(name).hasMatch() ? name
                                            : '"' + QString(name).replace('"', QLatin1String("\"\"")) + '"';
    }
};

bool isWideEnough(const QString &type, const QString &wanted)
{
    static const QRegularExpression text(QStringLiteral("^character varying\\((\\d+)\\)$"));
    const auto wantedMatch = text.match(wanted);
    if (type == wanted || !wantedMatch.hasMatch())
        return type == wanted;
    const auto match = text.match(type);
    return type == QLatin1String("text") || type == QLatin1String("character varying") ||
           (match.hasMatch() && match.captured(1).toInt() >= wantedMatch.captured(1).toInt());
}

// Statements of the file that begin like this; the remedy where something is missing altogether.
QString statementsOf(const MigrationFile &file, const QStringList &beginnings)
{
    QStringList result;
    for (const Statement &statement : splitStatements(QString::fromUtf8(file.sql))) {
        const QString text = statement.text.simplified();
        if (std::any_of(beginnings.begin(), beginnings.end(), [&text](const QString &beginning) {
                return text.startsWith(beginning, Qt::CaseInsensitive);
            }))
            result << statement.text + ';';
    }
    return result.join('\n');
}

QString columnDeclaration(const ExpectedColumn &column)
{
    return column.name + ' ' + column.type +
           (column.fallback.isEmpty() ? QString() : QStringLiteral(" DEFAULT ") + column.fallback);
}

QString typeRemedy(const Comparison &table, const ExpectedColumn &column, const QString &type)
{
    QString change = QStringLiteral("TYPE ") + column.type;
    if (type == QLatin1String("timestamp without time zone"))
        change += QStringLiteral(" USING %1 AT TIME ZONE 'UTC'").arg(table.quoted(column.name));
    else if (!type.startsWith(QLatin1String("character varying")))
        change += QStringLiteral(" USING %1::%2").arg(table.quoted(column.name), column.type);
    return table.alterColumn(column.name, change);
}

void compareColumn(const Comparison &table, const ExpectedColumn &column, const FoundColumn &found)
{
    const QString name = table.wanted.name + '.' + column.name;
    if (!isWideEnough(found.type, column.type))
        table.add(QStringLiteral("%1 is %2, expected %3").arg(name, found.type, column.type),
                  typeRemedy(table, column, found.type), Weight::Refused);
    if (column.isNotNull && !found.isNotNull)
        table.add(QStringLiteral("%1 may be null").arg(name),
                  table.alterColumn(column.name, QStringLiteral("SET NOT NULL")), Weight::Tolerated);
    if (!column.isNotNull && found.isNotNull && !found.hasDefault)
        table.add(QStringLiteral("%1 must not be null").arg(name),
                  table.alterColumn(column.name, QStringLiteral("DROP NOT NULL")), Weight::Refused);
    if (!column.fallback.isEmpty() && !found.hasDefault)
        table.add(QStringLiteral("%1 has no default").arg(name),
                  table.alterColumn(column.name, QStringLiteral("SET DEFAULT ") + column.fallback),
                  Weight::Amended);
}

void compareColumns(const Comparison &table)
{
    QMap<QString, FoundColumn> others = table.found.columns;
    for (const ExpectedColumn &column : table.wanted.columns) {
        const auto match = table.found.columns.constFind(column.name);
        others.remove(column.name);
        if (match != table.found.columns.constEnd())
            compareColumn(table, column, *match);
        else
            table.add(QStringLiteral("column %1.%2 is missing").arg(table.wanted.name, column.name),
                      QStringLiteral("ALTER TABLE %1 ADD COLUMN %2;")
                          .arg(table.wanted.name, columnDeclaration(column)),
                      Weight::Refused);
    }
    // Our own rows do not name columns we do not know.
    for (auto other = others.constBegin(); other != others.constEnd(); ++other) {
        if (other->isNotNull && !other->hasDefault)
            table.add(QStringLiteral("%1.%2 must not be null and has no default")
                          .arg(table.wanted.name, other.key()),
                      table.alterColumn(other.key(), QStringLiteral("DROP NOT NULL")) +
                          QStringLiteral(" -- or give it a default"),
                      Weight::Refused);
    }
}

// The key's own columns, with those of the partition key where the table is partitioned.
bool fulfils(const FoundTable &table, const FoundConstraint &constraint, const ExpectedKey &key)
{
    if (constraint.kind != FoundConstraint::Kind::Unique)
        return false;
    const QSet<QString> found(constraint.columns.begin(), constraint.columns.end());
    QSet<QString> wanted(key.columns.begin(), key.columns.end());
    if (found == wanted)
        return true;
    wanted.unite({table.partitionKey.begin(), table.partitionKey.end()});
    return table.isPartitioned && found == wanted;
}

void compareKeys(const Comparison &table)
{
    for (const ExpectedKey &key : table.wanted.keys) {
        const auto &constraints = table.found.constraints;
        if (std::any_of(constraints.begin(), constraints.end(),
                        [&](const FoundConstraint &each) { return fulfils(table.found, each, key); }))
            continue;
        QStringList columns = key.columns;
        for (const QString &column : table.found.partitionKey) {
            if (!columns.contains(column))
                columns << column;
        }
        const QString names = columns.join(QStringLiteral(", "));
        // A partition key that is not part of the version's key leaves nothing to declare it with.
        const bool isOrderOnly = table.found.isPartitioned && !key.isPrimary;
        table.add(QStringLiteral("%1 lacks its constraint: %2 (%3)")
                      .arg(table.wanted.name,
                           key.isPrimary ? QStringLiteral("primary key") : QStringLiteral("unique"),
                           key.columns.join(QStringLiteral(", "))),
                  QStringLiteral("ALTER TABLE %1 ADD %2 (%3);")
                      .arg(table.wanted.name,
                           key.isPrimary ? QStringLiteral("PRIMARY KEY") : QStringLiteral("UNIQUE"), names),
                  key.isNeeded && !isOrderOnly ? Weight::Refused : Weight::Tolerated);
    }
}

void compareReferences(const Comparison &table)
{
    for (const ExpectedReference &reference : table.wanted.references) {
        QString drop;
        bool isThere = false;
        for (const FoundConstraint &each : table.found.constraints) {
            if (each.kind != FoundConstraint::Kind::Reference ||
                each.columns != QStringList{reference.column} || each.referenced != reference.table)
                continue;
            isThere = isThere || each.cascades;
            drop += QStringLiteral("ALTER TABLE %1 DROP CONSTRAINT %2;\n")
                        .arg(table.wanted.name, table.quoted(each.name));
        }
        if (isThere)
            continue;
        table.add(
            QStringLiteral("%1 lacks its constraint: foreign key (%2) to %3 on delete cascade")
                .arg(table.wanted.name, reference.column, reference.table),
            drop + QStringLiteral("ALTER TABLE %1 ADD FOREIGN KEY (%2) REFERENCES %3 (id) ON DELETE CASCADE;")
                       .arg(table.wanted.name, reference.column, reference.table),
            Weight::Tolerated);
    }
}

void compareStates(const Comparison &table)
{
    if (table.wanted.states.isEmpty())
        return;
    QStringList literals;
    for (const QString &state : table.wanted.states)
        literals << '\'' + state + '\'';
    const QString add =
        QStringLiteral("ALTER TABLE %1 ADD CONSTRAINT check_status CHECK (status IN (%2)) NOT VALID;")
            .arg(table.wanted.name, literals.join(QStringLiteral(", ")));
    bool isThere = false;
    for (const FoundConstraint &each : table.found.constraints) {
        if (each.kind != FoundConstraint::Kind::Check ||
            each.columns != QStringList{QStringLiteral("status")})
            continue;
        isThere = true;
        // It must let every state pass that we write; it may let more pass.
        if (!std::all_of(literals.begin(), literals.end(),
                         [&each](const QString &literal) { return each.definition.contains(literal); }))
            table.add(QStringLiteral(
                          "%1 lacks its constraint: check_status on status (%2 does not take every state)")
                          .arg(table.wanted.name, each.name),
                      QStringLiteral("ALTER TABLE %1 DROP CONSTRAINT %2;\n%3")
                          .arg(table.wanted.name, table.quoted(each.name), add),
                      Weight::Refused);
    }
    if (!isThere)
        table.add(QStringLiteral("%1 lacks its constraint: check_status on status").arg(table.wanted.name),
                  add, Weight::Tolerated);
}

void compareTriggers(const Comparison &table)
{
    for (const ExpectedTrigger &trigger : table.wanted.triggers) {
        // Another program's trigger may do the same under another name.
        if (table.found.triggerFunctions.isEmpty())
            table.add(trigger.purpose,
                      statementsOf(table.file,
                                   {QStringLiteral("CREATE OR REPLACE FUNCTION %1(").arg(trigger.function),
                                    QStringLiteral("CREATE TRIGGER %1 ").arg(trigger.name)}),
                      Weight::Tolerated);
    }
}

void compareTable(const ExpectedTable &wanted, const FoundTables &found, const MigrationFile &file,
                  QList<SchemaDifference> &differences)
{
    const auto match = found.constFind(wanted.name);
    if (match == found.constEnd()) {
        differences.append(
            {QStringLiteral("table %1 is missing").arg(wanted.name),
             statementsOf(file, {QStringLiteral("CREATE TABLE IF NOT EXISTS %1 (").arg(wanted.name)}),
             Weight::Refused});
        return;
    }
    const Comparison table{wanted, *match, file, differences};
    if (!match->isTable) {
        table.add(QStringLiteral("%1 is not a table").arg(wanted.name),
                  QStringLiteral("-- %1 is a view or a foreign table; Signalbox needs a table of that name")
                      .arg(wanted.name),
                  Weight::Refused);
        return;
    }
    if (match->isPartitioned && !wanted.mayBePartitioned)
        table.add(QStringLiteral("%1 is partitioned").arg(wanted.name),
                  QStringLiteral("-- %1 is changed in place and referenced: Signalbox needs it in one piece")
                      .arg(wanted.name),
                  Weight::Refused);
    compareColumns(table);
    compareKeys(table);
    compareReferences(table);
    compareStates(table);
    compareTriggers(table);
}

QStringList namesOf(const QList<ExpectedTable> &tables)
{
    QStringList names;
    for (const ExpectedTable &table : tables)
        names << table.name;
    return names;
}

} // namespace

bool SchemaComparison::isCompatible() const
{
    return exists && withWeight(Weight::Refused).isEmpty();
}

QList<SchemaDifference> SchemaComparison::withWeight(SchemaDifference::Weight weight) const
{
    QList<SchemaDifference> result;
    std::copy_if(differences.begin(), differences.end(), std::back_inserter(result),
                 [weight](const SchemaDifference &each) { return each.weight == weight; });
    return result;
}

QStringList sentencesOf(const QList<SchemaDifference> &differences)
{
    QStringList sentences;
    for (const SchemaDifference &difference : differences)
        sentences << difference.sentence;
    return sentences;
}

bool isOriginalMigration(const MigrationFile &file)
{
    return file.fileName == QLatin1String("001_create_event_store.sql") ||
           file.fileName == QLatin1String("002_create_webhook_queue.sql");
}

Result<SchemaComparison> compareWithCatalog(PgConnection &connection, const MigrationFile &file)
{
    SchemaComparison comparison;
    if (!isOriginalMigration(file))
        return comparison;
    const QList<ExpectedTable> tables = file.version == 1 ? expectedEventTables() : expectedWebhookTables();
    const auto found = readCatalog(connection, namesOf(tables));
    if (!found)
        return fail(found.error());
    comparison.exists = !found->isEmpty();
    for (const ExpectedTable &table : tables)
        compareTable(table, *found, file, comparison.differences);
    return comparison;
}

Done refuseSecondSet(PgConnection &connection)
{
    const QList<ExpectedTable> all = expectedEventTables() + expectedWebhookTables();
    const auto here = readCatalog(connection, namesOf(all));
    if (!here)
        return fail(here.error());
    if (!here->isEmpty())
        return {};
    QStringList schemas;
    for (const QList<ExpectedTable> &tables : {expectedEventTables(), expectedWebhookTables()}) {
        const auto found = schemasElsewhere(connection, namesOf(tables));
        if (!found)
            return fail(found.error());
        schemas += *found;
    }
    schemas.removeDuplicates();
    if (schemas.isEmpty())
        return {};
    return fail(
        Error::Kind::Refused, QStringLiteral("look for the schema"),
        QStringLiteral("the tables are in schema %1, which is not the first of this session's search path")
            .arg(schemas.join(QStringLiteral(", "))),
        QStringLiteral("connect with ?options=-csearch_path%3D") + schemas.constFirst() +
            QStringLiteral(" in the URI, or ALTER ROLE ... SET search_path = ") + schemas.constFirst());
}

} // namespace signalbox
