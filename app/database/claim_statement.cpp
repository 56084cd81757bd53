#include "app/database/claim_statement.h"

#include "app/database/large_jobs.h"
#include "app/database/uuid_text.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

// After this much longer than its deadline a probe without a verdict is lost with its worker.
constexpr int probeGraceMs = 10'000;
constexpr qint64 leastText = 4 * 1024;
constexpr qint64 mostTextAtOnce = 1024 * 1024;

// What a worker may take of each endpoint: its places, the tokens of its rate limit, one job for a probe.
//
// A bucket filled at a moment ahead of now is one from before the server's clock was set back: it counts as
// full, once, for the claim writes the present moment. Less than a second ahead is a claim that began later
// and was committed first.
//
// Places are looked up in the object: joined as rows, hundreds of them would meet hundreds of endpoints in a
// nested loop, for these sessions plan no other.
//
// A rate limit belongs to all workers, so its row is locked; one that another worker is claiming from is left
// out this time rather than waited for. The same lock makes sure that a probe goes out once.
const QString openEndpointsSql = QStringLiteral(R"(
WITH held AS MATERIALIZED (
    SELECT :places::jsonb AS places
), throttled AS MATERIALIZED (
    SELECT state.endpoint_id,
           signalbox_rate_tokens(endpoint.rate_limit, endpoint.rate_burst, state.rate_tokens,
           CASE WHEN state.rate_at < now() + interval '1 s' THEN state.rate_at END) AS tokens
    FROM signalbox_endpoint_state state
    JOIN webhook_endpoints endpoint ON endpoint.id = state.endpoint_id
    WHERE endpoint.rate_limit IS NOT NULL AND endpoint.enabled AND endpoint.removed_at IS NULL
      AND signalbox_rate_tokens(endpoint.rate_limit, endpoint.rate_burst, state.rate_tokens,
           CASE WHEN state.rate_at < now() + interval '1 s' THEN state.rate_at END) >= 1
      AND EXISTS (SELECT FROM webhook_jobs job
                  WHERE job.endpoint_id = endpoint.id AND job.next_attempt <= now()
                    AND CASE WHEN job.status = 'pending' THEN job.order_blocked IS NOT TRUE ELSE false END)
    FOR UPDATE OF state SKIP LOCKED
), probe AS MATERIALIZED (
    SELECT state.endpoint_id
    FROM signalbox_endpoint_state state
    JOIN webhook_endpoints endpoint ON endpoint.id = state.endpoint_id
    WHERE state.breaker IN ('open', 'half-open') AND state.breaker_until <= now()
      AND endpoint.enabled AND endpoint.removed_at IS NULL
    FOR UPDATE OF state SKIP LOCKED
), open_endpoint AS MATERIALIZED (
    SELECT endpoint.id,
           greatest(0, least(coalesce(((SELECT places FROM held) ->> endpoint.id)::integer,
                                   least(endpoint.max_in_flight, :fresh_places::integer)),
                 CASE WHEN endpoint.rate_limit IS NOT NULL THEN floor(least(coalesce(throttled.tokens, 0), 100000))::integer END,
                 CASE WHEN coalesce(state.breaker, 'closed') <> 'closed'
                      THEN CASE WHEN probe.endpoint_id IS NULL THEN 0 ELSE 1 END END)) AS places
    FROM webhook_endpoints endpoint
    LEFT JOIN signalbox_endpoint_state state ON state.endpoint_id = endpoint.id
    LEFT JOIN throttled ON throttled.endpoint_id = endpoint.id
    LEFT JOIN probe ON probe.endpoint_id = endpoint.id
    WHERE endpoint.enabled AND endpoint.removed_at IS NULL
))");

