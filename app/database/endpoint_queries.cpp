#include "app/database/endpoint_queries.h"

#include "app/core/event_filter.h"
#include "app/core/signature.h"
#include "app/database/endpoint_act.h"
#include "app/database/endpoint_standing_query.h"
#include "app/database/page_queries.h"
#include "app/database/table_sql.h"

#include <QHash>
#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

constexpr int sparklineBuckets = 30;

const QString listWhat = QStringLiteral("list endpoints");

QString scopeCondition(EndpointScope scope)
{
    switch (scope) {
    case EndpointScope::Present:
        return QStringLiteral("removed_at IS NULL");
    case EndpointScope::Removed:
        return QStringLiteral("removed_at IS NOT NULL");
    case EndpointScope::All:
        break;
    }
    return QStringLiteral("true");
}

QString endpointSql(const QString &condition)
{
    return QStringLiteral(
               "SELECT endpoint.id, endpoint.url, endpoint.description, endpoint.event_filter::text AS "
               "event_filter, "
               "endpoint.custom_headers::text AS custom_headers, endpoint.timeout_ms, endpoint.max_retries, "
               "endpoint.enabled, "
               "endpoint.allow_private_network, to_json(endpoint.retry_schedule_seconds)::text AS "
               "retry_schedule_seconds, "
               "endpoint.max_in_flight, endpoint.rate_limit, endpoint.rate_burst, endpoint.ordered, "
               "state.breaker, state.breaker_since, state.breaker_until, state.breaker_reason, "
               "state.failing_since, "
               "endpoint.disabled_reason, endpoint.disabled_at, endpoint.discard_while_disabled, "
               "coalesce(state.missed_events, 0) AS "
               "missed_events, "
               "CASE WHEN endpoint.previous_secret_expires_at > now() THEN "
               "endpoint.previous_secret_expires_at END "
               "AS previous_secret_expires_at, endpoint.created_at, endpoint.updated_at, "
               "endpoint.signature_scheme, "
               "endpoint.signature_header, CASE WHEN endpoint.signature_scheme = 'v1a' THEN endpoint.secret "
               "END AS "
               "public_key, endpoint.ca_certificates, endpoint.client_certificate, "
               "endpoint.client_key IS NOT NULL AS has_client_key, endpoint.removed_at, "
               "last.created_at AS last_delivery, last.status_code AS last_code, last.outcome AS "
               "last_outcome, last.error AS last_error "
               "FROM webhook_endpoints endpoint "
               "LEFT JOIN signalbox_endpoint_state state ON state.endpoint_id = endpoint.id "
               "LEFT JOIN LATERAL (SELECT delivery.created_at, delivery.status_code, delivery.outcome, "
               "delivery.error FROM webhook_deliveries delivery WHERE delivery.endpoint_id = endpoint.id "
               "ORDER BY delivery.created_at DESC LIMIT 1) last ON true "
               "WHERE %1 ORDER BY endpoint.id")
        .arg(condition);
}

// The last hour of all endpoints, in one pass over the index on time.
QString hourSql()
{
    return QStringLiteral(
        "SELECT endpoint_id, count(1) AS deliveries, "
        "count(1) FILTER (WHERE status_code BETWEEN 200 AND 299) AS succeeded, "
        "percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) "
        "FILTER (WHERE outcome IS DISTINCT FROM 'never-connected') AS p95 "
        "FROM webhook_deliveries WHERE created_at > now() - interval '1 hour' AND NOT is_test "
        "GROUP BY endpoint_id");
}

QString trafficSql()
{
    return QStringLiteral("SELECT endpoint_id, least(%1 - 1, floor(extract(epoch FROM created_at - (now() - "
                          "interval '1 hour')) "
                          "/ 3600 * %1))::integer AS bucket, count(1) AS deliveries FROM webhook_deliveries "
                          "WHERE created_at > now() - interval '1 hour' AND NOT is_test GROUP BY 1, 2")
        .arg(sparklineBuckets);
}

