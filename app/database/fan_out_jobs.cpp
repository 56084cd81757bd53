#include "app/database/fan_out_jobs.h"

#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

const QString oneWhat = QStringLiteral("make the jobs of an event");

QString oneJobSql()
{
    static const QString sql =
        QStringLiteral(R"(
WITH matched AS MATERIALIZED (
    SELECT event.id AS event_id, endpoint.id AS endpoint_id,
           endpoint.enabled OR NOT endpoint.discard_while_disabled AS wanted
    FROM events event
    JOIN webhook_endpoints endpoint ON endpoint.id = :endpoint::text AND %1
    WHERE event.id = :event::uuid
), envelope AS MATERIALIZED (
    SELECT envelope.body, envelope.error_state, envelope.error_text
    FROM matched
    JOIN events event ON event.id = matched.event_id
    CROSS JOIN LATERAL signalbox_event_envelope(event.id, event.event_type, event.timestamp, event.stream_id,
                                                event.version, event.payload) envelope
    WHERE matched.wanted
), inserted AS (
    %2
), aside AS (
    INSERT INTO signalbox_fan_out_skipped (event_id, endpoint_id, sqlstate, reason)
    SELECT matched.event_id, matched.endpoint_id, envelope.error_state, envelope.error_text
    FROM matched
    CROSS JOIN envelope
    WHERE envelope.body IS NULL
    ON CONFLICT DO NOTHING
    RETURNING event_id, endpoint_id, sqlstate, reason
), missed AS (
    INSERT INTO signalbox_endpoint_state AS state (endpoint_id, missed_events)
    SELECT endpoint_id, 1 FROM matched WHERE NOT wanted
    ON CONFLICT (endpoint_id) DO UPDATE SET missed_events = state.missed_events + 1
)
SELECT (SELECT count(1) FROM inserted) AS jobs, (SELECT jsonb_agg(aside)::text FROM aside) AS skipped)")
            .arg(takesEventSql(QStringLiteral("event")), insertJobsSql(QStringLiteral(R"(
    FROM matched
    JOIN events event ON event.id = matched.event_id
    JOIN webhook_endpoints endpoint ON endpoint.id = matched.endpoint_id
    CROSS JOIN envelope
    WHERE matched.wanted AND envelope.body IS NOT NULL)")));
    return sql;
}

Result<QStringList> endpointsOf(PgConnection &connection, const QString &endpointId)
{
    if (!endpointId.isEmpty())
        return QStringList{endpointId};
    const auto rows = connection.query(
        QStringLiteral("SELECT id FROM webhook_endpoints WHERE removed_at IS NULL ORDER BY id"), {}, oneWhat);
    if (!rows)
        return fail(rows.error());
    QStringList ids;
    for (const QSqlRecord &row : *rows)
        ids << row.value(0).toString();
    return ids;
}

Done putAside(PgConnection &connection, const SkippedEvent &event)
{
    const auto noted = connection.execute(QStringLiteral(R"(
INSERT INTO signalbox_fan_out_skipped (event_id, endpoint_id, sqlstate, reason)
VALUES (:event::uuid, :endpoint::text, :state::text, :reason::text)
ON CONFLICT DO NOTHING)"),
                                          {{QStringLiteral(":event"), event.eventId},
                                           {QStringLiteral(":endpoint"), event.endpointId},
                                           {QStringLiteral(":state"), event.sqlState},
                                           {QStringLiteral(":reason"), event.reason}},
                                          QStringLiteral("put an event aside"));
    if (!noted)
        return fail(noted.error());
    return {};
}

// One job in a savepoint of its own.
Done makeJob(PgConnection &connection, const QString &eventId, const QString &endpointId, EventJobs &made)
{
    if (Done begun = connection.executeRaw(QStringLiteral("SAVEPOINT one_job"), oneWhat); !begun)
        return begun;
    const auto rows = connection.query(
        oneJobSql(), {{QStringLiteral(":event"), eventId}, {QStringLiteral(":endpoint"), endpointId}},
        oneWhat);
    if (rows) {
        made.jobs += rows->constFirst().value("jobs").toLongLong();
        made.skipped += skippedEvents(rows->constFirst().value("skipped").toString());
        return connection.executeRaw(QStringLiteral("RELEASE SAVEPOINT one_job"), oneWhat);
    }
    if (!isRowFault(rows.error().sqlState))
        return fail(rows.error());
    if (Done back = connection.executeRaw(QStringLiteral("ROLLBACK TO SAVEPOINT one_job"), oneWhat); !back)
        return back;
    made.skipped.append({eventId, endpointId, rows.error().sqlState, rows.error().why});
    return putAside(connection, made.skipped.constLast());
}

} // namespace

QString takesEventSql(const QString &event)
{
    return QStringLiteral(R"(endpoint.removed_at IS NULL
     AND (endpoint.created_txid IS NULL OR %1.txid >= endpoint.created_txid
          OR NOT coalesce(pg_visible_in_snapshot(%1.txid, endpoint.created_snapshot), true))
     AND signalbox_event_matches(endpoint.event_filter, %1.event_type, %1.payload))")
        .arg(event);
}

// A bigint for max_retries: the largest integer plus one is an error that would stop everybody's events.
QString insertJobsSql(const QString &from)
{
    return QStringLiteral(R"(
    INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, custom_headers, max_attempts, next_attempt, status,
                              timeout_ms, event_id, run, event_type, order_key, order_version, order_blocked,
                              order_fence)
    SELECT gen_random_uuid(), endpoint.id, endpoint.url, envelope.body,
           endpoint.secret, endpoint.custom_headers, least(coalesce(endpoint.max_retries, 3)::bigint + 1, 2147483647)::integer,
           now(), 'pending', coalesce(endpoint.timeout_ms, 30000), event.id, 0, event.event_type,
           CASE WHEN endpoint.ordered THEN event.stream_id END, CASE WHEN endpoint.ordered THEN event.version END,
           CASE WHEN endpoint.ordered THEN true END,
           CASE WHEN endpoint.ordered THEN pg_current_xact_id() END)") +
           from + QStringLiteral(R"(
    ON CONFLICT (endpoint_id, event_id, run) WHERE event_id IS NOT NULL DO NOTHING
    RETURNING id)");
}

