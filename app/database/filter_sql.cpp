#include "app/database/filter_sql.h"

#include "app/core/filter_vocabulary.h"
#include "app/database/comparison_sql.h"
#include "app/database/derived_columns.h"
#include "app/database/endpoint_class_sql.h"
#include "app/database/filter_attempts.h"
#include "app/database/filter_search.h"
#include "app/database/payload_path.h"

#include <algorithm>

namespace signalbox {

namespace {

const QStringList &openStatuses()
{
    static const QStringList list{QStringLiteral("pending"), QStringLiteral("processing")};
    return list;
}

QString aliasOf(Table table)
{
    switch (table) {
    case Table::Jobs:
        return QStringLiteral("job");
    case Table::Deliveries:
        return QStringLiteral("delivery");
    case Table::Events:
        return QStringLiteral("event");
    case Table::Streams:
        break;
    }
    return QStringLiteral("stream");
}

QString anyOf(const QStringList &conditions)
{
    return conditions.size() == 1 ? conditions.constFirst()
                                  : '(' + conditions.join(QStringLiteral(" OR ")) + ')';
}

QString statusCondition(const QString &alias, const QStringList &statuses)
{
    if (statuses.isEmpty())
        return QStringLiteral("false");
    if (statuses.size() == 1)
        return QStringLiteral("%1.status = '%2'").arg(alias, statuses.constFirst());
    return QStringLiteral("%1.status IN ('%2')").arg(alias, statuses.join(QStringLiteral("', '")));
}

QStringList valueTexts(const FilterTerm &term)
{
    QStringList texts;
    for (const FilterValue &value : term.values)
        texts << value.text;
    return texts;
}

class FilterWriter
{
public:
    explicit FilterWriter(Table table)
        : m_table(table)
        , m_alias(aliasOf(table))
    {
        m_sql.table = table;
    }

    void add(const FilterTerm &term);
    FilterSql take() { return std::move(m_sql); }

private:
    QString bind(const QVariant &value, const char *type);
    BindValue binder()
    {
        return [this](const QString &value, const char *type) { return bind(value, type); };
    }
    AttemptFilter attempts() { return {m_table, binder()}; }
    QString column(const char *name) const { return m_alias + '.' + QLatin1String(name); }
    QString text(const QString &expression, const FilterValue &value);
    QString idPrefix(const FilterValue &value);
    QString jobType(const FilterValue &value);
    QString ofEvent(const QString &eventCondition) const;
    QString payload(const FilterTerm &term, const FilterValue &value);
    QString due(const FilterValue &value);
    QString one(const FilterTerm &term, const FilterValue &value);
    void limitStatuses(const QStringList &values, bool negated);

