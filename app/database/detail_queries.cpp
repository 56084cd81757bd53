#include "app/database/detail_queries.h"

#include "app/core/held_reason.h"
#include "app/database/derived_columns.h"
#include "app/database/job_selection.h"
#include "app/database/json_text.h"
#include "app/database/table_sql.h"

#include <QUuid>

namespace signalbox {

namespace {

const QString payloadName = QStringLiteral("payload");
constexpr int mostAttempts = 1'000;

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

QString jsonColumns(const QString &expression, const QString &name)
{
    return QStringLiteral("%1 AS %3, %2 AS %3_bytes")
        .arg(readableJson(expression), jsonSize(expression), name);
}

// Takes those columns out of a record: long texts travel beside it, not in it.
JsonText takeJson(QSqlRecord &row, const QString &name)
{
    const QString bytes = name + QStringLiteral("_bytes");
    const JsonText json{row.value(name).toString(), row.value(bytes).toLongLong()};
    row.remove(row.indexOf(name));
    row.remove(row.indexOf(bytes));
    return json;
}

QList<Grant> selectOn(std::initializer_list<const char *> tables)
{
    QList<Grant> grants;
    for (const char *table : tables)
        grants.append({QLatin1String(table), Right::Select});
    return grants;
}

/// A table beside the one the row is of, for a role that may read it.
struct Beside
{
    QList<Grant> grants;
    QString columns;
    QString join;
    QString unknown; ///< the columns for others
};

// Select list and FROM items of what stands beside a row; what may not be read goes to `missing`.
std::pair<QString, QString> besideSql(const QList<Beside> &parts, const ConsoleRights &rights,
                                      QList<Grant> &missing)
{
    QString columns;
    QString joins;
    for (const Beside &part : parts) {
        const QList<Grant> lacking = rights.missingOf(part.grants);
        columns += QStringLiteral(", ") + (lacking.isEmpty() ? part.columns : part.unknown);
        if (lacking.isEmpty())
            joins += QLatin1Char(' ') + part.join;
        for (const Grant &grant : lacking) {
            if (!missing.contains(grant))
                missing.append(grant);
        }
    }
    return {columns, joins};
}

// A reason that cannot be told (`withHeld` false) leaves the rest as it is.
QList<Beside> besideJob(bool withHeld)
{
    const Beside held = withHeld ? Beside{heldGrants(), heldColumns(), heldJoin(), noHeldColumns()}
                                 : Beside{{}, noHeldColumns(), {}, {}};
    return {{selectOn({"events"}),
             QStringLiteral("event.stream_id, event.version AS stream_version, event.correlation_id"),
             QStringLiteral("LEFT JOIN events event ON event.id = job.event_id"),
             QStringLiteral("NULL::text AS stream_id, NULL::integer AS stream_version, NULL::uuid AS "
                            "correlation_id")},
            {selectOn({"webhook_endpoints"}),
             QStringLiteral("endpoint.enabled AS endpoint_enabled, endpoint.disabled_reason AS "
                            "endpoint_disabled_reason, endpoint.url AS endpoint_url, %1 AS differences")
                 .arg(snapshotDifferences()),
             QStringLiteral("LEFT JOIN webhook_endpoints endpoint ON endpoint.id = job.endpoint_id"),
             QStringLiteral("NULL::boolean AS endpoint_enabled, NULL::text AS endpoint_disabled_reason, "
                            "NULL::text AS endpoint_url, NULL::text AS differences")},
            held};
}

QString jobSql(const std::pair<QString, QString> &beside)
{
    const QString payload = QStringLiteral("job.payload");
    return QStringLiteral("SELECT job.id, job.status, job.endpoint_id, left(job.url, 16384) AS url, "
                          "%1 AS custom_headers, "
                          "signalbox_job_event_type(job.event_type, CASE WHEN %2 THEN job.payload END) AS "
                          "event_type, job.attempts, "
                          "job.max_attempts, job.next_attempt, job.last_error, job.timeout_ms, "
                          "job.created_at, job.updated_at, job.event_id, job.run, job.is_test, "
                          "job.priority, job.idempotency_key, job.order_key, job.order_version, "
                          "job.lease_owner, job.lease_token, job.lease_until, job.rescues, %3%4 "
                          "FROM webhook_jobs job%5 WHERE job.id = :id::uuid")
        .arg(wholeJson(QStringLiteral("job.custom_headers")), jsonIsBounded(payload, wholeBounds),
             jsonColumns(payload, payloadName), beside.first, beside.second);
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

// A second question about the row at hand, which a role that may not ask it leaves out.
Result<QList<QSqlRecord>> readBeside(PgConnection &connection, const QString &sql, const QString &id,
                                     const QString &what, const QList<Grant> &needed,
                                     const ConsoleRights &rights, QList<Grant> &missing)
{
    const QList<Grant> lacking = rights.missingOf(needed);
    if (lacking.isEmpty())
        return connection.query(sql, {{":id", id}}, what);
    for (const Grant &grant : lacking) {
        if (!missing.contains(grant))
            missing.append(grant);
    }
    return QList<QSqlRecord>();
}

} // namespace

Result<JobDetail> readJobDetail(PgConnection &connection, const QString &id, const ConsoleRights &rights)
{
    JobDetail detail;
    const QString what = QStringLiteral("read job");
    auto job = readOne(connection, jobSql(besideSql(besideJob(true), rights, detail.missing)), id, what);
    if (!job && isOfARow(job.error())) // why it waits cannot be told; what it is can
        job = readOne(connection, jobSql(besideSql(besideJob(false), rights, detail.missing)), id, what);
    if (!job)
        return fail(job.error());
    auto attempts = readBeside(connection, attemptsSql(), id, QStringLiteral("read attempts"),
                               selectOn({"webhook_deliveries"}), rights, detail.missing);
    if (!attempts)
        return fail(attempts.error());
    detail.payload = takeJson(*job, payloadName);
    detail.held = heldReason(*job);
    detail.held.isKnown = rights.missingOf(heldGrants()).isEmpty();
    detail.job = *job;
    detail.attempts = *attempts;
    return detail;
}

Result<DeliveryDetail> readDeliveryDetail(PgConnection &connection, const QString &id,
                                          const ConsoleRights &rights)
{
    DeliveryDetail detail;
    const QString what = QStringLiteral("read delivery");
    const auto beside =
        besideSql({{selectOn({"webhook_jobs"}),
                    QStringLiteral("job.url, job.status AS job_status, ") +
                        jsonColumns(QStringLiteral("job.payload"), payloadName),
                    QStringLiteral("LEFT JOIN webhook_jobs job ON job.id = delivery.job_id"),
                    QStringLiteral("NULL::text AS url, NULL::text AS job_status, NULL::text AS payload, "
                                   "NULL::bigint AS payload_bytes")}},
                  rights, detail.missing);
    const QString sql = QStringLiteral("SELECT %1, left(delivery.response_body, 1048576) AS response_body%2 "
                                       "FROM webhook_deliveries delivery%3 WHERE delivery.id = :id::uuid")
                            .arg(attemptColumns(), beside.first, beside.second);
    const QString days = daysOf(id);
    auto delivery = readOne(connection, sql + days, id, what);
    // The clock of whoever made the id may have been wrong.
    if (!delivery && delivery.error().kind == Error::Kind::NotFound && !days.isEmpty())
        delivery = readOne(connection, sql, id, what);
    if (!delivery)
        return fail(delivery.error());
    detail.payload = takeJson(*delivery, payloadName);
    detail.delivery = *delivery;
    return detail;
}

Result<EventDetail> readEventDetail(PgConnection &connection, const QString &id, const ConsoleRights &rights)
{
    EventDetail detail;
    const QString metadataName = QStringLiteral("metadata");
    auto event =
        readOne(connection,
                QStringLiteral("SELECT event.id, event.event_type, event.stream_id, event.version, "
                               "event.correlation_id, event.causation_id, event.timestamp, event.created_at, "
                               "event.txid::text AS txid, event.position, %1, %2 "
                               "FROM events event WHERE event.id = :id::uuid")
                    .arg(jsonColumns(QStringLiteral("event.payload"), payloadName),
                         jsonColumns(QStringLiteral("event.metadata"), metadataName)),
                id, QStringLiteral("read event"));
    if (!event)
        return fail(event.error());
    // Endpoint by endpoint, because the index that finds a job by its event starts with the endpoint.
    auto jobs = readBeside(
        connection,
        QStringLiteral("SELECT job.id, job.endpoint_id, job.status, job.run, job.created_at FROM "
                       "webhook_endpoints endpoint "
                       "JOIN webhook_jobs job ON job.endpoint_id = endpoint.id AND job.event_id = :id::uuid "
                       "ORDER BY job.created_at DESC, job.id"),
        id, QStringLiteral("read jobs of the event"), selectOn({"webhook_endpoints", "webhook_jobs"}), rights,
        detail.missing);
    if (!jobs)
        return fail(jobs.error());
    detail.payload = takeJson(*event, payloadName);
    detail.metadata = takeJson(*event, metadataName);
    detail.event = *event;
    detail.jobs = *jobs;
    return detail;
}

Result<StreamDetail> readStreamDetail(PgConnection &connection, const QString &id,
                                      const ConsoleRights &rights)
{
    StreamDetail detail;
    const auto stream = connection.query(
        QStringLiteral("SELECT id, current_version, created_at, updated_at FROM event_streams "
                       "WHERE id = :id::text"),
        {{":id", id}}, QStringLiteral("read stream"));
    if (!stream)
        return fail(stream.error());
    if (stream->isEmpty())
        return fail(Error::Kind::NotFound, QStringLiteral("read stream"),
                    QStringLiteral("there is no stream ") + id);
    const auto events = readBeside(
        connection,
        QStringLiteral("SELECT id, version, event_type, created_at FROM events WHERE stream_id = :id::text "
                       "ORDER BY version DESC LIMIT 200"),
        id, QStringLiteral("read events of the stream"), selectOn({"events"}), rights, detail.missing);
    if (!events)
        return fail(events.error());
    const QList<Grant> ofSnapshots = selectOn({"event_snapshots"});
    const auto snapshots = readBeside(
        connection,
        QStringLiteral("SELECT version, created_at FROM event_snapshots WHERE stream_id = :id::text "
                       "ORDER BY version DESC LIMIT 20"),
        id, QStringLiteral("read snapshots"), ofSnapshots, rights, detail.missing);
    if (!snapshots)
        return fail(snapshots.error());
    detail.stream = stream->constFirst();
    detail.events = *events;
    detail.snapshots = *snapshots;
    if (snapshots->isEmpty())
        return detail;
    const QString stateName = QStringLiteral("state");
    auto latest = readOne(connection,
                          QStringLiteral("SELECT %1 FROM event_snapshots WHERE stream_id = :id::text "
                                         "ORDER BY version DESC LIMIT 1")
                              .arg(jsonColumns(stateName, stateName)),
                          id, QStringLiteral("read snapshot"));
    if (!latest)
        return fail(latest.error());
    detail.latestSnapshot = takeJson(*latest, stateName);
    return detail;
}

} // namespace signalbox