// Data exceptions, cardinality, integrity constraints, limits of a value; a trigger's own RAISE; and
// internal errors, which is what a value beyond the server's memory rules is.
bool isRowFault(const QString &sqlState)
{
    static const QStringList classes{QStringLiteral("21"), QStringLiteral("22"), QStringLiteral("23"),
                                     QStringLiteral("54"), QStringLiteral("P0"), QStringLiteral("XX")};
    return classes.contains(sqlState.left(2));
}

QList<SkippedEvent> skippedEvents(const QString &json)
{
    QList<SkippedEvent> events;
    const auto rows = nlohmann::json::parse(json.toStdString(), nullptr, false);
    const auto text = [](const nlohmann::json &row, const char *name) {
        const auto value = row.find(name);
        return value != row.end() && value->is_string() ? QString::fromStdString(value->get<std::string>())
                                                        : QString();
    };
    for (const auto &row : rows.is_array() ? rows : nlohmann::json::array())
        events.append(
            {text(row, "event_id"), text(row, "endpoint_id"), text(row, "sqlstate"), text(row, "reason")});
    return events;
}

Result<EventJobs> makeJobsOneByOne(PgConnection &connection, const QString &eventId,
                                   const QString &endpointId)
{
    const auto endpoints = endpointsOf(connection, endpointId);
    if (!endpoints)
        return fail(endpoints.error());
    EventJobs made;
    for (const QString &endpoint : *endpoints) {
        if (Done done = makeJob(connection, eventId, endpoint, made); !done)
            return fail(done.error());
    }
    return made;
}

} // namespace signalbox
