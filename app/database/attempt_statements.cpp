#include "app/database/attempt_statements.h"

#include "app/database/attempt_fallback.h"
#include "app/database/endpoint_health.h"
#include "app/database/stream_order.h"

#include <QHash>
#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

using Json = nlohmann::json;

const QString recordWhat = QStringLiteral("record attempts");

// `attempts` is raised for every new attempt row, so it counts them; only `moved` needs the lease, and
// `counted` takes the others: cancelled, rescued or finished by somebody else meanwhile. A job that was
// purged takes no row any more. The state is asked for in a CASE, so that jobs are found by their ids and by
// no other index. IS TRUE keeps the planner from a join of hundreds by hundreds: it looks ids up in a hash.
// `health` writes only when failing begins or ends. Whoever may insert jobs chooses their URLs: an answer
// from another URL than the endpoint's present one says nothing of the endpoint, a 410 neither.
// Deliveries may be partitioned by created_at, where ids alone are not unique: what is there already is
// looked for, not further back than a lost commit can lie.
const QString recordSql = QStringLiteral(R"(
WITH attempt AS MATERIALIZED (
    SELECT id, job_id, token, endpoint_id, url, judges, event_type, is_test, worker_id, status_code, response_body, error, note,
           outcome, duration_ms, request_headers, response_headers, verdict, delay_ms, wait_reason, last_error,
           dns_ms, connect_ms, tls_ms, first_byte_ms, http_version, reused_connection
    FROM jsonb_to_recordset(:attempts::jsonb) AS row(
        id uuid, job_id uuid, token uuid, endpoint_id text, url text, judges boolean, event_type text, is_test boolean, worker_id uuid,
        status_code integer, response_body text, error text, note text, outcome text, duration_ms integer,
        request_headers jsonb, response_headers jsonb, verdict text, delay_ms bigint, wait_reason text,
        last_error text, dns_ms real, connect_ms real, tls_ms real, first_byte_ms real, http_version text,
        reused_connection boolean)
), inserted AS (
    INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, response_body, error, duration_ms,
                                    attempt, outcome, note, is_test, worker_id, request_headers, response_headers,
                                    dns_ms, connect_ms, tls_ms, first_byte_ms, http_version, reused_connection)
    SELECT attempt.id, job.id, attempt.endpoint_id, attempt.event_type, attempt.status_code, attempt.response_body,
           attempt.error, attempt.duration_ms, least(coalesce(job.attempts, 0), 2147483646) + 1, attempt.outcome, attempt.note, attempt.is_test,
           attempt.worker_id, attempt.request_headers, attempt.response_headers,
           attempt.dns_ms, attempt.connect_ms, attempt.tls_ms, attempt.first_byte_ms, attempt.http_version,
           attempt.reused_connection
    FROM attempt
    JOIN webhook_jobs job ON job.id = attempt.job_id
    WHERE :with_rows::boolean
      AND NOT EXISTS (SELECT FROM webhook_deliveries known
                      WHERE known.id = attempt.id AND known.created_at > now() - interval '1 day')
    RETURNING id
), fresh AS MATERIALIZED (
    SELECT attempt.id, attempt.job_id, attempt.token, attempt.endpoint_id, attempt.worker_id, attempt.status_code,
           CASE WHEN attempt.verdict = 'gone' AND endpoint.id IS NULL THEN 'retry' ELSE attempt.verdict END AS verdict,
           attempt.delay_ms, attempt.wait_reason, attempt.last_error,
           attempt.judges AND endpoint.id IS NOT NULL AS judges
    FROM attempt
    LEFT JOIN webhook_endpoints endpoint ON endpoint.id = attempt.endpoint_id AND endpoint.url = attempt.url
    WHERE (attempt.id IN (SELECT id FROM inserted)) IS TRUE OR NOT :with_rows::boolean
), moved AS (
    UPDATE webhook_jobs job
    SET attempts = least(coalesce(job.attempts, 0), 2147483646) + 1,
        status = CASE
            WHEN fresh.verdict = 'completed' THEN 'completed'
            WHEN fresh.verdict = 'retry' AND coalesce(job.attempts, 0) >= coalesce(job.max_attempts, 1)::bigint - 1 THEN 'failed'
            ELSE 'pending' END,
        next_attempt = CASE
            WHEN fresh.verdict = 'gone' THEN now()
            WHEN fresh.verdict = 'retry' AND coalesce(job.attempts, 0) < coalesce(job.max_attempts, 1)::bigint - 1
            THEN now() + fresh.delay_ms * interval '1 ms'
            ELSE job.next_attempt END,
        max_attempts = CASE WHEN fresh.verdict = 'gone' THEN greatest(job.max_attempts, least(coalesce(job.attempts, 0), 2147483645) + 2)
                            ELSE job.max_attempts END,
        last_error = fresh.last_error,
        wait_reason = fresh.wait_reason, priority = 0,
        rescues = 0, lease_owner = NULL, lease_token = NULL, lease_until = NULL
    FROM fresh
    WHERE job.id = fresh.job_id
      AND CASE WHEN job.status = 'processing' THEN job.lease_token = fresh.token ELSE false END
    RETURNING job.id
), counted AS (
    UPDATE webhook_jobs job
    SET attempts = least(coalesce(job.attempts, 0), 2147483646) + 1
    FROM fresh
    WHERE fresh.job_id NOT IN (SELECT id FROM moved) AND job.id = fresh.job_id
    RETURNING job.id
), disabled AS (
    UPDATE webhook_endpoints endpoint
    SET enabled = false, disabled_at = now(), disabled_reason = 'the receiver answered 410 Gone'
    WHERE endpoint.enabled AND endpoint.id IN (SELECT endpoint_id FROM fresh WHERE verdict = 'gone')
), outcome AS (
    SELECT endpoint_id, worker_id, count(id) FILTER (WHERE status_code BETWEEN 200 AND 299) AS succeeded,
           count(id) AS attempts
    FROM fresh
    WHERE judges
    GROUP BY endpoint_id, worker_id
), seen AS (
    INSERT INTO signalbox_endpoint_window AS seen (endpoint_id, bucket, worker_id, succeeded, failed)
    SELECT endpoint_id, date_bin('10 s', now(), '2000-01-01'), worker_id, succeeded, attempts - succeeded
    FROM outcome
    ON CONFLICT (endpoint_id, bucket, worker_id) DO UPDATE
        SET succeeded = seen.succeeded + EXCLUDED.succeeded, failed = seen.failed + EXCLUDED.failed
), health AS (
    UPDATE signalbox_endpoint_state state
    SET failing_since = CASE WHEN outcome.succeeded = 0 THEN now() END
    FROM outcome
    WHERE state.endpoint_id = outcome.endpoint_id AND (state.failing_since IS NULL) = (outcome.succeeded = 0)
)
SELECT count(id) AS lost FROM counted
)");

