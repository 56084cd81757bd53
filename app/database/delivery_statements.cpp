#include "app/database/delivery_statements.h"

#include "app/database/fan_out.h"

#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

// Rescues of one job in a row after which it fails (design §4, Lease).
constexpr int rescueLimit = 5;
constexpr int rescueBatch = 500;

QString uuidText(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

QString leasesAsJson(const QList<Lease> &leases)
{
    nlohmann::json rows = nlohmann::json::array();
    for (const Lease &lease : leases)
        rows.push_back(
            {{"id", uuidText(lease.jobId).toStdString()}, {"token", uuidText(lease.token).toStdString()}});
    return QString::fromStdString(rows.dump());
}

QString slotsAsJson(const QHash<QString, int> &taken)
{
    nlohmann::json rows = nlohmann::json::object();
    for (auto it = taken.cbegin(); it != taken.cend(); ++it)
        rows[it.key().toStdString()] = it.value();
    return QString::fromStdString(rows.dump());
}

// What is sent, beside the job's own columns. A job's secret that is, or was, the endpoint's signs with the
// endpoint's active set, new first; any other with itself (design §4, Snapshot).
const QString sentColumns = QStringLiteral(R"(
    job.id, job.endpoint_id, job.url, job.payload::text AS payload, job.custom_headers::text AS custom_headers,
    signalbox_job_event_type(job.event_type, job.payload) AS event_type, job.timeout_ms, job.attempts,
    job.max_attempts, job.lease_token, job.is_test, endpoint.allow_private_network,
    array_to_json(endpoint.retry_schedule_seconds)::text AS retry_schedule,
    CASE WHEN job.secret IN (endpoint.secret, endpoint.previous_secret) THEN endpoint.secret ELSE job.secret
    END AS secret,
    CASE WHEN job.secret IN (endpoint.secret, endpoint.previous_secret)
              AND endpoint.previous_secret_expires_at > now() THEN endpoint.previous_secret
    END AS previous_secret)");

// Ranks each endpoint's next jobs and takes the first of all, then the second of all ...: nobody's backlog
// comes before another's first job. Twice the limit is looked at, so that a worker claiming at the same
// moment leaves enough.
const QString claimSql = QStringLiteral(R"(
WITH taken AS MATERIALIZED (
    SELECT key AS endpoint_id, value::integer AS held FROM jsonb_each_text(:taken::jsonb)
), candidate AS MATERIALIZED (
    SELECT due.id, due.next_attempt, due.rank
    FROM webhook_endpoints endpoint
    LEFT JOIN taken ON taken.endpoint_id = endpoint.id
    CROSS JOIN LATERAL (
        SELECT job.id, job.next_attempt, row_number() OVER (ORDER BY job.next_attempt) AS rank
        FROM webhook_jobs job
        WHERE job.endpoint_id = endpoint.id AND job.status = 'pending' AND job.next_attempt <= now()
        ORDER BY job.next_attempt
        LIMIT greatest(0, :slots::integer - coalesce(taken.held, 0))) due
    WHERE endpoint.enabled AND endpoint.removed_at IS NULL
    ORDER BY due.rank, due.next_attempt
    LIMIT 2 * :limit::bigint
), picked AS MATERIALIZED (
    SELECT job.id
    FROM candidate
    JOIN webhook_jobs job ON job.id = candidate.id
    WHERE job.status = 'pending' AND job.next_attempt <= now()
    ORDER BY candidate.rank, candidate.next_attempt
    LIMIT :limit::bigint
    FOR UPDATE OF job SKIP LOCKED
)
UPDATE webhook_jobs job
SET status = 'processing', lease_owner = :worker::uuid, lease_token = gen_random_uuid(),
    lease_until = now() + :lease_ms::bigint * interval '1 ms'
FROM picked, webhook_endpoints endpoint
WHERE job.id = picked.id AND endpoint.id = job.endpoint_id
RETURNING)") + sentColumns;

const QString nextDueSql = QStringLiteral(R"(
WITH taken AS MATERIALIZED (
    SELECT key AS endpoint_id, value::integer AS held FROM jsonb_each_text(:taken::jsonb)
)
SELECT ceil(extract(epoch FROM min(due.next_attempt) - now()) * 1000)::bigint AS next_due_ms
FROM webhook_endpoints endpoint
LEFT JOIN taken ON taken.endpoint_id = endpoint.id
CROSS JOIN LATERAL (
    SELECT job.next_attempt
    FROM webhook_jobs job
    WHERE job.endpoint_id = endpoint.id AND job.status = 'pending'
    ORDER BY job.next_attempt
    LIMIT 1) due
WHERE endpoint.enabled AND endpoint.removed_at IS NULL AND coalesce(taken.held, 0) < :slots::integer)");

ClaimedJob claimedJob(const QSqlRecord &row)
{
    ClaimedJob job;
    job.id = QUuid::fromString(row.value("id").toString());
    job.endpointId = row.value("endpoint_id").toString();
    job.url = row.value("url").toString();
    job.payload = row.value("payload").toString().toUtf8();
    const QByteArray headers = row.value("custom_headers").toString().toUtf8();
    if (auto parsed = headersFromJson(headers))
        job.headers = std::move(*parsed);
    else
        job.invalidHeaders = headers;
    job.eventType = row.value("event_type").toString();
    job.timeoutMs = row.value("timeout_ms").toInt();
    job.attempts = row.value("attempts").toInt();
    job.maxAttempts = row.value("max_attempts").toInt();
    job.leaseToken = QUuid::fromString(row.value("lease_token").toString());
    for (const char *column : {"secret", "previous_secret"}) {
        if (const Secret secret(row.value(QLatin1String(column)).toString()); !secret.isEmpty())
            job.secrets.append(secret);
    }
    job.allowPrivateNetwork = row.value("allow_private_network").toBool();
    const auto schedule =
        nlohmann::json::parse(row.value("retry_schedule").toString().toStdString(), nullptr, false);
    for (const auto &seconds : schedule.is_array() ? schedule : nlohmann::json::array()) {
        if (seconds.is_number_integer())
            job.retryScheduleSeconds.append(seconds.get<int>());
    }
    job.isTest = row.value("is_test").toBool();
    return job;
}

Result<std::optional<qint64>> nextDue(PgConnection &connection, const ClaimRequest &request)
{
    const auto rows = connection.query(nextDueSql,
                                       {{QStringLiteral(":taken"), slotsAsJson(request.takenSlots)},
                                        {QStringLiteral(":slots"), request.slotsPerEndpoint}},
                                       QStringLiteral("look for the next job"));
    if (!rows)
        return fail(rows.error());
    const QVariant due = rows->constFirst().value("next_due_ms");
    return due.isNull() ? std::nullopt : std::optional(qMax<qint64>(0, due.toLongLong()));
}

} // namespace

