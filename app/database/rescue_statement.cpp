#include "app/database/rescue_statement.h"

#include "app/core/sql_state.h"
#include "app/database/uuid_text.h"

#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

const QString rescueWhat = QStringLiteral("take back jobs of lost workers");

// Rescues of one job in a row after which it fails (design §4, Lease).
constexpr int rescueLimit = 5;
constexpr int rescueBatch = 500;

// Numbers stop at the end of their type: a job that producers gave the largest one is rescued like any other.
const QString rescueSql = QStringLiteral(R"(
WITH held AS MATERIALIZED (
    SELECT token::uuid AS token FROM jsonb_array_elements_text(:held::jsonb) AS row(token)
), seen AS MATERIALIZED (
    SELECT token::uuid AS token FROM jsonb_array_elements_text(:seen::jsonb) AS row(token)
), expired AS MATERIALIZED (
    SELECT job.id, job.lease_token, coalesce(job.lease_owner = :worker::uuid, false) AS is_own,
           (job.lease_token IN (SELECT token FROM seen)) IS TRUE
               OR NOT EXISTS (SELECT FROM signalbox_workers owner
                              WHERE owner.id = job.lease_owner AND owner.heartbeat_at > now() - interval '60 s') AS is_lost
    FROM webhook_jobs job
    WHERE job.lease_token IS NOT NULL AND job.lease_until < now() AND job.status = 'processing'
      AND (job.lease_token IN (SELECT token FROM held)) IS NOT TRUE
    ORDER BY job.lease_until
    LIMIT :batch::bigint
), ripe AS MATERIALIZED (
    SELECT job.id, job.lease_token, expired.is_own
    FROM expired
    JOIN webhook_jobs job ON job.id = expired.id
    WHERE (expired.is_own OR expired.is_lost) AND job.lease_token = expired.lease_token
      AND CASE WHEN job.status = 'processing' THEN job.lease_until < now() ELSE false END
    FOR UPDATE OF job SKIP LOCKED
), rescued AS (
    UPDATE webhook_jobs job
    SET status = CASE WHEN job.is_test OR job.rescues >= :rescues::integer - 1 THEN 'failed' ELSE 'pending' END,
        attempts = least(coalesce(job.attempts, 0), 2147483646) + 1,
        max_attempts = CASE WHEN job.is_test OR job.rescues >= :rescues::integer - 1 THEN job.max_attempts
                            ELSE greatest(job.max_attempts, least(coalesce(job.attempts, 0), 2147483645) + 2) END,
        rescues = least(coalesce(job.rescues, 0), 2147483646) + 1, next_attempt = now(), last_error = 'worker lost, outcome unknown',
        lease_owner = NULL, lease_token = NULL, lease_until = NULL
    FROM ripe
    WHERE job.id = ripe.id AND job.lease_token = ripe.lease_token AND NOT ripe.is_own
      AND CASE WHEN job.status = 'processing' THEN job.lease_until < now() ELSE false END
    RETURNING job.id, job.endpoint_id, signalbox_job_event_type(job.event_type, job.payload) AS event_type,
              job.attempts, job.is_test
), attempt AS (
    INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, error, duration_ms, attempt, outcome, is_test,
                                    worker_id)
    SELECT gen_random_uuid(), id, endpoint_id, event_type, 'worker lost, outcome unknown', 0, attempts, 'no-answer',
           is_test, :worker::uuid
    FROM rescued
), released AS (
    UPDATE webhook_jobs job
    SET status = CASE WHEN job.is_test THEN 'cancelled' ELSE 'pending' END, next_attempt = now(),
        lease_owner = NULL, lease_token = NULL, lease_until = NULL
    FROM ripe
    WHERE job.id = ripe.id AND job.lease_token = ripe.lease_token AND ripe.is_own
      AND CASE WHEN job.status = 'processing' THEN job.lease_until < now() ELSE false END
    RETURNING job.id
)
SELECT (SELECT count(id) FROM rescued) AS rescued, (SELECT count(id) FROM released) AS released,
       (SELECT json_agg(lease_token)::text FROM expired WHERE NOT is_own AND NOT is_lost) AS expired_once)");