QString verdictName(AttemptRecord::Verdict verdict)
{
    switch (verdict) {
    case AttemptRecord::Verdict::Completed:
        return QStringLiteral("completed");
    case AttemptRecord::Verdict::Retry:
        return QStringLiteral("retry");
    case AttemptRecord::Verdict::Gone:
        return QStringLiteral("gone");
    }
    return {};
}

Json textOrNull(const QString &text)
{
    return text.isEmpty() ? Json() : Json(text.toStdString());
}

Json headersOrNull(const QList<HttpHeader> &headers)
{
    if (headers.isEmpty())
        return {};
    Json object = Json::object();
    for (const HttpHeader &header : headers)
        object[header.name.toStdString()] = header.value.toStdString();
    return object;
}

QString lastError(const AttemptRecord &attempt)
{
    if (attempt.verdict == AttemptRecord::Verdict::Completed)
        return {};
    if (!attempt.result.error.isEmpty() || !attempt.result.statusCode)
        return attempt.result.error;
    return QStringLiteral("HTTP %1").arg(*attempt.result.statusCode);
}

// What did not happen stays out of the object, and so NULL in the table.
void addTimings(Json &row, const ExchangeTimings &timings)
{
    const auto add = [&row](const char *name, const auto &value) {
        if (value)
            row[name] = *value;
    };
    add("dns_ms", timings.dnsMs);
    add("connect_ms", timings.connectMs);
    add("tls_ms", timings.tlsMs);
    add("first_byte_ms", timings.firstByteMs);
    add("reused_connection", timings.reusedConnection);
    if (!timings.httpVersion.isEmpty())
        row["http_version"] = timings.httpVersion.toStdString();
}

Json attemptAsJson(const AttemptRecord &attempt)
{
    const auto uuid = [](const QUuid &id) { return id.toString(QUuid::WithoutBraces).toStdString(); };
    const ExchangeResult &result = attempt.result;
    Json row{{"id", uuid(attempt.deliveryId)},
             {"job_id", uuid(attempt.jobId)},
             {"token", uuid(attempt.leaseToken)},
             {"worker_id", uuid(attempt.workerId)},
             {"endpoint_id", attempt.endpointId.toStdString()},
             {"url", attempt.url.toStdString()},
             {"judges", attempt.judgesEndpoint()},
             {"event_type", attempt.eventType.toStdString()},
             {"is_test", attempt.isTest},
             {"error", textOrNull(result.error)},
             {"note", textOrNull(result.note)},
             {"outcome", outcomeName(result.outcome).toStdString()},
             {"duration_ms", qBound(qint64(0), result.durationMs, qint64(std::numeric_limits<int>::max()))},
             {"request_headers", headersOrNull(result.requestHeaders)},
             {"response_headers", headersOrNull(result.responseHeaders)},
             {"verdict", verdictName(attempt.verdict).toStdString()},
             {"delay_ms", attempt.retryDelayMs},
             {"wait_reason", attempt.isAsked ? Json("retry-after") : Json()},
             {"last_error", textOrNull(lastError(attempt))}};
    if (result.statusCode) {
        row["status_code"] = *result.statusCode;
        row["response_body"] = result.responseBody.toStdString();
    }
    addTimings(row, result.timings);
    return row;
}

