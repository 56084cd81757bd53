#include "app/database/delivery_statements.h"

#include "app/database/claim_statement.h"
#include "app/database/fan_out.h"
#include "app/database/uuid_text.h"

#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

QString leasesAsJson(const QList<Lease> &leases)
{
    nlohmann::json rows = nlohmann::json::array();
    for (const Lease &lease : leases)
        rows.push_back(
            {{"id", uuidText(lease.jobId).toStdString()}, {"token", uuidText(lease.token).toStdString()}});
    return QString::fromStdString(rows.dump());
}

} // namespace

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
              is_test, lease_token, order_key
)
SELECT)") +
        sentColumns() +
        QStringLiteral("\nFROM job JOIN webhook_endpoints endpoint ON endpoint.id = job.endpoint_id");
    const auto rows = connection.query(sql,
                                       Bindings{{QStringLiteral(":worker"), uuidText(worker.id)},
                                                {QStringLiteral(":lease_ms"), leaseMs},
                                                {QStringLiteral(":endpoint"), endpointId}} +
                                           sentBounds(mostPayloadBytes),
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
LEFT JOIN signalbox_endpoint_state state ON state.endpoint_id = endpoint.id
CROSS JOIN LATERAL (
    SELECT job.id
    FROM webhook_jobs job
    WHERE job.endpoint_id = endpoint.id AND job.next_attempt <= now() + interval '2 s'
      AND CASE WHEN job.status = 'pending' THEN job.order_blocked IS NOT TRUE ELSE false END
    ORDER BY job.next_attempt
    LIMIT 1) due
WHERE endpoint.enabled AND endpoint.removed_at IS NULL
  AND (coalesce(state.breaker, 'closed') = 'closed'
       OR (state.breaker <> 'held' AND state.breaker_until <= now() + interval '2 s'))
  AND (endpoint.rate_limit IS NULL
       OR signalbox_rate_tokens(endpoint.rate_limit, endpoint.rate_burst, state.rate_tokens,
           CASE WHEN state.rate_at < now() + interval '1 s' THEN state.rate_at END)
          + 2 * endpoint.rate_limit >= 1))"),
                                       {}, QStringLiteral("look for work"));
    if (!rows)
        return fail(rows.error());
    return IdleState{*reached, rows->constFirst().value("jobs").toLongLong()};
}

Done heartbeat(PgConnection &connection, const WorkerIdentity &worker, const Heartbeat &beat)
{
    const auto written = connection.execute(QStringLiteral(R"(
INSERT INTO signalbox_workers (id, host, pid, version, idle, in_flight, slots)
VALUES (:id::uuid, :host::text, :pid::bigint, :version::text, :idle::boolean, :in_flight::integer, :slots::integer)
ON CONFLICT (id) DO UPDATE
    SET heartbeat_at = now(), idle = EXCLUDED.idle, in_flight = EXCLUDED.in_flight, slots = EXCLUDED.slots)"),
                                            {{QStringLiteral(":id"), uuidText(worker.id)},
                                             {QStringLiteral(":host"), worker.host},
                                             {QStringLiteral(":pid"), worker.pid},
                                             {QStringLiteral(":version"), worker.version},
                                             {QStringLiteral(":idle"), beat.idle},
                                             {QStringLiteral(":in_flight"), beat.inFlight},
                                             {QStringLiteral(":slots"), beat.capacity}},
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