Result<ClaimResult> claimJobs(PgConnection &connection, const ClaimRequest &request)
{
    const auto rows = connection.query(claimSql,
                                       {{QStringLiteral(":taken"), slotsAsJson(request.takenSlots)},
                                        {QStringLiteral(":slots"), request.slotsPerEndpoint},
                                        {QStringLiteral(":limit"), request.limit},
                                        {QStringLiteral(":worker"), uuidText(request.worker.id)},
                                        {QStringLiteral(":lease_ms"), request.leaseMs}},
                                       QStringLiteral("claim jobs"));
    if (!rows)
        return fail(rows.error());
    ClaimResult result;
    ClaimRequest after = request;
    for (const QSqlRecord &row : *rows) {
        result.jobs.append(claimedJob(row));
        ++after.takenSlots[result.jobs.constLast().endpointId];
    }
    if (result.jobs.size() >= request.limit) {
        result.nextDueMs = 0;
        return result;
    }
    // The claim stands, committed: a failure from here on must not lose sight of it.
    if (const auto due = nextDue(connection, after))
        result.nextDueMs = *due;
    return result;
}

Result<QList<QUuid>> renewLeases(PgConnection &connection, const QList<Lease> &leases, int leaseMs)
{
    const auto rows = connection.query(
        QStringLiteral(R"(
UPDATE webhook_jobs job
SET lease_until = now() + :lease_ms::bigint * interval '1 ms'
FROM jsonb_to_recordset(:leases::jsonb) AS lease(id uuid, token uuid)
WHERE job.id = lease.id AND job.lease_token = lease.token AND job.status = 'processing'
RETURNING job.lease_token)"),
        {{QStringLiteral(":lease_ms"), leaseMs}, {QStringLiteral(":leases"), leasesAsJson(leases)}},
        QStringLiteral("renew leases"));
    if (!rows)
        return fail(rows.error());
    QList<QUuid> ours;
    for (const QSqlRecord &row : *rows)
        ours.append(QUuid::fromString(row.value("lease_token").toString()));
    return ours;
}

