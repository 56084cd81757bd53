#include "app/database/schema_expectation.h"

namespace signalbox {

namespace {

// "name type", with "!" for NOT NULL and "= x" for a default, separated by commas.
QList<ExpectedColumn> columns(const QString &text)
{
    QList<ExpectedColumn> result;
    for (const QString &entry : text.split(QStringLiteral(", "))) {
        ExpectedColumn column;
        column.fallback = entry.section(QStringLiteral(" = "), 1);
        QString declared = entry.section(QStringLiteral(" = "), 0, 0);
        column.isNotNull = declared.endsWith('!');
        if (column.isNotNull)
            declared.chop(1);
        column.name = declared.section(' ', 0, 0);
        column.type = declared.section(' ', 1);
        result.append(column);
    }
    return result;
}

ExpectedKey primaryKey(const QStringList &names)
{
    return {true, names, true};
}

ExpectedTrigger updatedAt(const QString &table)
{
    return {QStringLiteral("trigger_%1_updated_at").arg(table), QStringLiteral("update_updated_at_column"),
            QStringLiteral("no trigger keeps %1.updated_at").arg(table)};
}

} // namespace

QList<ExpectedTable> expectedEventTables()
{
    ExpectedTable events;
    events.name = QStringLiteral("events");
    events.mayBePartitioned = true;
    events.columns = columns(QStringLiteral(
        "id uuid!, event_type character varying(255)!, stream_id character varying(255)!, version integer!, "
        "payload jsonb!, metadata jsonb!, correlation_id uuid, causation_id uuid, "
        "timestamp timestamp with time zone!, created_at timestamp with time zone! = now()"));
    events.keys = {primaryKey({QStringLiteral("id")}),
                   {false, {QStringLiteral("stream_id"), QStringLiteral("version")}, true}};
    events.triggers = {{QStringLiteral("trigger_update_stream_version"),
                        QStringLiteral("update_stream_version"),
                        QStringLiteral("no trigger on events keeps event_streams.current_version")}};
    ExpectedTable streams;
    streams.name = QStringLiteral("event_streams");
    streams.columns = columns(QStringLiteral(
        "id character varying(255)!, current_version integer! = 0, "
        "created_at timestamp with time zone! = now(), updated_at timestamp with time zone! = now()"));
    streams.keys = {primaryKey({QStringLiteral("id")})};
    ExpectedTable snapshots;
    snapshots.name = QStringLiteral("event_snapshots");
    snapshots.columns =
        columns(QStringLiteral("stream_id character varying(255)!, version integer!, state jsonb!, "
                               "created_at timestamp with time zone! = now()"));
    snapshots.keys = {{true, {QStringLiteral("stream_id"), QStringLiteral("version")}, false}};
    return {events, streams, snapshots};
}

QList<ExpectedTable> expectedWebhookTables()
{
    ExpectedTable endpoints;
    endpoints.name = QStringLiteral("webhook_endpoints");
    endpoints.columns = columns(QStringLiteral(
        "id character varying(255)!, url text!, secret character varying(255)!, description text, "
        "event_filter jsonb, custom_headers jsonb, timeout_ms integer! = 30000, max_retries integer! = 3, "
        "enabled boolean! = true, created_at timestamp with time zone! = now(), "
        "updated_at timestamp with time zone! = now()"));
    endpoints.keys = {primaryKey({QStringLiteral("id")})};
    endpoints.triggers = {updatedAt(endpoints.name)};
    ExpectedTable jobs;
    jobs.name = QStringLiteral("webhook_jobs");
    jobs.columns = columns(QStringLiteral(
        "id uuid!, endpoint_id character varying(255)!, url text!, payload jsonb!, "
        "secret character varying(255)!, custom_headers jsonb, attempts integer! = 0, max_attempts integer!, "
        "next_attempt timestamp with time zone!, status character varying(50)!, last_error text, "
        "timeout_ms integer!, created_at timestamp with time zone! = now(), "
        "updated_at timestamp with time zone! = now()"));
    jobs.keys = {primaryKey({QStringLiteral("id")})};
    jobs.references = {{QStringLiteral("endpoint_id"), endpoints.name}};
    jobs.triggers = {updatedAt(jobs.name)};
    jobs.states =
        QStringList{QStringLiteral("pending"), QStringLiteral("processing"), QStringLiteral("completed"),
                    QStringLiteral("failed"), QStringLiteral("cancelled")};
    ExpectedTable deliveries;
    deliveries.name = QStringLiteral("webhook_deliveries");
    deliveries.mayBePartitioned = true;
    deliveries.columns = columns(QStringLiteral(
        "id uuid!, job_id uuid!, endpoint_id character varying(255)!, event_type character varying(255)!, "
        "status_code integer, response_body text, error text, duration_ms integer!, "
        "created_at timestamp with time zone! = now()"));
    deliveries.keys = {primaryKey({QStringLiteral("id")})};
    deliveries.references = {{QStringLiteral("job_id"), jobs.name}};
    return {endpoints, jobs, deliveries};
}

} // namespace signalbox