// A lost connection leaves its last transaction running for a while. Once its jobs can be locked it has
// ended, and what comes next sees what became of it.
Done waitForLostCommit(PgConnection &connection, const QString &rows)
{
    const auto locked = connection.query(QStringLiteral(R"(
SELECT count(job.id) AS jobs
FROM (SELECT id FROM webhook_jobs
      WHERE id IN (SELECT job_id FROM jsonb_to_recordset(:attempts::jsonb) AS row(job_id uuid))
      ORDER BY id
      FOR UPDATE) job)"),
                                         {{QStringLiteral(":attempts"), rows}}, recordWhat);
    if (!locked)
        return fail(locked.error());
    return {};
}

Result<int> runRecord(PgConnection &connection, const QString &rows, AttemptFallback::Rows kind)
{
    const auto recorded =
        connection.query(recordSql,
                         {{QStringLiteral(":attempts"), rows},
                          {QStringLiteral(":with_rows"), kind == AttemptFallback::Rows::Insert}},
                         recordWhat);
    if (!recorded)
        return fail(recorded.error());
    return recorded->constFirst().value("lost").toInt();
}

Result<int> recordTogether(PgConnection &connection, const QList<AttemptRecord> &attempts,
                           AttemptFallback::Rows kind)
{
    Json rows = Json::array();
    for (const AttemptRecord &attempt : attempts)
        rows.push_back(attemptAsJson(attempt));
    const QString text = QString::fromStdString(rows.dump(-1, ' ', false, Json::error_handler_t::replace));
    const bool isAgain = std::any_of(attempts.begin(), attempts.end(),
                                     [](const AttemptRecord &attempt) { return attempt.mayBeStored; });
    if (!isAgain)
        return runRecord(connection, text, kind);
    auto transaction = Transaction::begin(connection);
    if (!transaction)
        return fail(transaction.error());
    if (const Done waited = waitForLostCommit(connection, text); !waited)
        return fail(waited.error());
    const auto recorded = runRecord(connection, text, kind);
    if (!recorded)
        return recorded;
    if (const Done committed = transaction->commit(); !committed)
        return fail(committed.error());
    return recorded;
}

// A partitioned table without a partition for today takes nothing, and says so as of a row that breaks a
// rule.
Result<bool> areDeliveriesPartitioned(PgConnection &connection)
{
    const auto rows = connection.query(
        QStringLiteral(
            "SELECT relkind = 'p' AS partitioned FROM pg_class WHERE oid = 'webhook_deliveries'::regclass"),
        {}, recordWhat);
    if (!rows)
        return fail(rows.error());
    return rows->constFirst().value("partitioned").toBool();
}

// One statement moves a row once: a job whose attempts by two leases meet in a batch needs two. In the order
// of the ids, so that two workers' batches rarely wait for each other crosswise.
QList<QList<AttemptRecord>> rounds(const QList<AttemptRecord> &attempts)
{
    QList<QList<AttemptRecord>> rounds;
    QHash<QUuid, int> seen;
    for (const AttemptRecord &attempt : attempts) {
        const int round = seen[attempt.jobId]++;
        if (round == rounds.size())
            rounds.append(QList<AttemptRecord>());
        rounds[round].append(attempt);
    }
    for (QList<AttemptRecord> &round : rounds)
        std::sort(round.begin(), round.end(),
                  [](const AttemptRecord &a, const AttemptRecord &b) { return a.jobId < b.jobId; });
    return rounds;
}

QList<OrderedStream> streamsOf(const QList<AttemptRecord> &attempts)
{
    QList<OrderedStream> streams;
    for (const AttemptRecord &attempt : attempts) {
        if (!attempt.orderKey.isEmpty())
            streams.append({attempt.endpointId, attempt.orderKey});
    }
    return streams;
}

} // namespace

Result<RecordResult> recordAttempts(PgConnection &connection, const QList<AttemptRecord> &attempts)
{
    RecordResult result;
    if (attempts.isEmpty())
        return result;
    AttemptFallback fallback(
        [&connection](const QList<AttemptRecord> &part, AttemptFallback::Rows rows) {
            return recordTogether(connection, part, rows);
        },
        [&connection] { return areDeliveriesPartitioned(connection); });
    for (const QList<AttemptRecord> &round : rounds(attempts)) {
        const auto lost = fallback.record(round);
        if (!lost)
            return fail(lost.error());
        result.lost += *lost;
    }
    result.refused = fallback.takeRefused();
    // The attempts stand, committed: what fails from here on is made good by the next failure of the
    // endpoint, and by the sweep over all streams.
    if (auto judgements = judgeEndpoints(connection, attempts))
        result.endpoints = std::move(*judgements);
    else
        qWarning("judge the endpoints of %lld recorded attempts: %s", static_cast<long long>(attempts.size()),
                 qPrintable(judgements.error().why));
    if (const auto released = releaseStreams(connection, streamsOf(attempts)); !released)
        qWarning("release streams after recording: %s", qPrintable(released.error().why));
    return result;
}

} // namespace signalbox
