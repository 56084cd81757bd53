#include "app/database/table_sql.h"

#include "app/core/sql_state.h"
#include "app/database/derived_columns.h"
#include "app/database/json_text.h"

namespace signalbox {

namespace {

// to_char knows no infinity.
QString isoTime(const QString &column)
{
    return QStringLiteral("CASE WHEN isfinite(%1) THEN to_char(%1, 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"') "
                          "ELSE %1::text END")
        .arg(column);
}

// Texts of other programs have no bound.
QString boundedText(const QString &column)
{
    return QStringLiteral("CASE WHEN octet_length(%1) > 65536 THEN left(%1, 16384) || '…' ELSE %1 END")
        .arg(column);
}

enum class Rendering { Full, Plain };

QString listed(const QString &alias, const QStringList &columns, Rendering rendering)
{
    QStringList list;
    for (const QString &column : columns) {
        const QString name = column.section(':', 0, 0);
        const QString kind = column.section(':', 1);
        QString value = alias + '.' + name;
        if (kind == QLatin1String("time"))
            value = isoTime(value);
        else if (kind == QLatin1String("text"))
            value += QStringLiteral("::text");
        else if (kind == QLatin1String("long"))
            value = boundedText(value);
        else if (kind == QLatin1String("json") && rendering == Rendering::Full)
            value = wholeJson(value);
        else if (kind == QLatin1String("json"))
            value =
                QStringLiteral("CASE WHEN %1 IS NOT NULL THEN '\"%2\"' END").arg(value, unrenderableText());
        list << value + QStringLiteral(" AS ") + name;
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

QString jobColumns(const QString &type)
{
    return QStringLiteral("job.id, job.status, job.endpoint_id, %1, job.attempts, job.max_attempts, "
                          "left(job.last_error, 300) AS last_error, job.next_attempt, job.created_at, "
                          "job.updated_at, job.is_test, ")
        .arg(type);
}

/// A table whose pages hold nothing that could fail.
TableSql plainTable(const TableSql &table)
{
    TableSql plain = table;
    plain.plainColumns = table.columns;
    plain.plainJoins = table.joins;
    return plain;
}

TableSql jobs()
{
    // A payload that is asked for its type is decompressed for that.
    const QString type = QStringLiteral(
        "signalbox_job_event_type(job.event_type, CASE WHEN pg_column_size(job.payload) <= 262144 "
        "THEN job.payload END) AS event_type");
    const QString columns = jobColumns(type) + heldColumns();
    const QString plain =
        jobColumns(QStringLiteral("coalesce(job.event_type, 'unknown') AS event_type")) + noHeldColumns();
    const QStringList all{"id",
                          "endpoint_id",
                          "url:long",
                          "payload:json",
                          "custom_headers:json",
                          "attempts",
                          "max_attempts",
                          "next_attempt:time",
                          "status",
                          "last_error:long",
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
    TableSql table{"webhook_jobs",
                   "job",
                   "uuid",
                   heldJoin(),
                   columns,
                   plain,
                   {},
                   listed("job", all, Rendering::Full),
                   listed("job", all, Rendering::Plain),
                   "created_at",
                   names(all),
                   heldGrants(),
                   jobColumns(type) + noHeldColumns()};
    return table;
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
                          "response_body:long",
                          "error:long",
                          "duration_ms",
                          "created_at:time",
                          "attempt",
                          "outcome",
                          "note",
                          "is_test",
                          "worker_id",
                          "request_headers:json",
                          "response_headers:json",
                          "dns_ms",
                          "connect_ms",
                          "tls_ms",
                          "first_byte_ms",
                          "http_version",
                          "reused_connection"};
    return plainTable({"webhook_deliveries",
                       "delivery",
                       "uuid",
                       {},
                       columns,
                       {},
                       {},
                       listed("delivery", all, Rendering::Full),
                       listed("delivery", all, Rendering::Plain),
                       "created_at",
                       names(all)});
}

QString eventColumns(const QString &preview)
{
    return QStringLiteral("event.id, event.event_type, event.stream_id, event.version, event.correlation_id, "
                          "event.causation_id, %1 AS payload, event.created_at, event.timestamp")
        .arg(preview);
}

TableSql events()
{
    // A large payload is named, not read: a preview of 14 MB would cost as much as the whole.
    const QString preview =
        QStringLiteral(
            "CASE WHEN %1 THEN left(event.payload::text, 200) "
            "WHEN pg_column_size(event.payload) <= %2 AND pg_column_size(event.payload #> '{}') <= %3 "
            "THEN '{ %4 }' "
            "ELSE '{ ' || pg_size_pretty(pg_column_size(event.payload)::bigint) || ' }' END")
            .arg(jsonIsBounded(QStringLiteral("event.payload"), previewBounds))
            .arg(previewBounds.stored)
            .arg(previewBounds.flat)
            .arg(unrenderableText());
    const QString columns = eventColumns(preview);
    const QString plain = eventColumns(QStringLiteral("'{ %1 }'").arg(unrenderableText()));
    const QStringList all{"id",
                          "event_type",
                          "stream_id",
                          "version",
                          "payload:json",
                          "metadata:json",
                          "correlation_id",
                          "causation_id",
                          "timestamp:time",
                          "created_at:time",
                          "txid:text",
                          "position"};
    return {"events",
            "event",
            "uuid",
            {},
            columns,
            plain,
            {},
            listed("event", all, Rendering::Full),
            listed("event", all, Rendering::Plain),
            "created_at",
            names(all)};
}

TableSql streams()
{
    const QString columns =
        QStringLiteral("stream.id, stream.current_version, snapshot.version AS snapshot_version, "
                       "stream.current_version::bigint - coalesce(snapshot.version, 0) AS "
                       "events_since_snapshot, stream.created_at, "
                       "stream.updated_at");
    const QString joins = QStringLiteral("CROSS JOIN LATERAL (SELECT max(version) AS version FROM "
                                         "event_snapshots WHERE stream_id = stream.id) snapshot");
    const QStringList all{"id", "current_version", "created_at:time", "updated_at:time"};
    return plainTable({"event_streams",
                       "stream",
                       "text",
                       joins,
                       columns,
                       {},
                       {},
                       listed("stream", all, Rendering::Full),
                       listed("stream", all, Rendering::Plain),
                       "updated_at",
                       names(all)});
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

bool isOfARow(const Error &error)
{
    return error.sqlState.startsWith(QLatin1String("22")) || error.sqlState.startsWith(QLatin1String("54")) ||
           error.sqlState == QLatin1String("53200") || error.sqlState == QLatin1String("XX000");
}

Error readableTimeout(Error error)
{
    if (isOutOfTime(error)) {
        error.why = QStringLiteral("it took too long and was stopped");
        error.hint = QStringLiteral("narrow the filter, for example with age:<1d or created:");
    }
    return error;
}

} // namespace signalbox
