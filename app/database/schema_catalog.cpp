#include "app/database/schema_catalog.h"

#include <QHash>
#include <QMap>
#include <QRegularExpression>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace signalbox {

namespace {

struct ExpectedColumn
{
    QString name;
    QString type; ///< as format_type writes it
    bool isNotNull = false;
};

struct ExpectedTable
{
    QString name;
    QList<ExpectedColumn> columns;
    QStringList constraints; ///< see constraintKey()
};

// One line per table: columns as "name type", with "!" for NOT NULL; then the constraints.
ExpectedTable expected(const QString &name, const QString &columns, const QStringList &constraints)
{
    ExpectedTable table{name, {}, constraints};
    for (QString column : columns.split(QStringLiteral(", "))) {
        const bool isNotNull = column.endsWith('!');
        if (isNotNull)
            column.chop(1);
        const qsizetype space = column.indexOf(' ');
        table.columns.append({column.left(space), column.mid(space + 1), isNotNull});
    }
    return table;
}

QList<ExpectedTable> eventTables()
{
    return {
        expected(
            QStringLiteral("events"),
            QStringLiteral(
                "id uuid!, event_type character varying(255)!, stream_id character varying(255)!, "
                "version integer!, payload jsonb!, metadata jsonb!, correlation_id uuid, causation_id uuid, "
                "timestamp timestamp with time zone!, created_at timestamp with time zone!"),
            {QStringLiteral("primary key (id)"), QStringLiteral("unique (stream_id, version)")}),
        expected(QStringLiteral("event_streams"),
                 QStringLiteral("id character varying(255)!, current_version integer!, "
                                "created_at timestamp with time zone!, updated_at timestamp with time zone!"),
                 {QStringLiteral("primary key (id)")}),
        expected(QStringLiteral("event_snapshots"),
                 QStringLiteral("stream_id character varying(255)!, version integer!, state jsonb!, "
                                "created_at timestamp with time zone!"),
                 {QStringLiteral("primary key (stream_id, version)")}),
    };
}

QList<ExpectedTable> webhookTables()
{
    return {
        expected(
            QStringLiteral("webhook_endpoints"),
            QStringLiteral(
                "id character varying(255)!, url text!, secret character varying(255)!, description text, "
                "event_filter jsonb, custom_headers jsonb, timeout_ms integer!, max_retries integer!, "
                "enabled boolean!, created_at timestamp with time zone!, "
                "updated_at timestamp with time zone!"),
            {QStringLiteral("primary key (id)")}),
        expected(QStringLiteral("webhook_jobs"),
                 QStringLiteral("id uuid!, endpoint_id character varying(255)!, url text!, payload jsonb!, "
                                "secret character varying(255)!, custom_headers jsonb, attempts integer!, "
                                "max_attempts integer!, next_attempt timestamp with time zone!, "
                                "status character varying(50)!, last_error text, timeout_ms integer!, "
                                "created_at timestamp with time zone!, updated_at timestamp with time zone!"),
                 {QStringLiteral("primary key (id)"),
                  QStringLiteral("foreign key (endpoint_id) to webhook_endpoints on delete cascade"),
                  QStringLiteral("check_status on status")}),
        expected(
            QStringLiteral("webhook_deliveries"),
            QStringLiteral(
                "id uuid!, job_id uuid!, endpoint_id character varying(255)!, "
                "event_type character varying(255)!, status_code integer, response_body text, error text, "
                "duration_ms integer!, created_at timestamp with time zone!"),
            {QStringLiteral("primary key (id)"),
             QStringLiteral("foreign key (job_id) to webhook_jobs on delete cascade")}),
    };
}

struct FoundColumn
{
    QString type;
    bool isNotNull = false;
    bool hasDefault = false;
};

struct FoundTable
{
    bool isTable = false;
    QMap<QString, FoundColumn> columns;
    QStringList constraints;
};
using FoundTables = QHash<QString, FoundTable>;

QString namesAsJson(const QList<ExpectedTable> &tables)
{
    nlohmann::json names = nlohmann::json::array();
    for (const ExpectedTable &table : tables)
        names.push_back(table.name.toStdString());
    return QString::fromStdString(names.dump());
}

// What both queries read from.
QString relationsOfSchema()
{
    return QStringLiteral(
        " FROM pg_class relation"
        " JOIN pg_namespace namespace ON namespace.oid = relation.relnamespace"
        " AND namespace.nspname = current_schema()"
        " JOIN jsonb_array_elements_text(:names::jsonb) AS wanted (name) ON wanted.name = relation.relname");
}

Done readColumns(PgConnection &connection, const QString &names, FoundTables &found)
{
    const auto rows = connection.query(
        QStringLiteral(
            "SELECT relation.relname::text, relation.relkind IN ('r', 'p'), attribute.attname::text,"
            " format_type(attribute.atttypid, attribute.atttypmod), attribute.attnotnull,"
            " attribute.atthasdef OR attribute.attidentity <> ''") +
            relationsOfSchema() +
            QStringLiteral(" JOIN pg_attribute attribute ON attribute.attrelid = relation.oid"
                           " AND attribute.attnum > 0 AND NOT attribute.attisdropped"
                           " WHERE relation.relkind IN ('r', 'p', 'v', 'm', 'f')"),
        {{QStringLiteral(":names"), names}}, QStringLiteral("read the catalog"));
    if (!rows)
        return fail(rows.error());
    for (const QSqlRecord &row : *rows) {
        FoundTable &table = found[row.value(0).toString()];
        table.isTable = row.value(1).toBool();
        table.columns.insert(row.value(2).toString(),
                             {row.value(3).toString(), row.value(4).toBool(), row.value(5).toBool()});
    }
    return {};
}

// check_status must let every state pass that we write; it may let more pass.
bool allowsOurStates(const QString &definition)
{
    const QStringList states{QStringLiteral("'pending'"), QStringLiteral("'processing'"),
                             QStringLiteral("'completed'"), QStringLiteral("'failed'"),
                             QStringLiteral("'cancelled'")};
    return std::all_of(states.begin(), states.end(),
                       [&definition](const QString &state) { return definition.contains(state); });
}

// A constraint as the expected ones are written: by what it does, whatever its name.
QString constraintKey(const QSqlRecord &row)
{
    const QString kind = row.value(1).toString();
    const QString columns = row.value(2).toString();
    if (kind == QLatin1String("p"))
        return QStringLiteral("primary key (%1)").arg(columns);
    if (kind == QLatin1String("u"))
        return QStringLiteral("unique (%1)").arg(columns);
    if (kind == QLatin1String("f")) {
        const QString cascade =
            row.value(4).toString() == QLatin1String("c") ? QStringLiteral(" on delete cascade") : QString();
        return QStringLiteral("foreign key (%1) to %2%3").arg(columns, row.value(3).toString(), cascade);
    }
    if (columns == QLatin1String("status") && allowsOurStates(row.value(5).toString()))
        return QStringLiteral("check_status on status");
    return {};
}

Done readConstraints(PgConnection &connection, const QString &names, FoundTables &found)
{
    const auto rows = connection.query(
        QStringLiteral("SELECT relation.relname::text, restriction.contype::text,"
                       " (SELECT string_agg(attribute.attname, ', ' ORDER BY key.place)"
                       "  FROM unnest(restriction.conkey) WITH ORDINALITY AS key (attnum, place)"
                       "  JOIN pg_attribute attribute ON attribute.attrelid = relation.oid AND "
                       "attribute.attnum = key.attnum),"
                       " referenced.relname::text, restriction.confdeltype::text, "
                       "pg_get_constraintdef(restriction.oid)") +
            relationsOfSchema() +
            QStringLiteral(" JOIN pg_constraint restriction ON restriction.conrelid = relation.oid"
                           " LEFT JOIN pg_class referenced ON referenced.oid = restriction.confrelid"),
        {{QStringLiteral(":names"), names}}, QStringLiteral("read the catalog"));
    if (!rows)
        return fail(rows.error());
    for (const QSqlRecord &row : *rows)
        found[row.value(0).toString()].constraints << constraintKey(row);
    return {};
}

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

bool mayBeNullable(const QString &column)
{
    return column == QLatin1String("created_at") || column == QLatin1String("updated_at");
}

QStringList columnDifferences(const ExpectedTable &wanted, const FoundTable &found)
{
    QStringList differences;
    QMap<QString, FoundColumn> others = found.columns;
    for (const ExpectedColumn &column : wanted.columns) {
        const QString name = wanted.name + '.' + column.name;
        const auto match = found.columns.constFind(column.name);
        others.remove(column.name);
        if (match == found.columns.constEnd()) {
            differences << QStringLiteral("column %1 is missing").arg(name);
            continue;
        }
        if (!isWideEnough(match->type, column.type))
            differences << QStringLiteral("%1 is %2, expected %3").arg(name, match->type, column.type);
        if (column.isNotNull && !match->isNotNull && !mayBeNullable(column.name))
            differences << QStringLiteral("%1 may be null").arg(name);
        if (!column.isNotNull && match->isNotNull && !match->hasDefault)
            differences << QStringLiteral("%1 must not be null").arg(name);
        if (mayBeNullable(column.name) && match->isNotNull && !match->hasDefault)
            differences << QStringLiteral("%1 has no default").arg(name);
    }
    // Our own rows do not name columns we do not know.
    for (auto other = others.constBegin(); other != others.constEnd(); ++other) {
        if (other->isNotNull && !other->hasDefault)
            differences
                << QStringLiteral("%1.%2 must not be null and has no default").arg(wanted.name, other.key());
    }
    return differences;
}

QStringList tableDifferences(const ExpectedTable &wanted, const FoundTables &found)
{
    const auto match = found.constFind(wanted.name);
    if (match == found.constEnd())
        return {QStringLiteral("table %1 is missing").arg(wanted.name)};
    if (!match->isTable)
        return {QStringLiteral("%1 is not a table").arg(wanted.name)};
    QStringList differences = columnDifferences(wanted, *match);
    for (const QString &constraint : wanted.constraints) {
        if (!match->constraints.contains(constraint))
            differences << QStringLiteral("%1 lacks its constraint: %2").arg(wanted.name, constraint);
    }
    return differences;
}

} // namespace

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
    const QList<ExpectedTable> tables = file.version == 1 ? eventTables() : webhookTables();
    const QString names = namesAsJson(tables);
    FoundTables found;
    if (Done read = readColumns(connection, names, found); !read)
        return fail(std::move(read.error()));
    if (Done read = readConstraints(connection, names, found); !read)
        return fail(std::move(read.error()));
    comparison.exists = !found.isEmpty();
    for (const ExpectedTable &table : tables)
        comparison.differences += tableDifferences(table, found);
    return comparison;
}

} // namespace signalbox
