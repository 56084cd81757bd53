#include "app/database/endpoint_act.h"
#include "app/database/endpoint_queries.h"
#include "app/database/stream_order.h"

#include "app/core/endpoint_conflict.h"
#include "app/core/event_filter.h"
#include "app/core/signature.h"

namespace signalbox {

namespace {

const QString addWhat = QStringLiteral("add endpoint");
const QString changeWhat = QStringLiteral("change endpoint");

QString scheduleJson(const QList<int> &seconds)
{
    QStringList numbers;
    for (const int second : seconds)
        numbers << QString::number(second);
    return '[' + numbers.join(',') + ']';
}

// Bound where the column takes NULL for "nothing".
QVariant textOrNull(const QByteArray &text)
{
    return text.isEmpty() ? QVariant(QMetaType::fromType<QString>()) : QVariant(QString::fromUtf8(text));
}

QVariant numberOrNull(const QVariant &number)
{
    return number.toDouble() == 0 ? QVariant(number.metaType()) : number;
}

QString scheduleExpression()
{
    return QStringLiteral(
        "(SELECT array_agg(item.value::integer ORDER BY item.ordinality) "
        "FROM jsonb_array_elements_text(:schedule::jsonb) WITH ORDINALITY AS item (value, ordinality))");
}

/// SET list and values for the members of a change.
struct Assignments
{
    QStringList list;
    Bindings bindings;

    void set(const char *column, const char *type, const QVariant &value)
    {
        const QString name = QStringLiteral(":") + QLatin1String(column);
        list << QStringLiteral("%1 = %2::%3").arg(QLatin1String(column), name, QLatin1String(type));
        bindings << Binding{name, value};
    }

