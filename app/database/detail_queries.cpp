#include "app/database/detail_queries.h"

#include "app/core/held_reason.h"
#include "app/database/derived_columns.h"
#include "app/database/json_text.h"
#include "app/database/table_sql.h"

#include <QUuid>

namespace signalbox {

namespace {

// The one row of a query, or NotFound.
Result<QSqlRecord> readOne(PgConnection &connection, const QString &sql, const QString &id,
                           const QString &what)
{
    auto rows = connection.query(sql, {{":id", id}}, what);
    if (!rows)
        return fail(rows.error());
    if (rows->isEmpty())
        return fail(Error::Kind::NotFound, what, QStringLiteral("there is no row with id ") + id);
    return rows->constFirst();
}

// Takes a field out of a record: long texts travel beside it, not in it.
QString takeText(QSqlRecord &row, const QString &field)
{
    const QString text = row.value(field).toString();
    row.remove(row.indexOf(field));
    return text;
}

qint64 takeNumber(QSqlRecord &row, const QString &field)
{
    return takeText(row, field).toLongLong();
}

const QString jobPayload = QStringLiteral("job.payload");
constexpr int mostAttempts = 1'000;

QString jobSql(const QString &held, const QString &joins)
{
    return QStringLiteral(
               "SELECT job.id, job.status, job.endpoint_id, left(job.url, 16384) AS url, %1 AS "
               "custom_headers, "
               "signalbox_job_event_type(job.event_type, CASE WHEN %2 THEN job.payload END) AS event_type, "
               "job.attempts, "
               "job.max_attempts, "
               "job.next_attempt, job.last_error, job.timeout_ms, job.created_at, job.updated_at, "
               "job.event_id, job.run, "
               "job.is_test, job.priority, job.idempotency_key, job.order_key, job.order_version, "
               "job.lease_owner, job.lease_token, job.lease_until, job.rescues, "
               "event.stream_id, event.version AS stream_version, event.correlation_id, "
               "endpoint.enabled AS endpoint_enabled, endpoint.disabled_reason AS endpoint_disabled_reason, "
               "%3 AS payload, %4 AS payload_bytes, ")
               .arg(wholeJson(QStringLiteral("job.custom_headers")), jsonIsBounded(jobPayload, wholeBounds),
                    readableJson(jobPayload), jsonSize(jobPayload)) +
           held + QStringLiteral(" FROM webhook_jobs job ") + joins +
           QStringLiteral(" LEFT JOIN webhook_endpoints endpoint ON endpoint.id = job.endpoint_id LEFT JOIN "
                          "events event ON event.id = job.event_id WHERE job.id = :id::uuid");
}

// Columns of an attempt; a response body is cut to what a timeline shows.
QString attemptColumns()
{
    return QStringLiteral("delivery.id, delivery.job_id, delivery.endpoint_id, delivery.event_type, "
                          "delivery.status_code, ") +
           outcomeExpression() +
           QStringLiteral(
               " AS outcome, delivery.error, delivery.note, delivery.duration_ms, delivery.attempt, "
               "delivery.is_test, delivery.worker_id, %1 AS request_headers, "
               "%2 AS response_headers, delivery.created_at, delivery.dns_ms, "
               "delivery.connect_ms, delivery.tls_ms, delivery.first_byte_ms, delivery.http_version, "
               "delivery.reused_connection")
               .arg(wholeJson(QStringLiteral("delivery.request_headers")),
                    wholeJson(QStringLiteral("delivery.response_headers")));
}

// An attempt is never older than its job, but for clocks: the bound keeps a partitioned table from being
// searched whole. A job that claims to come from the future bounds nothing.
QString attemptsSql()
{
    return QStringLiteral(R"(
SELECT %1, left(delivery.response_body, 4096) AS response_body
FROM webhook_deliveries delivery
WHERE delivery.job_id = :id::uuid
  AND delivery.created_at >= (SELECT CASE WHEN job.created_at <= now() THEN job.created_at - interval '1 day'
                                          ELSE '-infinity' END
                              FROM webhook_jobs job WHERE job.id = :id::uuid)
ORDER BY delivery.created_at DESC, delivery.id DESC LIMIT %2)")
        .arg(attemptColumns())
        .arg(mostAttempts);
}

/// The days an attempt lies in by its id, for one of our own (RFC 9562, version 7); an empty text for others.
QString daysOf(const QString &id)
{
    const QUuid uuid(id);
    constexpr uint version = 7;
    if (uuid.isNull() || uint(uuid.data3 >> 12) != version)
        return {};
    const qint64 milliseconds = (qint64(uuid.data1) << 16) | uuid.data2;
    return QStringLiteral(" AND delivery.created_at BETWEEN to_timestamp(%1) - interval '1 day' "
                          "AND to_timestamp(%1) + interval '1 day'")
        .arg(milliseconds / 1'000);
}

HeldReason heldReason(const QSqlRecord &job)
{
    HeldReason held;
    held.code = job.value(QStringLiteral("held")).toString();
    held.until = job.value(QStringLiteral("held_until")).toDateTime();
    held.text = heldText(held.code);
    const QString detail = job.value(QStringLiteral("held_detail")).toString();
    if (!detail.isEmpty())
        held.text += QStringLiteral(": ") + detail;
    return held;
}

} // namespace

Result<JobDetail> readJobDetail(PgConnection &connection, const QString &id)
{
    const QString what = QStringLiteral("read job");
    auto job = readOne(connection, jobSql(heldColumns(), heldJoin()), id, what);
    if (!job && isOfARow(job.error())) // why it waits cannot be told; what it is can
        job = readOne(connection, jobSql(noHeldColumns(), {}), id, what);
    if (!job)
        return fail(job.error());
    auto attempts = connection.query(attemptsSql(), {{":id", id}}, QStringLiteral("read attempts"));
    if (!attempts)
        return fail(attempts.error());
    JobDetail detail;
    detail.payload = takeText(*job, QStringLiteral("payload"));
    detail.payloadBytes = takeNumber(*job, QStringLiteral("payload_bytes"));
    detail.held = heldReason(*job);
    detail.job = *job;
    detail.attempts = *attempts;
    return detail;
}

Result<DeliveryDetail> readDeliveryDetail(PgConnection &connection, const QString &id)
{
    const QString what = QStringLiteral("read delivery");
    const QString sql =
        QStringLiteral("SELECT %1, left(delivery.response_body, 1048576) AS response_body, job.url, "
                       "job.status AS job_status, %2 AS payload, %3 AS payload_bytes "
                       "FROM webhook_deliveries delivery JOIN webhook_jobs job ON job.id = delivery.job_id "
                       "WHERE delivery.id = :id::uuid")
            .arg(attemptColumns(), readableJson(jobPayload), jsonSize(jobPayload));
    const QString days = daysOf(id);
    auto delivery = readOne(connection, sql + days, id, what);
    // The clock of whoever made the id may have been wrong.
    if (!delivery && delivery.error().kind == Error::Kind::NotFound && !days.isEmpty())
        delivery = readOne(connection, sql, id, what);
    if (!delivery)
        return fail(delivery.error());
    DeliveryDetail detail;
    detail.payload = takeText(*delivery, QStringLiteral("payload"));
    detail.payloadBytes = takeNumber(*delivery, QStringLiteral("payload_bytes"));
    detail.delivery = *delivery;
    return detail;
}

Result<EventDetail> readEventDetail(PgConnection &connection, const QString &id)
{
    auto event = readOne(
        connection,
        QStringLiteral(
            "SELECT event.id, event.event_type, event.stream_id, event.version, event.correlation_id, "
            "event.causation_id, event.timestamp, event.created_at, event.txid::text AS txid, "
            "event.position, "
            "%1 AS payload, %2 AS payload_bytes, %3 AS metadata FROM events event WHERE event.id = :id::uuid")
            .arg(readableJson(QStringLiteral("event.payload")), jsonSize(QStringLiteral("event.payload")),
                 readableJson(QStringLiteral("event.metadata"))),
        id, QStringLiteral("read event"));
    if (!event)
        return fail(event.error());
    // Endpoint by endpoint, because the index that finds a job by its event starts with the endpoint.
    auto jobs = connection.query(
        QStringLiteral("SELECT job.id, job.endpoint_id, job.status, job.run, job.created_at FROM "
                       "webhook_endpoints endpoint "
                       "JOIN webhook_jobs job ON job.endpoint_id = endpoint.id AND job.event_id = :id::uuid "
                       "ORDER BY job.created_at DESC, job.id"),
        {{":id", id}}, QStringLiteral("read jobs of the event"));
    if (!jobs)
        return fail(jobs.error());
    EventDetail detail;
    detail.payload = takeText(*event, QStringLiteral("payload"));
    detail.payloadBytes = takeNumber(*event, QStringLiteral("payload_bytes"));
    detail.metadata = takeText(*event, QStringLiteral("metadata"));
    detail.event = *event;
    detail.jobs = *jobs;
    return detail;
}

Result<StreamDetail> readStreamDetail(PgConnection &connection, const QString &id)
{
    const auto stream =
        readOne(connection,
                QStringLiteral("SELECT id, current_version, created_at, updated_at FROM event_streams "
                               "WHERE id = :id::text"),
                id, QStringLiteral("read stream"));
    if (!stream)
        return fail(stream.error());
    const auto events = connection.query(
        QStringLiteral("SELECT id, version, event_type, created_at FROM events WHERE stream_id = :id::text "
                       "ORDER BY version DESC LIMIT 200"),
        {{":id", id}}, QStringLiteral("read events of the stream"));
    if (!events)
        return fail(events.error());
    const auto snapshots = connection.query(
        QStringLiteral("SELECT version, created_at FROM event_snapshots WHERE stream_id = :id::text "
                       "ORDER BY version DESC LIMIT 20"),
        {{":id", id}}, QStringLiteral("read snapshots"));
    if (!snapshots)
        return fail(snapshots.error());
    const auto latest =
        connection.query(QStringLiteral("SELECT %1 FROM event_snapshots WHERE stream_id = :id::text "
                                        "ORDER BY version DESC LIMIT 1")
                             .arg(readableJson(QStringLiteral("state"))),
                         {{":id", id}}, QStringLiteral("read snapshot"));
    if (!latest)
        return fail(latest.error());
    return StreamDetail{*stream, *events, *snapshots,
                        latest->isEmpty() ? QString() : latest->constFirst().value(0).toString()};
}

} // namespace signalbox