    const Table m_table;
    const QString m_alias;
    FilterSql m_sql;
};

QString FilterWriter::bind(const QVariant &value, const char *type)
{
    const QString name = QStringLiteral(":f%1").arg(m_sql.bindings.size());
    m_sql.bindings.append({name, value});
    return name + QStringLiteral("::") + QLatin1String(type);
}

QString FilterWriter::text(const QString &expression, const FilterValue &value)
{
    if (value.text.contains('*'))
        return expression + QStringLiteral(" LIKE ") + bind(likePattern(value.text), "text");
    return expression + QStringLiteral(" = ") + bind(value.text, "text");
}

QString FilterWriter::idPrefix(const FilterValue &value)
{
    if (m_table == Table::Streams)
        return column("id") + QStringLiteral(" LIKE ") + bind(likePattern(value.text) + '%', "text");
    return uuidPrefixCondition(column("id"), value.text, binder());
}

// The column first: its statistics tell the planner how rare a type is, and payloads are read only where it
// is missing.
QString FilterWriter::jobType(const FilterValue &value)
{
    return QStringLiteral("(%1 OR (job.event_type IS NULL AND %2))")
        .arg(text(QStringLiteral("job.event_type"), value),
             text(QStringLiteral("signalbox_job_event_type(NULL, job.payload)"), value));
}

// Jobs made of some events: found through the unique index, which starts with the endpoint.
QString FilterWriter::ofEvent(const QString &eventCondition) const
{
    const QString jobs =
        QStringLiteral(
            "SELECT made.id FROM events event CROSS JOIN webhook_endpoints target "
            "JOIN webhook_jobs made ON made.endpoint_id = target.id AND made.event_id = event.id WHERE ") +
        eventCondition;
    return QStringLiteral("%1 IN (%2)").arg(m_table == Table::Jobs ? column("id") : column("job_id"), jobs);
}

QString FilterWriter::payload(const FilterTerm &term, const FilterValue &value)
{
    const QString predicate =
        bind(payloadPredicate(term.path, value.text, m_table != Table::Events), "jsonpath");
    if (m_table == Table::Deliveries)
        return QStringLiteral("EXISTS (SELECT FROM webhook_jobs sent WHERE sent.id = delivery.job_id "
                              "AND sent.payload @@ %1)")
            .arg(predicate);
    return QStringLiteral("%1 @@ %2").arg(column("payload"), predicate);
}

QString FilterWriter::due(const FilterValue &value)
{
    return QStringLiteral("(%1 AND job.endpoint_id IN (SELECT classed.id FROM (%2) classed "
                          "WHERE classed.class = %3))")
        .arg(dueJobCondition(), endpointClassSql(), bind(endpointClassOf(value.text), "text"));
}

QString FilterWriter::one(const FilterTerm &term, const FilterValue &value)
{
    switch (term.field) {
    case FilterField::Endpoint:
        return text(column("endpoint_id"), value);
    case FilterField::Type:
        return m_table == Table::Jobs ? jobType(value) : text(column("event_type"), value);
    case FilterField::Code:
    case FilterField::Outcome:
    case FilterField::Duration:
        return attempts().ofAttempts(term, value);
    case FilterField::Attempts:
        return compareSql(column(m_table == Table::Jobs ? "attempts" : "attempt"), value, "integer",
                          binder());
    case FilterField::Age:
        return ageSql(column("created_at"), value, binder());
    case FilterField::Failed:
        return attempts().failed(value);
    case FilterField::Response:
        return attempts().response(value);
    case FilterField::Any:
        return WordSearch{m_table, m_alias, binder()}.condition(value.text);
    case FilterField::Created:
        return compareSql(column("created_at"), value, "timestamptz", binder());
    case FilterField::Error:
        return QStringLiteral("%1 ILIKE %2")
            .arg(column(m_table == Table::Jobs ? "last_error" : "error"),
                 bind('%' + likePattern(value.text) + '%', "text"));
    case FilterField::Stream:
        if (m_table == Table::Streams)
            return text(column("id"), value);
        return m_table == Table::Events ? text(column("stream_id"), value)
                                        : ofEvent(text(QStringLiteral("event.stream_id"), value));
    case FilterField::Correlation:
        return m_table == Table::Events
                   ? compareSql(column("correlation_id"), value, "uuid", binder())
                   : ofEvent(compareSql(QStringLiteral("event.correlation_id"), value, "uuid", binder()));
    case FilterField::Id:
        return idPrefix(value);
    case FilterField::Payload:
        return payload(term, value);
    case FilterField::Held:
        return heldCondition(value.text, bind(value.text, "text"));
    case FilterField::Due:
        return due(value);
    case FilterField::Test:
        return column("is_test") +
               (value.text == QLatin1String("yes") ? QString() : QStringLiteral(" IS NOT TRUE"));
    case FilterField::Change: // rows of other tables are kept there too
        return QStringLiteral("job.id IN (SELECT CASE WHEN kept.row_id ~ '^[0-9a-f-]{36}$' "
                              "THEN kept.row_id::uuid END "
                              "FROM signalbox_change_rows kept WHERE kept.change_id = %1 "
                              "AND kept.row_id ~ '^[0-9a-f-]{36}$')")
            .arg(bind(value.text, "uuid"));
    case FilterField::Status:
        break;
    }
    return QStringLiteral("delivery.job_id IN (SELECT owner.id FROM webhook_jobs owner WHERE %1)")
        .arg(statusCondition(QStringLiteral("owner"), {value.text}));
}

void FilterWriter::limitStatuses(const QStringList &values, bool negated)
{
    QStringList left;
    for (const QString &status : m_sql.statuses.value_or(jobStatusWords())) {
        if (values.contains(status) != negated)
            left << status;
    }
    m_sql.statuses = left;
}

void FilterWriter::add(const FilterTerm &term)
{
    if (m_table == Table::Jobs && term.field == FilterField::Status) {
        limitStatuses(valueTexts(term), term.negated);
        return;
    }
    if (term.field == FilterField::Held && !term.negated)
        limitStatuses(openStatuses(), false);
    if (m_table == Table::Jobs && term.field == FilterField::Failed && !term.negated)
        limitStatuses({QStringLiteral("failed")}, false);
    if (term.field == FilterField::Due && !term.negated)
        limitStatuses({QStringLiteral("pending")}, false);
    QStringList alternatives;
    for (const FilterValue &value : term.values)
        alternatives << one(term, value);
    if (m_table == Table::Deliveries && excludesSuccess(term))
        m_sql.conditions << failedAttempt(m_alias);
    // A column without a value does not fulfil the condition, so it fulfils its negation.
    m_sql.conditions << (term.negated ? QStringLiteral("NOT coalesce(%1, false)").arg(anyOf(alternatives))
                                      : anyOf(alternatives));
}

} // namespace

QString FilterSql::conditionWithoutStatus() const
{
    return conditions.isEmpty() ? QStringLiteral("true") : conditions.join(QStringLiteral(" AND "));
}

QString FilterSql::condition() const
{
    if (!statuses)
        return conditionWithoutStatus();
    return QStringLiteral("%1 AND %2")
        .arg(statusCondition(QStringLiteral("job"), *statuses), conditionWithoutStatus());
}

QStringList FilterSql::branches() const
{
    if (table != Table::Jobs)
        return {condition()};
    const QString alias = QStringLiteral("job");
    QStringList parts;
    QStringList closed;
    for (const QString &status : statuses.value_or(jobStatusWords())) {
        if (openStatuses().contains(status))
            parts << statusCondition(alias, {status});
        else
            closed << status;
    }
    if (closed.contains(QLatin1String("completed"))) {
        // Word for word the predicate of the indexes of closed jobs.
        const QString isClosed =
            QStringLiteral("job.status NOT IN ('%1')").arg(openStatuses().join(QStringLiteral("', '")));
        parts << (statuses ? isClosed + QStringLiteral(" AND ") + statusCondition(alias, closed) : isClosed);
    } else {
        for (const QString &status : closed)
            parts << statusCondition(alias, {status});
    }
    if (parts.isEmpty())
        parts << QStringLiteral("false");
    for (QString &part : parts)
        part += QStringLiteral(" AND ") + conditionWithoutStatus();
    return parts;
}

FilterSql filterSql(const Filter &filter, Table table)
{
    FilterWriter writer(table);
    for (const FilterTerm &term : filter.terms)
        writer.add(term);
    return writer.take();
}

} // namespace signalbox