QString openSql()
{
    return QStringLiteral(
        "SELECT endpoint_id, count(1) FILTER (WHERE status = 'pending') AS pending, "
        "count(1) FILTER (WHERE status = 'failed') AS failed FROM ("
        "SELECT endpoint_id, status FROM webhook_jobs WHERE status IN ('pending', 'processing') "
        "AND NOT is_test "
        "UNION ALL SELECT endpoint_id, status FROM webhook_jobs WHERE status = 'failed' AND NOT is_test) job "
        "GROUP BY endpoint_id");
}

QList<int> scheduleOf(const QString &json)
{
    QList<int> seconds;
    const nlohmann::json list = nlohmann::json::parse(json.toStdString(), nullptr, false);
    if (list.is_array()) {
        for (const nlohmann::json &item : list) {
            if (item.is_number_integer())
                seconds << item.get<int>();
        }
    }
    return seconds;
}

QString outcomeText(const QSqlRecord &row)
{
    if (!row.value(QStringLiteral("last_code")).isNull())
        return QStringLiteral("HTTP ") + row.value(QStringLiteral("last_code")).toString();
    const QString outcome = row.value(QStringLiteral("last_outcome")).toString();
    if (outcome == QLatin1String("no-answer"))
        return QStringLiteral("sent, no answer");
    if (outcome == QLatin1String("never-connected"))
        return QStringLiteral("never connected");
    return row.value(QStringLiteral("last_delivery")).isNull() ? QString() : QStringLiteral("failed");
}

std::optional<QDateTime> timeOrNone(const QSqlRecord &row, const char *column)
{
    const QDateTime time = row.value(QLatin1String(column)).toDateTime();
    return time.isValid() ? std::optional(time) : std::nullopt;
}

void addBreaker(EndpointHealth &health, const QSqlRecord &row)
{
    health.breaker = breakerByName(row.value(QStringLiteral("breaker")).toString());
    health.breakerReason = row.value(QStringLiteral("breaker_reason")).toString();
    health.breakerSince = timeOrNone(row, "breaker_since");
    health.failingSince = timeOrNone(row, "failing_since");
    if (health.breaker == Breaker::Open)
        health.nextProbe = timeOrNone(row, "breaker_until");
}

// The column brings the key itself, because only libsodium knows its public half; it goes no further than
// here.
QString publicHalf(const QSqlRecord &row)
{
    return publicKeyOf(Secret(row.value(QStringLiteral("public_key")).toString())).value_or(QString());
}

Endpoint endpointOf(const QSqlRecord &row)
{
    Endpoint endpoint;
    endpoint.id = row.value(QStringLiteral("id")).toString();
    endpoint.url = row.value(QStringLiteral("url")).toString();
    endpoint.description = row.value(QStringLiteral("description")).toString();
    endpoint.eventFilter = row.value(QStringLiteral("event_filter")).toString().toUtf8();
    // Headers that cannot be read are the host program's; the editor shows none rather than nothing at all.
    endpoint.customHeaders = headersFromJson(row.value(QStringLiteral("custom_headers")).toString().toUtf8())
                                 .value_or(QList<HttpHeader>());
    endpoint.timeoutMs = row.value(QStringLiteral("timeout_ms")).toInt();
    endpoint.maxRetries = row.value(QStringLiteral("max_retries")).toInt();
    endpoint.enabled = row.value(QStringLiteral("enabled")).toBool();
    endpoint.allowPrivateNetwork = row.value(QStringLiteral("allow_private_network")).toBool();
    endpoint.retryScheduleSeconds =
        scheduleOf(row.value(QStringLiteral("retry_schedule_seconds")).toString());
    endpoint.maxInFlight = row.value(QStringLiteral("max_in_flight")).toInt();
    if (const QVariant rate = row.value(QStringLiteral("rate_limit")); !rate.isNull())
        endpoint.rateLimit = rate.toDouble();
    if (const QVariant burst = row.value(QStringLiteral("rate_burst")); !burst.isNull())
        endpoint.rateBurst = burst.toInt();
    endpoint.ordered = row.value(QStringLiteral("ordered")).toBool();
    endpoint.disabledAt = timeOrNone(row, "disabled_at");
    endpoint.disabledReason = row.value(QStringLiteral("disabled_reason")).toString();
    endpoint.discardWhileDisabled = row.value(QStringLiteral("discard_while_disabled")).toBool();
    endpoint.missedEvents = row.value(QStringLiteral("missed_events")).toLongLong();
    endpoint.previousSecretExpires = timeOrNone(row, "previous_secret_expires_at");
    endpoint.signatureScheme = signatureSchemeNamed(row.value(QStringLiteral("signature_scheme")).toString())
                                   .value_or(SignatureScheme::V1);
    endpoint.signatureHeader = row.value(QStringLiteral("signature_header")).toString();
    endpoint.publicKey = publicHalf(row);
    endpoint.caCertificates = row.value(QStringLiteral("ca_certificates")).toString().toUtf8();
    endpoint.clientCertificate = row.value(QStringLiteral("client_certificate")).toString().toUtf8();
    endpoint.hasClientKey = row.value(QStringLiteral("has_client_key")).toBool();
    endpoint.createdAt = row.value(QStringLiteral("created_at")).toDateTime();
    endpoint.updatedAt = row.value(QStringLiteral("updated_at")).toDateTime();
    endpoint.removedAt = timeOrNone(row, "removed_at");
    return endpoint;
}

