#include "app/database/endpoint_queries.h"
#include "app/database/stream_order.h"

#include "app/core/event_filter.h"
#include "app/core/signature.h"

namespace signalbox {

namespace {

const QString addWhat = QStringLiteral("add endpoint");
const QString changeWhat = QStringLiteral("change endpoint");

tl::unexpected<Error> notFound(const QString &what, const QString &id)
{
    return fail(Error::Kind::NotFound, what, QStringLiteral("there is no endpoint ") + id);
}

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

// Runs one changing statement that answers the endpoint's id, what follows from it, and tells consoles and
// workers, in one transaction.
Result<QString> applyChange(PgConnection &connection, const QString &sql, const Bindings &bindings,
                            const QString &id, const QString &what,
                            const std::function<Done()> &consequence = {})
{
    auto transaction = Transaction::begin(connection);
    if (!transaction)
        return fail(transaction.error());
    const auto rows = connection.query(sql, bindings, what);
    if (!rows)
        return fail(rows.error());
    if (rows->isEmpty())
        return notFound(what, id);
    if (const Done followed = consequence ? consequence() : Done(); !followed)
        return fail(followed.error());
    const auto told = connection.query(
        QStringLiteral("SELECT pg_notify('signalbox_changed', ''), pg_notify('signalbox_wake', '')"), {},
        what);
    if (!told)
        return fail(told.error());
    if (const Done committed = transaction->commit(); !committed)
        return fail(committed.error());
    return id;
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
            "previous_secret = CASE WHEN secret = :secret::text THEN previous_secret ELSE secret END, "
            "previous_secret_expires_at = CASE WHEN secret = :secret::text THEN previous_secret_expires_at "
            "ELSE now() + :overlap::bigint * interval '1 s' END");
        result.bindings << Binding{":secret", change.secret->reveal()} << Binding{":overlap", overlapSeconds};
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
        return notFound(changeWhat, id);
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
    auto added = applyChange(connection, sql, insertBindings(change), change.id, addWhat);
    if (!added && added.error().kind == Error::Kind::NotFound)
        return fail(Error::Kind::Conflict, addWhat,
                    QStringLiteral("an endpoint with id %1 exists or existed").arg(change.id),
                    QStringLiteral("choose another id"));
    return added;
}

namespace {

// The overlap is for the secret, if another one is set.
Result<QString> storeChange(PgConnection &connection, EndpointChange change, qint64 overlapSeconds)
{
    if (const Done valid = validateAgainstStored(connection, change); !valid)
        return fail(valid.error());
    if (const Done valid = normalise(change); !valid)
        return fail(valid.error());
    const Assignments assignments = assignmentsOf(change, overlapSeconds);
    if (assignments.list.isEmpty())
        return change.id;
    const auto changed = applyChange(
        connection,
        QStringLiteral("UPDATE webhook_endpoints SET %1 WHERE id = :id::text AND removed_at IS NULL "
                       "RETURNING id")
            .arg(assignments.list.join(QStringLiteral(", "))),
        assignments.bindings + Bindings{{":id", change.id}}, change.id, changeWhat,
        [&] { return change.ordered ? applyOrdering(connection, change.id, *change.ordered) : Done(); });
    // After the commit; a worker's sweep would do it too, but later.
    if (changed && change.ordered.value_or(false))
        (void)releaseAllStreams(connection);
    return changed;
}

} // namespace

Result<QString> changeEndpoint(PgConnection &connection, const EndpointChange &change)
{
    return storeChange(connection, change, defaultOverlapSeconds);
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
        return notFound(changeWhat, change.id);
    return rows->constFirst().value(0).toBool();
}

namespace {

// What failed before counts no more. After days of failures nobody knows whether the receiver is back: one
// probe finds out before everything that was held goes to it.
Done startAfresh(PgConnection &connection, const QString &id)
{
    const auto changed = connection.execute(
        QStringLiteral(
            "UPDATE signalbox_endpoint_state SET "
            "breaker = CASE WHEN failing_since <= now() - interval '5 days' THEN 'open' ELSE 'closed' END, "
            "breaker_reason = CASE WHEN failing_since <= now() - interval '5 days' "
            "THEN 'enabled again after days of failures: one probe goes first' END, "
            "breaker_until = now(), breaker_since = now(), breaker_trips = 0, failing_since = NULL "
            "WHERE endpoint_id = :id::text AND breaker <> 'held'"),
        {{":id", id}}, QStringLiteral("enable endpoint"));
    if (!changed)
        return fail(changed.error());
    return {};
}

Result<QString> enableEndpoint(PgConnection &connection, const QString &id)
{
    return applyChange(
        connection,
        QStringLiteral("UPDATE webhook_endpoints SET enabled = true, disabled_reason = NULL, "
                       "disabled_at = NULL WHERE id = :id::text AND removed_at IS NULL RETURNING id"),
        {{":id", id}}, id, QStringLiteral("enable endpoint"), [&] { return startAfresh(connection, id); });
}

Result<QString> disableEndpoint(PgConnection &connection, const QString &id, const QString &reason)
{
    const QString why =
        reason.trimmed().isEmpty() ? QStringLiteral("disabled by an operator") : reason.trimmed();
    // Disabling twice keeps the first reason and time.
    return applyChange(
        connection,
        QStringLiteral("UPDATE webhook_endpoints SET enabled = false, "
                       "disabled_reason = CASE WHEN enabled THEN :reason::text ELSE disabled_reason END, "
                       "disabled_at = CASE WHEN enabled THEN now() ELSE disabled_at END "
                       "WHERE id = :id::text AND removed_at IS NULL RETURNING id"),
        {{":id", id}, {":reason", why}}, id, QStringLiteral("disable endpoint"));
}

} // namespace

Result<QString> setEndpointEnabled(PgConnection &connection, const QString &id, bool enabled,
                                   const QString &reason)
{
    return enabled ? enableEndpoint(connection, id) : disableEndpoint(connection, id, reason);
}

Result<QString> setBreaker(PgConnection &connection, const QString &id, BreakerAction action,
                           const QString &reason)
{
    // Closing by hand forgets the past: what came before does not open it again.
    const QString what = action == BreakerAction::Close ? QStringLiteral("close the circuit breaker")
                                                        : QStringLiteral("hold the circuit breaker");
    const QString sql =
        action == BreakerAction::Close
            ? QStringLiteral("UPDATE signalbox_endpoint_state SET breaker = 'closed', breaker_since = now(), "
                             "breaker_until = NULL, breaker_trips = 0, breaker_reason = NULL "
                             "WHERE endpoint_id = :id::text RETURNING endpoint_id")
            : QStringLiteral("UPDATE signalbox_endpoint_state SET breaker = 'held', breaker_since = now(), "
                             "breaker_until = NULL, breaker_reason = :reason::text "
                             "WHERE endpoint_id = :id::text RETURNING endpoint_id");
    const QString why = reason.trimmed().isEmpty() ? QStringLiteral("held by an operator") : reason.trimmed();
    Bindings bindings{{":id", id}};
    if (action == BreakerAction::Hold)
        bindings.append({":reason", why});
    return applyChange(connection, sql, bindings, id, what);
}

Result<QString> removeEndpoint(PgConnection &connection, const QString &id)
{
    return applyChange(
        connection,
        QStringLiteral("UPDATE webhook_endpoints SET removed_at = now(), enabled = false, "
                       "disabled_at = coalesce(disabled_at, now()), disabled_reason = 'removed' "
                       "WHERE id = :id::text AND removed_at IS NULL RETURNING id"),
        {{":id", id}}, id, QStringLiteral("remove endpoint"));
}

Result<QString> rotateSecret(PgConnection &connection, const QString &id, const Secret &secret,
                             qint64 overlapSeconds)
{
    if (const Done valid = validateOverlap(overlapSeconds); !valid)
        return fail(valid.error());
    EndpointChange change;
    change.id = id;
    change.secret = secret;
    return storeChange(connection, change, overlapSeconds);
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
        return notFound(what, id);
    return Secret(rows->constFirst().value(0).toString());
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
        {{":filter", textOrNull(*filter)}}, QStringLiteral("count matching events"));
    if (!rows)
        return fail(rows.error());
    return FilterMatchCount{rows->constFirst().value(0).toInt(), rows->constFirst().value(1).toInt()};
}

} // namespace signalbox
