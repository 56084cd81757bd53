#include "app/database/endpoint_health.h"

#include <QMap>
#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

const QString judgeWhat = QStringLiteral("judge endpoints");

/// What a batch says of one endpoint at one URL.
struct Tally
{
    int succeeded = 0;
    int failed = 0;
    bool isProbed = false;
    std::optional<bool> probe; ///< whether the probe was answered well; none: it says nothing of the endpoint
};

using Place = std::pair<QString, QString>; // endpoint and URL

QMap<Place, Tally> tallies(const QList<AttemptRecord> &attempts)
{
    QMap<Place, Tally> byPlace;
    for (const AttemptRecord &attempt : attempts) {
        if (attempt.isTest)
            continue;
        Tally &tally = byPlace[{attempt.endpointId, attempt.url}];
        const bool succeeded = attempt.result.succeeded();
        if (attempt.judgesEndpoint())
            ++(succeeded ? tally.succeeded : tally.failed);
        tally.isProbed = tally.isProbed || attempt.isProbe;
        if (attempt.isProbe && attempt.judgesEndpoint())
            tally.probe = succeeded;
    }
    return byPlace;
}

// Only what can move a breaker or disable an endpoint.
QString asJson(const QMap<Place, Tally> &byPlace)
{
    nlohmann::json rows = nlohmann::json::array();
    for (auto it = byPlace.cbegin(); it != byPlace.cend(); ++it) {
        if (it->failed == 0 && !it->isProbed)
            continue;
        nlohmann::json row{{"endpoint_id", it.key().first.toStdString()},
                           {"url", it.key().second.toStdString()},
                           {"succeeded", it->succeeded},
                           {"failed", it->failed},
                           {"probed", it->isProbed}};
        if (it->probe)
            row["probe"] = *it->probe;
        rows.push_back(std::move(row));
    }
    return rows.empty() ? QString() : QString::fromStdString(rows.dump());
}

// In the order of the ids, so that two workers never wait for each other crosswise. What came from another
// URL than the endpoint's present one counts for nothing. A probe that says nothing leaves its turn to the
// next.
const QString judgeSql = QStringLiteral(R"(
WITH named AS MATERIALIZED (
    SELECT seen.endpoint_id,
           coalesce(sum(seen.succeeded) FILTER (WHERE endpoint.url = seen.url), 0) AS succeeded,
           coalesce(sum(seen.failed) FILTER (WHERE endpoint.url = seen.url), 0) AS failed,
           bool_and(seen.probe) FILTER (WHERE endpoint.url = seen.url) AS probe,
           bool_or(seen.probed) AS probed
    FROM jsonb_to_recordset(:endpoints::jsonb) AS seen(endpoint_id text, url text, succeeded integer, failed integer,
                                                       probed boolean, probe boolean)
    JOIN webhook_endpoints endpoint ON endpoint.id = seen.endpoint_id
    GROUP BY seen.endpoint_id
), before AS MATERIALIZED (
    SELECT state.endpoint_id, state.breaker, state.breaker_since, state.breaker_trips, state.failing_since,
           named.succeeded, named.failed, named.probe,
           named.probed AND named.probe IS NULL AND state.breaker = 'half-open' AS is_void
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
                WHEN before.is_void THEN 'open'
                WHEN before.breaker = 'closed' AND recent.attempts >= 10 AND recent.failed >= 0.7 * recent.attempts
                THEN 'open'
                ELSE before.breaker END AS breaker,
           coalesce(before.probe IS NOT NULL AND before.breaker <> 'held', false)
               OR (before.breaker = 'closed' AND recent.attempts >= 10
                   AND recent.failed >= 0.7 * recent.attempts) AS moves,
           CASE WHEN before.breaker = 'closed'
                THEN format('%s of the last %s attempts failed', recent.failed, recent.attempts)
                ELSE 'the probe failed' END AS reason,
           before.breaker_trips, before.is_void,
           before.succeeded = 0 AND before.failed > 0 AND before.failing_since <= now() - make_interval(days => :given_up_days::integer) AS hopeless,
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
), freed AS (
    UPDATE signalbox_endpoint_state state
    SET breaker = 'open', breaker_until = now()
    FROM verdict
    WHERE state.endpoint_id = verdict.endpoint_id AND verdict.is_void
), disabled AS (
    UPDATE webhook_endpoints endpoint
    SET enabled = false, disabled_at = now(),
        disabled_reason = format('no attempt has succeeded since %s UTC',
                                 to_char(verdict.failing_since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'))
    FROM verdict
    WHERE endpoint.id = verdict.endpoint_id AND endpoint.enabled AND verdict.hopeless
    RETURNING endpoint.id
)
SELECT verdict.endpoint_id, verdict.breaker,
       verdict.breaker <> verdict.was AND NOT verdict.is_void AS changed, verdict.reason,
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