void addHour(EndpointHealth &health, const QSqlRecord &row)
{
    health.deliveries = row.value(QStringLiteral("deliveries")).toLongLong();
    health.succeeded = row.value(QStringLiteral("succeeded")).toLongLong();
    health.failed = health.deliveries - health.succeeded;
    health.successRate = double(health.succeeded) / double(health.deliveries);
    if (const QVariant p95 = row.value(QStringLiteral("p95")); !p95.isNull())
        health.p95Ms = p95.toDouble();
}

Result<Endpoint> readOne(PgConnection &connection, const QString &sql, const QString &id, const QString &what)
{
    const auto rows = connection.query(sql, {{":id", id}}, what);
    if (!rows)
        return fail(rows.error());
    if (rows->isEmpty())
        return noSuchEndpoint(what, id);
    return endpointOf(rows->constFirst());
}

const QString oneEndpoint = QStringLiteral("endpoint.id = :id::text");

} // namespace

Result<Endpoint> readEndpoint(PgConnection &connection, const QString &id, const QString &what)
{
    return readOne(connection, endpointSql(oneEndpoint), id, what);
}

Result<Endpoint> readLockedEndpoint(PgConnection &connection, const QString &id, const QString &what)
{
    return readOne(connection, endpointSql(oneEndpoint) + QStringLiteral(" FOR UPDATE OF endpoint"), id,
                   what);
}

Result<QList<EndpointHealth>> listEndpoints(PgConnection &connection, EndpointScope scope)
{
    QList<QList<QSqlRecord>> answers;
    for (const QString &sql : {endpointSql(scopeCondition(scope)), hourSql(), trafficSql(), openSql()}) {
        auto rows = connection.query(sql, {}, listWhat);
        if (!rows)
            return fail(readableTimeout(rows.error()));
        answers << *rows;
    }
    QList<EndpointHealth> list;
    QHash<QString, qsizetype> places;
    for (const QSqlRecord &row : std::as_const(answers[0])) {
        EndpointHealth health;
        health.endpoint = endpointOf(row);
        addBreaker(health, row);
        health.lastDelivery = row.value(QStringLiteral("last_delivery")).toDateTime();
        health.lastOutcome = outcomeText(row);
        health.lastError = row.value(QStringLiteral("last_error")).toString();
        health.deliveriesPerBucket.fill(0.0, sparklineBuckets);
        places.insert(health.endpoint.id, list.size());
        list << health;
    }
    const auto forEach = [&](const QList<QSqlRecord> &rows, auto add) {
        for (const QSqlRecord &row : rows) {
            if (const auto place = places.constFind(row.value(0).toString()); place != places.cend())
                add(list[*place], row);
        }
    };
    forEach(answers.at(1), addHour);
    forEach(answers.at(2), [](EndpointHealth &health, const QSqlRecord &row) {
        const int bucket = qBound(0, row.value(QStringLiteral("bucket")).toInt(), sparklineBuckets - 1);
        health.deliveriesPerBucket[bucket] = row.value(QStringLiteral("deliveries")).toDouble();
    });
    forEach(answers.at(3), [](EndpointHealth &health, const QSqlRecord &row) {
        health.pendingJobs = row.value(QStringLiteral("pending")).toLongLong();
        health.failedJobs = row.value(QStringLiteral("failed")).toLongLong();
    });
    const auto judged = readStandings(connection);
    if (!judged)
        return fail(readableTimeout(judged.error()));
    for (const JudgedEndpoint &endpoint : *judged) {
        if (const auto place = places.constFind(endpoint.id); place != places.cend())
            list[*place].newest = endpoint.standing.newest;
    }
    return list;
}

