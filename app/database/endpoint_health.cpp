#include "app/database/endpoint_health.h"

#include <QMap>
#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

const QString judgeWhat = QStringLiteral("judge endpoints");

/// What a batch says of one endpoint.
struct Tally
{
    int succeeded = 0;
    int failed = 0;
    std::optional<bool> probe; ///< whether the probe was answered well
};

QMap<QString, Tally> tallies(const QList<AttemptRecord> &attempts)
{
    QMap<QString, Tally> byEndpoint;
    for (const AttemptRecord &attempt : attempts) {
        if (attempt.isTest)
            continue;
        Tally &tally = byEndpoint[attempt.endpointId];
        const bool succeeded = attempt.result.succeeded();
        ++(succeeded ? tally.succeeded : tally.failed);
        if (attempt.isProbe)
            tally.probe = succeeded;
    }
    return byEndpoint;
}

// Only what can move a breaker or disable an endpoint.
QString asJson(const QMap<QString, Tally> &byEndpoint)
{
    nlohmann::json rows = nlohmann::json::array();
    for (auto it = byEndpoint.cbegin(); it != byEndpoint.cend(); ++it) {
        if (it->failed == 0 && !it->probe)
            continue;
        nlohmann::json row{{"endpoint_id", it.key().toStdString()}, {"succeeded", it->succeeded}};
        if (it->probe)
            row["probe"] = *it->probe;
        rows.push_back(std::move(row));
    }
    return rows.empty() ? QString() : QString::fromStdString(rows.dump());
}

// In the order of the ids, so that two workers never wait for each other crosswise.
const QString judgeSql = QStringLiteral(R"(
WITH named AS MATERIALIZED (
    SELECT endpoint_id, succeeded, probe
    FROM jsonb_to_recordset(:endpoints::jsonb) AS row(endpoint_id text, succeeded integer, probe boolean)
), before AS MATERIALIZED (
    SELECT state.endpoint_id, state.breaker, state.breaker_since, state.breaker_trips, state.failing_since,
           named.succeeded, named.probe
    FROM named
    JOIN signalbox_endpoint_state state ON state.endpoint_id = named.endpoint_id
    ORDER BY state.endpoint_id
    FOR UPDATE OF state
), recent AS (
    SELECT before.endpoint_id, sum(seen.failed) AS failed, sum(seen.succeeded) + sum(seen.failed) AS attempts
    FROM before
    JOIN signalbox_endpoint_window seen ON seen.endpoint_id = before.endpoint_id
    WHERE seen.bucket > now() - interval '5 min'
      AND seen.bucket >= coalesce(before.breaker_since, '-infinity')
    GROUP BY before.endpoint_id
), verdict AS MATERIALIZED (
    SELECT before.endpoint_id, before.breaker AS was,
           CASE WHEN before.breaker IN ('open', 'half-open') AND before.probe THEN 'closed'
                WHEN before.breaker IN ('open', 'half-open') AND NOT before.probe THEN 'open'
                WHEN before.breaker = 'closed' AND recent.attempts >= 10 AND recent.failed >= 0.7 * recent.attempts
                THEN 'open'
                ELSE before.breaker END AS breaker,
           coalesce(before.probe IS NOT NULL AND before.breaker <> 'held', false)
               OR (before.breaker = 'closed' AND recent.attempts >= 10
                   AND recent.failed >= 0.7 * recent.attempts) AS moves,
           CASE WHEN before.breaker = 'closed'
                THEN format('%s of the last %s attempts failed', recent.failed, recent.attempts)
                ELSE 'the probe failed' END AS reason,
           before.breaker_trips,
           before.succeeded = 0 AND before.failing_since <= now() - make_interval(days => :given_up_days::integer) AS hopeless,
           before.failing_since
    FROM before
    LEFT JOIN recent ON recent.endpoint_id = before.endpoint_id
), moved AS (
    UPDATE signalbox_endpoint_state state
    SET breaker = verdict.breaker,
        breaker_since = now(),
        breaker_until = CASE WHEN verdict.breaker = 'open'
                             THEN now() + least(30 * power(2, least(verdict.breaker_trips, 10)), 900) * interval '1 s'
                        END,
        breaker_trips = CASE WHEN verdict.breaker = 'open' THEN verdict.breaker_trips + 1 ELSE 0 END,
        breaker_reason = CASE WHEN verdict.breaker = 'open' THEN verdict.reason END
    FROM verdict
    WHERE state.endpoint_id = verdict.endpoint_id AND verdict.moves
), disabled AS (
    UPDATE webhook_endpoints endpoint
    SET enabled = false, disabled_at = now(),
        disabled_reason = format('no attempt has succeeded since %s UTC',
                                 to_char(verdict.failing_since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'))
    FROM verdict
    WHERE endpoint.id = verdict.endpoint_id AND endpoint.enabled AND verdict.hopeless
    RETURNING endpoint.id
)
SELECT verdict.endpoint_id, verdict.breaker, verdict.breaker <> verdict.was AS changed, verdict.reason,
       disabled.id IS NOT NULL AS disabled
FROM verdict
LEFT JOIN disabled ON disabled.id = verdict.endpoint_id)");

} // namespace

Result<QList<EndpointJudgement>> judgeEndpoints(PgConnection &connection,
                                                const QList<AttemptRecord> &attempts)
{
    const QString endpoints = asJson(tallies(attempts));
    if (endpoints.isEmpty())
        return QList<EndpointJudgement>();
    const auto rows = connection.query(
        judgeSql,
        {{QStringLiteral(":endpoints"), endpoints}, {QStringLiteral(":given_up_days"), givenUpAfterDays}},
        judgeWhat);
    if (!rows)
        return fail(rows.error());
    QList<EndpointJudgement> judgements;
    for (const QSqlRecord &row : *rows) {
        judgements.append({row.value("endpoint_id").toString(),
                           breakerByName(row.value("breaker").toString()), row.value("reason").toString(),
                           row.value("changed").toBool(), row.value("disabled").toBool()});
    }
    return judgements;
}

Done forgetOldHealth(PgConnection &connection)
{
    const auto forgotten = connection.execute(QStringLiteral(R"(
WITH workers AS (
    DELETE FROM signalbox_workers WHERE heartbeat_at < now() - interval '1 day'
)
DELETE FROM signalbox_endpoint_window WHERE bucket < now() - interval '10 min')"),
                                              {}, QStringLiteral("forget old attempts"));
    if (!forgotten)
        return fail(forgotten.error());
    return {};
}

} // namespace signalbox