// The first that a sweep of one would take.
const QString setAsideSql = QStringLiteral(R"(
UPDATE webhook_jobs job
SET status = 'failed', last_error = :reason::text, lease_owner = NULL, lease_token = NULL, lease_until = NULL
FROM (SELECT id, lease_token
      FROM webhook_jobs
      WHERE lease_token IS NOT NULL AND lease_until < now() AND status = 'processing'
        AND (lease_token IN (SELECT token::uuid FROM jsonb_array_elements_text(:held::jsonb) AS row(token))) IS NOT TRUE
      ORDER BY lease_until
      LIMIT 1
      FOR UPDATE SKIP LOCKED) first
WHERE job.id = first.id AND job.lease_token = first.lease_token
RETURNING job.id)");

QString tokensAsJson(const QList<QUuid> &tokens)
{
    nlohmann::json rows = nlohmann::json::array();
    for (const QUuid &token : tokens)
        rows.push_back(uuidText(token).toStdString());
    return QString::fromStdString(rows.dump());
}

QList<QUuid> tokensFromJson(const QString &json)
{
    QList<QUuid> tokens;
    const auto rows = nlohmann::json::parse(json.toStdString(), nullptr, false);
    for (const auto &row : rows.is_array() ? rows : nlohmann::json::array())
        tokens.append(QUuid::fromString(QString::fromStdString(row.get<std::string>())));
    return tokens;
}

Result<RescueResult> sweep(PgConnection &connection, const RescueRequest &request, int batch)
{
    const auto rows = connection.query(rescueSql,
                                       {{QStringLiteral(":batch"), batch},
                                        {QStringLiteral(":rescues"), rescueLimit},
                                        {QStringLiteral(":held"), tokensAsJson(request.held)},
                                        {QStringLiteral(":seen"), tokensAsJson(request.expiredOnce)},
                                        {QStringLiteral(":worker"), uuidText(request.worker.id)}},
                                       rescueWhat);
    if (!rows)
        return fail(rows.error());
    const QSqlRecord &row = rows->constFirst();
    RescueResult result;
    result.rescued = row.value("rescued").toInt();
    result.released = row.value("released").toInt();
    result.expiredOnce = tokensFromJson(row.value("expired_once").toString());
    return result;
}

// Alone, and refused all the same: it would stand before all others at every sweep.
Result<QString> setAside(PgConnection &connection, const RescueRequest &request, const Error &refusal)
{
    const QString reason =
        QStringLiteral("worker lost; the job could not be taken back: ") + briefReason(refusal);
    const auto rows = connection.query(
        setAsideSql,
        {{QStringLiteral(":reason"), reason}, {QStringLiteral(":held"), tokensAsJson(request.held)}},
        rescueWhat);
    if (!rows)
        return fail(rows.error());
    if (rows->isEmpty())
        return fail(refusal);
    return QStringLiteral("%1: %2").arg(rows->constFirst().value("id").toString(), reason);
}

} // namespace

Result<RescueResult> rescueExpired(PgConnection &connection, const RescueRequest &request)
{
    RescueResult all;
    int batch = rescueBatch;
    while (true) {
        const auto swept = sweep(connection, request, batch);
        if (swept) {
            all.rescued += swept->rescued;
            all.released += swept->released;
            all.expiredOnce = swept->expiredOnce;
            // The rest of what a smaller batch left; at most as long as it finds something.
            if (batch == rescueBatch || swept->rescued + swept->released == 0)
                return all;
            batch = qMin(rescueBatch, 2 * batch);
            continue;
        }
        if (!blamesTheRow(swept.error()))
            return fail(swept.error());
        if (batch > 1) {
            batch /= 2;
            continue;
        }
        auto aside = setAside(connection, request, swept.error());
        if (!aside)
            return fail(aside.error());
        all.setAside.append(std::move(*aside));
        batch = rescueBatch;
    }
}

} // namespace signalbox