Result<int> releaseLeases(PgConnection &connection, const QList<Lease> &leases)
{
    const auto released = connection.execute(QStringLiteral(R"(
UPDATE webhook_jobs job
SET status = CASE WHEN job.is_test THEN 'cancelled' ELSE 'pending' END, next_attempt = now(),
    lease_owner = NULL, lease_token = NULL, lease_until = NULL
FROM jsonb_to_recordset(:leases::jsonb) AS lease(id uuid, token uuid)
WHERE job.id = lease.id AND job.lease_token = lease.token AND job.status = 'processing')"),
                                             {{QStringLiteral(":leases"), leasesAsJson(leases)}},
                                             QStringLiteral("release leases"));
    if (!released)
        return fail(released.error());
    return int(*released);
}

Result<int> rescueExpired(PgConnection &connection, const WorkerIdentity &worker)
{
    const auto rows = connection.query(QStringLiteral(R"(
WITH expired AS MATERIALIZED (
    SELECT id, lease_token
    FROM webhook_jobs
    WHERE lease_token IS NOT NULL AND lease_until < now() AND status = 'processing'
    ORDER BY lease_until
    LIMIT :batch::bigint
    FOR UPDATE SKIP LOCKED
), rescued AS (
    UPDATE webhook_jobs job
    SET status = CASE WHEN job.is_test OR job.rescues + 1 >= :rescues::integer THEN 'failed' ELSE 'pending' END,
        attempts = job.attempts + 1,
        max_attempts = CASE WHEN job.is_test OR job.rescues + 1 >= :rescues::integer THEN job.max_attempts
                            ELSE greatest(job.max_attempts, job.attempts + 2) END,
        rescues = job.rescues + 1, next_attempt = now(), last_error = 'worker lost, outcome unknown',
        lease_owner = NULL, lease_token = NULL, lease_until = NULL
    FROM expired
    WHERE job.id = expired.id AND job.lease_token = expired.lease_token AND job.status = 'processing'
      AND job.lease_until < now()
    RETURNING job.id, job.endpoint_id, signalbox_job_event_type(job.event_type, job.payload) AS event_type,
              job.attempts, job.is_test
), attempt AS (
    INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, error, duration_ms, attempt, outcome, is_test,
                                    worker_id)
    SELECT gen_random_uuid(), id, endpoint_id, event_type, 'worker lost, outcome unknown', 0, attempts, 'no-answer',
           is_test, :worker::uuid
    FROM rescued
)
SELECT count(id) AS jobs FROM rescued)"),
                                       {{QStringLiteral(":batch"), rescueBatch},
                                        {QStringLiteral(":rescues"), rescueLimit},
                                        {QStringLiteral(":worker"), uuidText(worker.id)}},
                                       QStringLiteral("take back jobs of lost workers"));
    if (!rows)
        return fail(rows.error());
    return rows->constFirst().value("jobs").toInt();
}

