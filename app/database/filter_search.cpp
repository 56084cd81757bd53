#include "app/database/filter_search.h"

#include <QRegularExpression>
#include <QUuid>

namespace signalbox {

namespace {

constexpr int fewestDigits = 8; // as many as tables show

// The digits of a UUID's beginning with dashes where PostgreSQL writes them; empty for other text.
QString uuidPrefix(const QString &word)
{
    static const QRegularExpression form(QStringLiteral("^[0-9a-f]{8}(-?[0-9a-f]+)*-?$"));
    QString digits = word.toLower();
    if (!form.match(digits).hasMatch())
        return {};
    digits.remove('-');
    constexpr int allDigits = 32;
    if (digits.size() < fewestDigits || digits.size() > allDigits)
        return {};
    for (const int dash : {8, 13, 18, 23}) {
        if (digits.size() > dash)
            digits.insert(dash, '-');
    }
    return digits;
}

} // namespace

QString likePattern(QString text)
{
    text.replace('\\', QLatin1String("\\\\"))
        .replace('%', QLatin1String("\\%"))
        .replace('_', QLatin1String("\\_"));
    return text.replace('*', '%');
}

QString uuidPrefixCondition(const QString &column, const QString &prefix, const BindValue &bind)
{
    const QString form = QStringLiteral("00000000-0000-0000-0000-000000000000");
    const QString lower = prefix + form.mid(prefix.size());
    QString highest = form;
    const QString upper = prefix + highest.replace('0', 'f').mid(prefix.size());
    const QString first = bind(lower, "uuid");
    return QStringLiteral("%1 BETWEEN %2 AND %3").arg(column, first, bind(upper, "uuid"));
}

QString WordSearch::condition(const QString &word) const
{
    const QString prefix = table == Table::Streams ? QString() : uuidPrefix(word);
    if (prefix.isEmpty())
        return ofText(word);
    const bool isWhole = !QUuid::fromString(prefix).isNull();
    return isWhole ? ofUuid(prefix) : uuidPrefixCondition(alias + QStringLiteral(".id"), prefix, bind);
}

// One list of ids, each part read from an index of its own; with OR the planner would read the table.
QString WordSearch::ofUuid(const QString &uuid) const
{
    const QString id = bind(uuid, "uuid");
    const QString ofEvent =
        QStringLiteral("SELECT made.id FROM events event CROSS JOIN webhook_endpoints target "
                       "JOIN webhook_jobs made ON made.endpoint_id = target.id AND made.event_id = event.id "
                       "WHERE event.%1 = ");
    QStringList parts{QStringLiteral("SELECT ") + id};
    switch (table) {
    case Table::Jobs:
        parts << QStringLiteral("SELECT tried.job_id FROM webhook_deliveries tried WHERE tried.id = ") + id;
        for (const char *column : {"id", "correlation_id", "causation_id"})
            parts << ofEvent.arg(QLatin1String(column)) + id;
        break;
    case Table::Deliveries:
        parts << QStringLiteral("SELECT tried.id FROM webhook_deliveries tried WHERE tried.job_id = ") + id;
        break;
    case Table::Events:
        for (const char *column : {"correlation_id", "causation_id"})
            parts << QStringLiteral("SELECT linked.id FROM events linked WHERE linked.%1 = %2")
                         .arg(QLatin1String(column), id);
        break;
    case Table::Streams:
        break;
    }
    return QStringLiteral("%1.id IN (%2)").arg(alias, parts.join(QStringLiteral(" UNION ALL ")));
}

QString WordSearch::ofText(const QString &word) const
{
    const QString pattern = bind('%' + likePattern(word) + '%', "text");
    QStringList columns;
    switch (table) {
    case Table::Jobs:
        columns = {"endpoint_id", "event_type", "last_error"};
        break;
    case Table::Deliveries:
        columns = {"endpoint_id", "event_type", "error"};
        break;
    case Table::Events:
        columns = {"stream_id", "event_type"};
        break;
    case Table::Streams:
        columns = {"id"};
        break;
    }
    QStringList places;
    for (const QString &column : columns)
        places << QStringLiteral("%1.%2 ILIKE %3").arg(alias, column, pattern);
    if (table == Table::Jobs) // a producer's own job, whose type stands in its payload
        places << QStringLiteral("(job.event_type IS NULL AND "
                                 "signalbox_job_event_type(NULL, job.payload) ILIKE %1)")
                      .arg(pattern);
    if (table != Table::Streams)
        places << QStringLiteral("%1.id::text LIKE %2")
                      .arg(alias, bind(likePattern(word.toLower()) + '%', "text"));
    return '(' + places.join(QStringLiteral(" OR ")) + ')';
}

} // namespace signalbox