// Ranks each endpoint's next jobs and takes the first of all, then the second of all ...: nobody's backlog
// comes before another's first job. Twice the limit is looked at, so that a worker claiming at the same
// moment leaves enough. The CASE is the predicate of the index that is meant, word for word: asked for by its
// status, the planner takes the index on (status, next_attempt), and reads one endpoint's million due jobs to
// find another's. Large payloads end a claim early; pg_column_size does not unpack them. Within one statement
// a row's place (ctid) finds it without an index, and the candidates come in their order. A job of an ordered
// stream is looked at once more: an earlier one of its stream may have been put back into the queue by hand.
const QString claimSql = openEndpointsSql + QStringLiteral(R"(, candidate AS MATERIALIZED (
    SELECT due.place, due.lane, due.rank, due.next_attempt, due.bytes
    FROM open_endpoint
    CROSS JOIN LATERAL (
        SELECT found.place, found.lane, found.next_attempt, found.bytes,
               row_number() OVER (ORDER BY found.lane, found.next_attempt) AS rank
        FROM (
            (SELECT job.ctid AS place, 0 AS lane, job.next_attempt, pg_column_size(job.payload) AS bytes
             FROM webhook_jobs job
             WHERE job.endpoint_id = open_endpoint.id AND job.next_attempt <= now()
               AND CASE WHEN job.status = 'pending' THEN job.priority > 0 AND job.order_blocked IS NOT TRUE ELSE false END
             ORDER BY job.next_attempt
             LIMIT open_endpoint.places)
            UNION ALL
            (SELECT job.ctid AS place, 1 AS lane, job.next_attempt, pg_column_size(job.payload) AS bytes
             FROM webhook_jobs job
             WHERE job.endpoint_id = open_endpoint.id AND job.next_attempt <= now() AND job.priority <= 0
               AND CASE WHEN job.status = 'pending' THEN job.order_blocked IS NOT TRUE ELSE false END
             ORDER BY job.next_attempt
             LIMIT open_endpoint.places)
        ) found
        ORDER BY found.lane, found.next_attempt
        LIMIT open_endpoint.places) due
    WHERE open_endpoint.places > 0
    ORDER BY due.lane, due.rank, due.next_attempt
    LIMIT 2 * :limit::bigint
), weighed AS MATERIALIZED (
    SELECT place, lane, rank, bytes, sum(bytes) OVER (ORDER BY lane, rank, next_attempt, place) AS bytes_so_far
    FROM candidate
), picked AS MATERIALIZED (
    SELECT job.ctid AS place, job.id, job.endpoint_id, weighed.lane, weighed.rank
    FROM weighed
    JOIN webhook_jobs job ON job.ctid = weighed.place
    WHERE job.status = 'pending' AND job.next_attempt <= now() AND job.order_blocked IS NOT TRUE
      AND (weighed.bytes_so_far <= :bytes_limit::bigint OR weighed.bytes_so_far = weighed.bytes)
      AND (job.order_key IS NULL OR NOT EXISTS (
              SELECT FROM webhook_jobs other
              WHERE other.endpoint_id = job.endpoint_id AND other.order_key = job.order_key AND other.id <> job.id
                AND other.status IN ('pending', 'processing')
                AND (other.status = 'processing' OR other.order_version < job.order_version)))
    LIMIT :limit::bigint
    FOR UPDATE OF job SKIP LOCKED
), spent AS (
    UPDATE signalbox_endpoint_state state
    SET rate_tokens = throttled.tokens - used.jobs, rate_at = now()
    FROM throttled
    JOIN (SELECT endpoint_id, count(id) AS jobs FROM picked GROUP BY endpoint_id) used
      ON used.endpoint_id = throttled.endpoint_id
    WHERE state.endpoint_id = throttled.endpoint_id
      AND NOT EXISTS (SELECT FROM probe WHERE probe.endpoint_id = state.endpoint_id)
), probing AS (
    UPDATE signalbox_endpoint_state state
    SET breaker = 'half-open', breaker_since = now(),
        breaker_until = now() + (greatest(endpoint.timeout_ms, :lease_ms::integer)::bigint + :grace_ms::integer) * interval '1 ms',
        rate_tokens = greatest(0, state.rate_tokens - 1)
    FROM probe
    JOIN webhook_endpoints endpoint ON endpoint.id = probe.endpoint_id
    WHERE state.endpoint_id = probe.endpoint_id
      AND EXISTS (SELECT FROM picked WHERE picked.endpoint_id = probe.endpoint_id)
)
UPDATE webhook_jobs job
SET status = 'processing', lease_owner = :worker::uuid, lease_token = gen_random_uuid(),
    lease_until = now() + :lease_ms::bigint * interval '1 ms'
FROM picked
JOIN webhook_endpoints endpoint ON endpoint.id = picked.endpoint_id
LEFT JOIN probe ON probe.endpoint_id = picked.endpoint_id
WHERE job.ctid = picked.place
RETURNING picked.lane, picked.rank, probe.endpoint_id IS NOT NULL AS is_probe, )");