    /// 0 stands for nothing.
    void setOrNull(const char *column, const char *type, const QVariant &number)
    {
        set(column, type, numberOrNull(number));
    }
};

Assignments assignmentsOf(const EndpointChange &change, qint64 overlapSeconds)
{
    Assignments result;
    if (change.url)
        result.set("url", "text", *change.url);
    if (change.description)
        result.set("description", "text", *change.description);
    if (change.eventFilter)
        result.set("event_filter", "jsonb", textOrNull(*change.eventFilter));
    if (change.customHeaders) {
        const bool none = change.customHeaders->isEmpty();
        result.set("custom_headers", "jsonb",
                   textOrNull(none ? QByteArray() : headersToJson(*change.customHeaders)));
    }
    if (change.timeoutMs)
        result.set("timeout_ms", "integer", *change.timeoutMs);
    if (change.maxRetries)
        result.set("max_retries", "integer", *change.maxRetries);
    if (change.allowPrivateNetwork)
        result.set("allow_private_network", "boolean", *change.allowPrivateNetwork);
    if (change.maxInFlight)
        result.set("max_in_flight", "integer", *change.maxInFlight);
    // Without a limit there is no burst either.
    if (change.rateLimit)
        result.setOrNull("rate_limit", "double precision", *change.rateLimit);
    if (change.rateBurst || change.rateLimit == 0)
        result.setOrNull("rate_burst", "integer", change.rateLimit == 0 ? 0 : *change.rateBurst);
    if (change.ordered)
        result.set("ordered", "boolean", *change.ordered);
    if (change.discardWhileDisabled)
        result.set("discard_while_disabled", "boolean", *change.discardWhileDisabled);
    if (change.signatureScheme)
        result.set("signature_scheme", "text", signatureSchemeName(*change.signatureScheme));
    if (change.signatureHeader)
        result.set("signature_header", "text", textOrNull(change.signatureHeader->toUtf8()));
    if (change.caCertificates)
        result.set("ca_certificates", "text", textOrNull(*change.caCertificates));
    if (change.clientCertificate)
        result.set("client_certificate", "text", textOrNull(*change.clientCertificate));
    if (change.clientKey)
        result.set("client_key", "text", textOrNull(change.clientKey->reveal().toUtf8()));
    if (change.retryScheduleSeconds) {
        result.list << QStringLiteral("retry_schedule_seconds = ") + scheduleExpression();
        result.bindings << Binding{":schedule", scheduleJson(*change.retryScheduleSeconds)};
    }
    if (change.secret) {
        // The same secret again is no rotation: the previous one would lose its last hours.
        result.list << QStringLiteral(
            "secret = :secret::text, "
            "previous_secret = CASE WHEN secret <> :secret::text "
            "AND :overlap::bigint > 0 THEN secret WHEN secret = :secret::text "
            "AND previous_secret_expires_at > now() THEN previous_secret END, "
            "previous_secret_expires_at = CASE WHEN secret <> :secret::text "
            "AND :overlap::bigint > 0 THEN now() + :overlap::bigint * interval '1 s' "
            "WHEN secret = :secret::text AND previous_secret_expires_at > now() "
            "THEN previous_secret_expires_at END");
        result.bindings << Binding{":secret", change.secret->reveal()} << Binding{":overlap", overlapSeconds};
    } else if (!result.list.isEmpty()) {
        // A secret that signs no more is kept no longer; a worker's sweep forgets it where nobody writes.
        result.list << QStringLiteral(
            "previous_secret = CASE WHEN previous_secret_expires_at > now() THEN previous_secret END, "
            "previous_secret_expires_at = CASE WHEN previous_secret_expires_at > now() "
            "THEN previous_secret_expires_at END");
    }
    return result;
}

// The filter as it is to be stored; the other members stay as they are.
Done normalise(EndpointChange &change)
{
    if (!change.eventFilter)
        return {};
    auto filter = validateEventFilter(*change.eventFilter);
    if (!filter)
        return fail(filter.error());
    change.eventFilter = *filter;
    return {};
}

Result<QSqlRecord> readStored(PgConnection &connection, const QString &id)
{
    const auto rows = connection.query(
        QStringLiteral("SELECT url, allow_private_network, secret, custom_headers::text AS custom_headers, "
                       "signature_scheme, signature_header, ca_certificates, client_certificate, client_key "
                       "FROM webhook_endpoints WHERE id = :id::text AND removed_at IS NULL"),
        {{":id", id}}, changeWhat);
    if (!rows)
        return fail(rows.error());
    if (rows->isEmpty())
        return noSuchEndpoint(changeWhat, id);
    return rows->constFirst();
}

EndpointBasis basisOf(const QSqlRecord &stored)
{
    const auto text = [&stored](const char *column) {
        return stored.value(QLatin1String(column)).toString();
    };
    EndpointBasis basis;
    basis.signatureScheme = signatureSchemeNamed(text("signature_scheme")).value_or(SignatureScheme::V1);
    basis.signatureHeader = text("signature_header");
    basis.secret = Secret(text("secret"));
    // Headers that cannot be read are the host program's; nothing can collide with them.
    basis.customHeaders = headersFromJson(text("custom_headers").toUtf8()).value_or(QList<HttpHeader>());
    basis.tls = {text("ca_certificates").toUtf8(), text("client_certificate").toUtf8(),
                 Secret(text("client_key"))};
    return basis;
}

// A scheme without a header of its own leaves none behind that a later scheme would take up again.
void dropUnusedHeader(EndpointChange &change)
{
    if (change.signatureScheme && !change.signatureHeader &&
        schemeHeaderName(*change.signatureScheme, {}).isEmpty())
        change.signatureHeader = QString();
}

Done validateAgainstStored(PgConnection &connection, EndpointChange &change)
{
    const auto stored = readStored(connection, change.id);
    if (!stored)
        return fail(stored.error());
    const bool allowed = change.allowPrivateNetwork.value_or(stored->value("allow_private_network").toBool());
    if (Done valid = validateEndpointChange(change, allowed); !valid)
        return valid;
    dropUnusedHeader(change);
    if (Done valid = validateEndpointFit(change, basisOf(*stored)); !valid)
        return valid;
    if (change.url || change.allowPrivateNetwork)
        return validateUrlAddress(change.url.value_or(stored->value("url").toString()), allowed);
    return {};
}

Bindings insertBindings(const EndpointChange &change)
{
    const QList<HttpHeader> headers = change.customHeaders.value_or(QList<HttpHeader>());
    return {{":id", change.id},
            {":url", *change.url},
            {":secret", change.secret->reveal()},
            {":description", textOrNull(change.description.value_or(QString()).toUtf8())},
            {":event_filter", textOrNull(change.eventFilter.value_or(QByteArray()))},
            {":custom_headers", textOrNull(headers.isEmpty() ? QByteArray() : headersToJson(headers))},
            {":timeout_ms", change.timeoutMs.value_or(30'000)},
            {":max_retries", change.maxRetries.value_or(3)},
            {":private", change.allowPrivateNetwork.value_or(false)},
            {":discard", change.discardWhileDisabled.value_or(false)},
            {":in_flight", change.maxInFlight.value_or(32)},
            {":rate", numberOrNull(change.rateLimit.value_or(0))},
            {":burst", numberOrNull(change.rateBurst.value_or(0))},
            {":ordered", change.ordered.value_or(false)},
            {":scheme", signatureSchemeName(change.signatureScheme.value_or(SignatureScheme::V1))},
            {":signature_header", textOrNull(change.signatureHeader.value_or(QString()).toUtf8())},
            {":ca_certificates", textOrNull(change.caCertificates.value_or(QByteArray()))},
            {":client_certificate", textOrNull(change.clientCertificate.value_or(QByteArray()))},
            {":client_key", textOrNull(change.clientKey.value_or(Secret()).reveal().toUtf8())},
            {":schedule", scheduleJson(change.retryScheduleSeconds.value_or(QList<int>()))}};
}

} // namespace

Result<QString> addEndpoint(PgConnection &connection, EndpointChange change)
{
    if (change.id.isEmpty())
        change.id = generateEndpointId();
    if (!change.url)
        return fail(Error::Kind::Refused, addWhat, QStringLiteral("a URL is required"));
    if (!change.secret)
        return fail(Error::Kind::Refused, addWhat, QStringLiteral("a secret is required"),
                    QStringLiteral("generate one"));
    if (const Done valid = validateEndpointChange(change, change.allowPrivateNetwork.value_or(false)); !valid)
        return fail(valid.error());
    if (const Done valid = validateEndpointFit(change, EndpointBasis()); !valid)
        return fail(valid.error());
    if (const Done valid = normalise(change); !valid)
        return fail(valid.error());
    const QString sql =
        QStringLiteral(
            "INSERT INTO webhook_endpoints (id, url, secret, description, event_filter, custom_headers, "
            "timeout_ms, max_retries, allow_private_network, discard_while_disabled, max_in_flight, "
            "rate_limit, "
            "rate_burst, ordered, signature_scheme, signature_header, ca_certificates, client_certificate, "
            "client_key, retry_schedule_seconds) "
            "VALUES (:id::text, :url::text, :secret::text, :description::text, :event_filter::jsonb, "
            ":custom_headers::jsonb, :timeout_ms::integer, :max_retries::integer, :private::boolean, "
            ":discard::boolean, :in_flight::integer, :rate::double precision, :burst::integer, "
            ":ordered::boolean, :scheme::text, :signature_header::text, :ca_certificates::text, "
            ":client_certificate::text, :client_key::text, %1) ON CONFLICT (id) DO NOTHING RETURNING id")
            .arg(scheduleExpression());
    EndpointAct act;
    act.id = change.id;
    act.what = addWhat;
    act.sql = sql;
    act.bindings = insertBindings(change);
    act.reason = change.reason;
    auto added = actOnEndpoint(connection, act);
    if (!added && added.error().kind == Error::Kind::NotFound)
        return fail(Error::Kind::Conflict, addWhat,
                    QStringLiteral("an endpoint with id %1 exists or existed").arg(change.id),
                    QStringLiteral("choose another id"));
    return added;
}

namespace {

// Two people who edit one endpoint: the second must see what the first did.
Done checkBasis(PgConnection &connection, const EndpointChange &change)
{
    const auto stored = readLockedEndpoint(connection, change.id, changeWhat);
    if (!stored)
        return fail(stored.error());
    if (conflictsOf(change, *stored).isEmpty())
        return {};
    return fail(Error::Kind::Conflict, changeWhat, QStringLiteral("somebody else changed it meanwhile"),
                QStringLiteral("look at both and choose"));
}

// What a change means for jobs and breaker.
Done applyConsequences(PgConnection &connection, const EndpointChange &change)
{
    if (change.ordered) {
        if (Done applied = applyOrdering(connection, change.id, *change.ordered); !applied)
            return applied;
    }
    if (!change.url)
        return {};
    // A job that still goes where the endpoint was would fail the probe.
    return probeSoon(
        connection,
        QStringLiteral("SELECT id FROM webhook_endpoints endpoint WHERE id = :id::text AND NOT "
                       "EXISTS (SELECT FROM webhook_jobs job WHERE job.endpoint_id = endpoint.id "
                       "AND job.status IN ('pending', 'processing') AND job.url <> endpoint.url)"),
        {{":id", change.id}}, changeWhat);
}

// The overlap is for the secret, if another one is set.
Result<QString> storeChange(PgConnection &connection, EndpointChange change, qint64 overlapSeconds,
                            const QString &what, const QString &reason)
{
    if (const Done valid = validateAgainstStored(connection, change); !valid)
        return fail(valid.error());
    if (const Done valid = normalise(change); !valid)
        return fail(valid.error());
    const Assignments assignments = assignmentsOf(change, overlapSeconds);
    if (assignments.list.isEmpty())
        return change.id;
    EndpointAct act;
    act.id = change.id;
    act.what = what;
    act.sql = QStringLiteral("UPDATE webhook_endpoints SET %1 WHERE id = :id::text AND removed_at IS NULL "
                             "RETURNING id")
                  .arg(assignments.list.join(QStringLiteral(", ")));
    act.bindings = assignments.bindings + Bindings{{":id", change.id}};
    act.reason = reason;
    if (change.basedOn)
        act.precondition = [&] { return checkBasis(connection, change); };
    act.consequence = [&] { return applyConsequences(connection, change); };
    const auto changed = actOnEndpoint(connection, act);
    // After the commit; a worker's sweep would do it too, but later.
    if (changed && change.ordered.value_or(false))
        (void)releaseAllStreams(connection);
    return changed;
}

} // namespace

Result<QString> changeEndpoint(PgConnection &connection, const EndpointChange &change)
{
    return storeChange(connection, change, defaultOverlapSeconds, changeWhat, change.reason);
}

Result<SignatureScheme> signatureSchemeOf(PgConnection &connection, const QString &id)
{
    const auto stored = readStored(connection, id);
    if (!stored)
        return fail(stored.error());
    return basisOf(*stored).signatureScheme;
}

Result<bool> allowsPrivateNetwork(PgConnection &connection, const EndpointChange &change)
{
    if (change.allowPrivateNetwork)
        return *change.allowPrivateNetwork;
    const auto rows = connection.query(QStringLiteral("SELECT allow_private_network FROM webhook_endpoints "
                                                      "WHERE id = :id::text AND removed_at IS NULL"),
                                       {{":id", change.id}}, changeWhat);
    if (!rows)
        return fail(rows.error());
    if (rows->isEmpty())
        return noSuchEndpoint(changeWhat, change.id);
    return rows->constFirst().value(0).toBool();
}

Result<QString> rotateSecret(PgConnection &connection, const QString &id, const Secret &secret,
                             qint64 overlapSeconds, bool allowWeakSecret, const QString &reason)
{
    if (const Done valid = validateOverlap(overlapSeconds); !valid)
        return fail(valid.error());
    EndpointChange change;
    change.id = id;
    change.secret = secret;
    change.allowWeakSecret = allowWeakSecret;
    return storeChange(connection, change, overlapSeconds, QStringLiteral("rotate secret"), reason);
}

Result<Secret> revealSecret(PgConnection &connection, const QString &id)
{
    const QString what = QStringLiteral("reveal secret");
    const auto rows = connection.query(
        QStringLiteral("SELECT secret FROM webhook_endpoints WHERE id = :id::text AND removed_at IS NULL"),
        {{":id", id}}, what);
    if (!rows)
        return fail(rows.error());
    if (rows->isEmpty())
        return noSuchEndpoint(what, id);
    return Secret(rows->constFirst().value(0).toString());
}

} // namespace signalbox
