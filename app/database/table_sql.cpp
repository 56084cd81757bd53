#include "app/database/table_sql.h"

#include "app/database/derived_columns.h"

namespace signalbox {

namespace {

QString isoTime(const QString &column)
{
    const QString name = column.section('.', -1);
    return QStringLiteral("to_char(%1, 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"') AS %2").arg(column, name);
}

QString listed(const QString &alias, const QStringList &columns)
{
    QStringList list;
    for (const QString &column : columns) {
        const QString name = column.section(':', 0, 0);
        const QString kind = column.section(':', 1);
        const QString full = alias + '.' + name;
        if (kind == QLatin1String("time"))
            list << isoTime(full);
        else if (kind == QLatin1String("text"))
            list << full + QStringLiteral("::text AS ") + name;
        else
            list << full;
    }
    return list.join(QStringLiteral(", "));
}

QStringList names(const QStringList &columns)
{
    QStringList list;
    for (const QString &column : columns)
        list << column.section(':', 0, 0);
    return list;
}

TableSql jobs()
{
    const QString columns =
        QStringLiteral("job.id, job.status, job.endpoint_id, signalbox_job_event_type(job.event_type, "
                       "job.payload) AS event_type, "
                       "job.attempts, job.max_attempts, left(job.last_error, 300) AS last_error, "
                       "job.next_attempt, job.created_at, "
                       "job.updated_at, job.is_test, ") +
        heldColumns();
    const QStringList all{"id",
                          "endpoint_id",
                          "url",
                          "payload:text",
                          "custom_headers:text",
                          "attempts",
                          "max_attempts",
                          "next_attempt:time",
                          "status",
                          "last_error",
                          "timeout_ms",
                          "created_at:time",
                          "updated_at:time",
                          "event_id",
                          "run",
                          "event_type",
                          "is_test",
                          "lease_owner",
                          "lease_token",
                          "lease_until:time",
                          "rescues",
                          "priority",
                          "idempotency_key",
                          "order_key",
                          "order_version",
                          "order_blocked",
                          "order_fence:text",
                          "wait_reason"};
    return {"webhook_jobs", "job", "uuid", heldJoin(), columns, listed("job", all), "created_at", names(all)};
}

TableSql deliveries()
{
    const QString columns = QStringLiteral("delivery.id, delivery.job_id, delivery.endpoint_id, "
                                           "delivery.event_type, delivery.status_code, ") +
                            outcomeExpression() +
                            QStringLiteral(" AS outcome, left(delivery.error, 300) AS error, "
                                           "delivery.duration_ms, delivery.attempt, delivery.is_test, "
                                           "delivery.created_at");
    const QStringList all{"id",
                          "job_id",
                          "endpoint_id",
                          "event_type",
                          "status_code",
                          "response_body",
                          "error",
                          "duration_ms",
                          "created_at:time",
                          "attempt",
                          "outcome",
                          "note",
                          "is_test",
                          "worker_id",
                          "request_headers:text",
                          "response_headers:text",
                          "dns_ms",
                          "connect_ms",
                          "tls_ms",
                          "first_byte_ms",
                          "http_version",
                          "reused_connection"};
    return {"webhook_deliveries",    "delivery",   "uuid",    {}, columns,
            listed("delivery", all), "created_at", names(all)};
}

TableSql events()
{
    // A large payload is named, not read: a preview of 14 MB would cost as much as the whole.
    const QString columns = QStringLiteral(
        "event.id, event.event_type, event.stream_id, event.version, event.correlation_id, "
        "event.causation_id, "
        "CASE WHEN pg_column_size(event.payload) <= 16384 THEN left(event.payload::text, 200) "
        "ELSE '{ ' || pg_size_pretty(pg_column_size(event.payload)::bigint) || ' }' END AS payload, "
        "event.created_at, event.timestamp");
    const QStringList all{"id",
                          "event_type",
                          "stream_id",
                          "version",
                          "payload:text",
                          "metadata:text",
                          "correlation_id",
                          "causation_id",
                          "timestamp:time",
                          "created_at:time",
                          "txid:text",
                          "position"};
    return {"events", "event", "uuid", {}, columns, listed("event", all), "created_at", names(all)};
}

TableSql streams()
{
    const QString columns = QStringLiteral(
        "stream.id, stream.current_version, snapshot.version AS snapshot_version, "
        "stream.current_version - coalesce(snapshot.version, 0) AS events_since_snapshot, stream.created_at, "
        "stream.updated_at");
    const QString joins = QStringLiteral("CROSS JOIN LATERAL (SELECT max(version) AS version FROM "
                                         "event_snapshots WHERE stream_id = stream.id) snapshot");
    const QStringList all{"id", "current_version", "created_at:time", "updated_at:time"};
    return {"event_streams",       "stream",     "text",    joins, columns,
            listed("stream", all), "updated_at", names(all)};
}

} // namespace

const TableSql &tableSql(Table table)
{
    static const TableSql all[] = {jobs(), deliveries(), events(), streams()};
    return all[int(table)];
}

Result<QString> sortType(Table table, const Sort &sort, const FilterSql &filter)
{
    const QString timestamp = QStringLiteral("timestamptz");
    const QString what = QStringLiteral("sort by ") + sort.column;
    if (table == Table::Streams) {
        if (sort.column == QLatin1String("updated_at"))
            return timestamp;
        if (sort.column == QLatin1String("id"))
            return QStringLiteral("text");
    } else if (sort.column == QLatin1String("created_at")) {
        return timestamp;
    } else if (table == Table::Jobs && sort.column == QLatin1String("next_attempt")) {
        // The index of due jobs holds open ones only.
        const bool onlyOpen = filter.statuses && !filter.statuses->contains(QLatin1String("completed")) &&
                              !filter.statuses->contains(QLatin1String("failed")) &&
                              !filter.statuses->contains(QLatin1String("cancelled"));
        if (onlyOpen)
            return timestamp;
        return fail(Error::Kind::Refused, what, QStringLiteral("only jobs that are open have a next attempt"),
                    QStringLiteral("add status:pending or status:processing"));
    }
    return fail(Error::Kind::Refused, what, QStringLiteral("no index carries this order"));
}

Error readableTimeout(Error error)
{
    if (error.sqlState == QLatin1String("57014")) {
        error.why = QStringLiteral("it took too long and was stopped");
        error.hint = QStringLiteral("narrow the filter, for example with age:<1d or created:");
    }
    return error;
}

} // namespace signalbox