// When the next job may be claimed: falls due, gets a token, or its endpoint's breaker lets a probe through.
const QString nextDueSql = QStringLiteral(R"(
WITH held AS MATERIALIZED (
    SELECT :places::jsonb AS places
)
SELECT CASE WHEN min(due.next_attempt) IS NOT NULL
            THEN ceil(extract(epoch FROM greatest(now(), least(now() + interval '1 day',
                                                               min(greatest(due.next_attempt, open.at)))) - now())
                      * 1000) END::bigint AS next_due_ms
FROM webhook_endpoints endpoint
LEFT JOIN signalbox_endpoint_state state ON state.endpoint_id = endpoint.id
CROSS JOIN LATERAL (
    SELECT greatest(
        CASE WHEN state.breaker IN ('open', 'half-open') THEN state.breaker_until END,
        CASE WHEN endpoint.rate_limit IS NOT NULL
             THEN now() + least(86400, greatest(0, 1 - signalbox_rate_tokens(endpoint.rate_limit, endpoint.rate_burst,
                                                                             state.rate_tokens,
           CASE WHEN state.rate_at < now() + interval '1 s' THEN state.rate_at END))
                                       / greatest(endpoint.rate_limit, 1e-6)) * interval '1 s' END,
        '-infinity'::timestamptz) AS at) open
CROSS JOIN LATERAL (
    SELECT job.next_attempt
    FROM webhook_jobs job
    WHERE job.endpoint_id = endpoint.id
      AND CASE WHEN job.status = 'pending' THEN job.order_blocked IS NOT TRUE ELSE false END
    ORDER BY job.next_attempt
    LIMIT 1) due
WHERE endpoint.enabled AND endpoint.removed_at IS NULL AND coalesce(state.breaker, 'closed') <> 'held'
  AND coalesce(((SELECT places FROM held) ->> endpoint.id)::integer, :fresh_places::integer) > 0)");

QString placesAsJson(const QHash<QString, int> &places)
{
    nlohmann::json rows = nlohmann::json::object();
    for (auto it = places.cbegin(); it != places.cend(); ++it)
        rows[it.key().toStdString()] = it.value();
    return QString::fromStdString(rows.dump());
}

QList<int> secondsFromJson(const QString &json)
{
    QList<int> list;
    if (json.isEmpty())
        return list;
    const auto seconds = nlohmann::json::parse(json.toStdString(), nullptr, false);
    for (const auto &second : seconds.is_array() ? seconds : nlohmann::json::array()) {
        if (second.is_number_integer())
            list.append(second.get<int>());
    }
    return list;
}

// An update returns rows in no order.
QList<QSqlRecord> inTurn(QList<QSqlRecord> rows)
{
    const auto turn = [](const QSqlRecord &row) {
        return std::pair(row.value("lane").toInt(), row.value("rank").toInt());
    };
    std::stable_sort(rows.begin(), rows.end(),
                     [turn](const QSqlRecord &a, const QSqlRecord &b) { return turn(a) < turn(b); });
    return rows;
}

} // namespace

// claimedJob() reads them in this order.
QString sentColumns()
{
    // A job's secret that is the endpoint's, or was within the overlap, signs with the endpoint's active set,
    // new first; any other with itself (design §4, Snapshot): the present one was never meant for it.
    return QStringLiteral(R"(
    job.id, job.endpoint_id, CASE WHEN octet_length(job.url) <= :most_url::bigint THEN job.url END AS url,
    signalbox_bounded_text(job.payload, :most_text::bigint) AS payload,
    signalbox_bounded_text(job.custom_headers, least(:most_text::bigint, :most_headers::bigint)) AS custom_headers,
    signalbox_job_event_type(job.event_type, job.payload) AS event_type, job.timeout_ms, job.attempts,
    job.max_attempts, job.lease_token, job.is_test, job.order_key, endpoint.allow_private_network,
    endpoint.max_in_flight, endpoint.rate_limit IS NOT NULL AS is_throttled, endpoint.signature_scheme,
    endpoint.signature_header, endpoint.ca_certificates, endpoint.client_certificate, endpoint.client_key,
    array_to_json(endpoint.retry_schedule_seconds)::text AS retry_schedule,
    CASE WHEN job.secret = endpoint.previous_secret AND endpoint.previous_secret_expires_at > now()
         THEN endpoint.secret ELSE job.secret
    END AS secret,
    CASE WHEN job.secret IN (endpoint.secret, endpoint.previous_secret)
              AND endpoint.previous_secret_expires_at > now() THEN endpoint.previous_secret
    END AS previous_secret, job.custom_headers IS NOT NULL AS has_headers)");
}