QStringList endpointColumns()
{
    return {"id",
            "url",
            "description",
            "event_filter",
            "custom_headers",
            "timeout_ms",
            "max_retries",
            "enabled",
            "created_at",
            "updated_at",
            "allow_private_network",
            "retry_schedule_seconds",
            "previous_secret_expires_at",
            "disabled_reason",
            "disabled_at",
            "discard_while_disabled",
            "max_in_flight",
            "rate_limit",
            "rate_burst",
            "ordered",
            "breaker",
            "breaker_until",
            "breaker_reason",
            "signature_scheme",
            "signature_header",
            "public_key",
            "ca_certificates",
            "client_certificate",
            "removed_at"};
}

Result<QList<QSqlRecord>> listEndpointRows(PgConnection &connection, EndpointScope scope)
{
    const QString time = QStringLiteral("to_char(%1, 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"') AS %1");
    auto rows = connection.query(
        QStringLiteral(
            "SELECT id, url, description, event_filter::text AS event_filter, "
            "custom_headers::text AS custom_headers, timeout_ms, max_retries, enabled, %1, %2, "
            "allow_private_network, to_json(retry_schedule_seconds)::text AS retry_schedule_seconds, %3, "
            "disabled_reason, %4, discard_while_disabled, max_in_flight, rate_limit, rate_burst, ordered, "
            "coalesce(state.breaker, 'closed') AS breaker, %5, state.breaker_reason, signature_scheme, "
            "signature_header, CASE WHEN signature_scheme = 'v1a' THEN secret END AS public_key, "
            "ca_certificates, client_certificate, %6 "
            "FROM webhook_endpoints LEFT JOIN signalbox_endpoint_state state ON state.endpoint_id = id "
            "WHERE %7 ORDER BY id")
            .arg(time.arg(QStringLiteral("created_at")), time.arg(QStringLiteral("updated_at")),
                 time.arg(QStringLiteral("previous_secret_expires_at")),
                 time.arg(QStringLiteral("disabled_at")), time.arg(QStringLiteral("breaker_until")),
                 time.arg(QStringLiteral("removed_at")), scopeCondition(scope)),
        {}, listWhat);
    if (!rows)
        return rows;
    maskCredentials(*rows);
    for (QSqlRecord &row : *rows) {
        const QString key = publicHalf(row);
        row.setValue(QStringLiteral("public_key"), key.isEmpty() ? QVariant() : QVariant(key));
    }
    return rows;
}

Result<FilterMatchCount> countFilterMatches(PgConnection &connection, const QByteArray &eventFilter)
{
    const auto filter = validateEventFilter(eventFilter);
    if (!filter)
        return fail(filter.error());
    const auto rows = connection.query(
        QStringLiteral(
            "SELECT count(1) FILTER (WHERE signalbox_event_matches(:filter::jsonb, newest.event_type, "
            "newest.payload)), count(1) FROM (SELECT event_type, payload FROM events "
            "ORDER BY created_at DESC, id DESC LIMIT 1000) newest"),
        {{":filter", filter->isEmpty() ? QVariant(QMetaType::fromType<QString>())
                                       : QVariant(QString::fromUtf8(*filter))}},
        QStringLiteral("count matching events"));
    if (!rows)
        return fail(rows.error());
    return FilterMatchCount{rows->constFirst().value(0).toInt(), rows->constFirst().value(1).toInt()};
}

} // namespace signalbox