Result<ClaimedJob> createTestJob(PgConnection &connection, const WorkerIdentity &worker,
                                 const QString &endpointId, int leaseMs)
{
    const QString sql =
        QStringLiteral(R"(
WITH job AS (
    INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, custom_headers, max_attempts, next_attempt, status,
                              timeout_ms, event_type, is_test, lease_owner, lease_token, lease_until)
    SELECT gen_random_uuid(), endpoint.id, endpoint.url,
           jsonb_build_object(
               'id', gen_random_uuid(),
               'type', 'signalbox.test',
               'timestamp', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
               'data', jsonb_build_object('message', 'A test event sent from Signalbox', 'endpoint', endpoint.id)),
           endpoint.secret, endpoint.custom_headers, 1, now(), 'processing',
           endpoint.timeout_ms, 'signalbox.test', true, :worker::uuid, gen_random_uuid(),
           now() + :lease_ms::bigint * interval '1 ms'
    FROM webhook_endpoints endpoint
    WHERE endpoint.id = :endpoint::text AND endpoint.removed_at IS NULL
    RETURNING id, endpoint_id, url, payload, secret, custom_headers, max_attempts, attempts, timeout_ms, event_type,
              is_test, lease_token
)
SELECT)") +
        sentColumns +
        QStringLiteral("\nFROM job JOIN webhook_endpoints endpoint ON endpoint.id = job.endpoint_id");
    const auto rows = connection.query(sql,
                                       {{QStringLiteral(":worker"), uuidText(worker.id)},
                                        {QStringLiteral(":lease_ms"), leaseMs},
                                        {QStringLiteral(":endpoint"), endpointId}},
                                       QStringLiteral("create a test event"));
    if (!rows)
        return fail(rows.error());
    if (rows->isEmpty()) {
        return fail(Error::Kind::NotFound, QStringLiteral("send a test event"),
                    QStringLiteral("there is no endpoint ") + endpointId);
    }
    return claimedJob(rows->constFirst());
}

Result<IdleState> readIdleState(PgConnection &connection)
{
    const auto reached = fanOutReachedFence(connection);
    if (!reached)
        return fail(reached.error());
    const auto rows = connection.query(QStringLiteral(R"(
SELECT count(due.id) AS jobs
FROM webhook_endpoints endpoint
CROSS JOIN LATERAL (
    SELECT job.id
    FROM webhook_jobs job
    WHERE job.endpoint_id = endpoint.id AND job.status = 'pending' AND job.next_attempt <= now() + interval '2 s'
    ORDER BY job.next_attempt
    LIMIT 100) due
WHERE endpoint.enabled AND endpoint.removed_at IS NULL)"),
                                       {}, QStringLiteral("look for work"));
    if (!rows)
        return fail(rows.error());
    return IdleState{*reached, rows->constFirst().value("jobs").toLongLong()};
}

Done heartbeat(PgConnection &connection, const WorkerIdentity &worker, bool idle, int inFlight)
{
    const auto written = connection.execute(QStringLiteral(R"(
INSERT INTO signalbox_workers (id, host, pid, version, idle, in_flight)
VALUES (:id::uuid, :host::text, :pid::bigint, :version::text, :idle::boolean, :in_flight::integer)
ON CONFLICT (id) DO UPDATE SET heartbeat_at = now(), idle = EXCLUDED.idle, in_flight = EXCLUDED.in_flight)"),
                                            {{QStringLiteral(":id"), uuidText(worker.id)},
                                             {QStringLiteral(":host"), worker.host},
                                             {QStringLiteral(":pid"), worker.pid},
                                             {QStringLiteral(":version"), worker.version},
                                             {QStringLiteral(":idle"), idle},
                                             {QStringLiteral(":in_flight"), inFlight}},
                                            QStringLiteral("tell that the worker lives"));
    if (!written)
        return fail(written.error());
    return {};
}

Done signOff(PgConnection &connection, const WorkerIdentity &worker)
{
    const auto removed = connection.execute(
        QStringLiteral("DELETE FROM signalbox_workers WHERE id = :id::uuid"),
        {{QStringLiteral(":id"), uuidText(worker.id)}}, QStringLiteral("sign the worker off"));
    if (!removed)
        return fail(removed.error());
    return {};
}

Done announceChanges(PgConnection &connection)
{
    const auto sent =
        connection.query(QStringLiteral("SELECT pg_notify('signalbox_changed', '')::text AS sent"), {},
                         QStringLiteral("announce changes"));
    if (!sent)
        return fail(sent.error());
    return {};
}

} // namespace signalbox