Bindings sentBounds(qint64 mostText)
{
    return {{QStringLiteral(":most_text"), mostText},
            {QStringLiteral(":most_headers"), mostHeaderBytes},
            {QStringLiteral(":most_url"), mostUrlBytes}};
}

ClaimedJob claimedJob(const QSqlRecord &row)
{
    // Thousands a second: looked up by name, the values would take longer than everything else here.
    int column = row.indexOf("id");
    const auto next = [&row, &column] { return row.value(column++); };
    ClaimedJob job;
    job.id = QUuid::fromString(next().toString());
    job.endpointId = next().toString();
    const QVariant url = next();
    job.url = url.toString();
    if (url.isNull())
        job.problem = QStringLiteral("its URL is longer than 8 KiB");
    job.payload = next().toString().toUtf8();
    job.customHeaders = next().toString().toUtf8();
    job.eventType = next().toString();
    job.timeoutMs = qMax(1, next().toInt());
    job.attempts = qBound(0, next().toInt(), std::numeric_limits<int>::max() - 1);
    job.maxAttempts = next().toInt();
    job.leaseToken = QUuid::fromString(next().toString());
    job.isTest = next().toBool();
    job.orderKey = next().toString();
    job.allowPrivateNetwork = next().toBool();
    job.maxInFlight = qMax(1, next().toInt());
    job.isThrottled = next().toBool();
    job.signatureScheme = signatureSchemeNamed(next().toString()).value_or(SignatureScheme::V1);
    job.signatureHeader = next().toString();
    job.tls.caCertificates = next().toString().toUtf8();
    job.tls.clientCertificate = next().toString().toUtf8();
    job.tls.clientKey = Secret(next().toString());
    job.retryScheduleSeconds = secondsFromJson(next().toString());
    for (int secret = 0; secret < 2; ++secret) {
        if (Secret text(next().toString()); !text.isEmpty())
            job.secrets.append(std::move(text));
    }
    return job;
}

Result<QList<ClaimedJob>> claimJobs(PgConnection &connection, const ClaimRequest &request)
{
    static const QString sql = claimSql + sentColumns();
    // The driver keeps several copies while it reads: a quarter of what may be held comes at once, the long
    // ones singly.
    const qint64 mostText =
        qBound<qint64>(leastText, request.textLimit / (4 * qMax(1, request.limit)), mostTextAtOnce);
    const auto rows = connection.query(sql,
                                       Bindings{{QStringLiteral(":places"), placesAsJson(request.places)},
                                                {QStringLiteral(":fresh_places"), request.freshPlaces},
                                                {QStringLiteral(":limit"), request.limit},
                                                {QStringLiteral(":bytes_limit"), request.bytesLimit},
                                                {QStringLiteral(":worker"), uuidText(request.worker.id)},
                                                {QStringLiteral(":lease_ms"), request.leaseMs},
                                                {QStringLiteral(":grace_ms"), probeGraceMs}} +
                                           sentBounds(mostText),
                                       QStringLiteral("claim jobs"));
    if (!rows)
        return fail(rows.error());
    LargeJobs large(connection, request);
    QList<ClaimedJob> jobs;
    for (const QSqlRecord &row : inTurn(*rows)) {
        ClaimedJob job = claimedJob(row);
        job.isProbe = row.value("is_probe").toBool();
        const bool lacksHeaders = row.value("has_headers").toBool() && row.value("custom_headers").isNull();
        const auto fits = large.complete(job, row.value("payload").isNull(), lacksHeaders);
        if (!fits)
            return fail(fits.error());
        if (*fits)
            jobs.append(std::move(job));
    }
    if (const Done released = large.releaseOthers(); !released)
        return fail(released.error());
    return jobs;
}

Result<std::optional<qint64>> nextDue(PgConnection &connection, const QHash<QString, int> &places,
                                      int freshPlaces)
{
    const auto rows = connection.query(
        nextDueSql,
        {{QStringLiteral(":places"), placesAsJson(places)}, {QStringLiteral(":fresh_places"), freshPlaces}},
        QStringLiteral("look for the next job"));
    if (!rows)
        return fail(rows.error());
    const QVariant due = rows->constFirst().value("next_due_ms");
    return due.isNull() ? std::nullopt : std::optional(qMax<qint64>(0, due.toLongLong()));
}

} // namespace signalbox
