#include "app/database/endpoint_act.h"

#include "app/database/endpoint_queries.h"

// What operators do to an endpoint as it is; what it consists of is changed in endpoint_changes.cpp.

namespace signalbox {

tl::unexpected<Error> noSuchEndpoint(const QString &what, const QString &id)
{
    return fail(Error::Kind::NotFound, what, QStringLiteral("there is no endpoint ") + id);
}

Result<QString> actOnEndpoint(PgConnection &connection, const QString &sql, const Bindings &bindings,
                              const QString &id, const QString &what,
                              const std::function<Done()> &consequence)
{
    auto transaction = Transaction::begin(connection);
    if (!transaction)
        return fail(transaction.error());
    const auto rows = connection.query(sql, bindings, what);
    if (!rows)
        return fail(rows.error());
    if (rows->isEmpty())
        return noSuchEndpoint(what, id);
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

namespace {

// What failed before counts no more. After days of failures nobody knows whether the receiver is back: one
// probe finds out before everything that was held goes to it.
Done startAfresh(PgConnection &connection, const QString &id)
{
    const QString gaveUp =
        QStringLiteral("failing_since <= now() - make_interval(days => :given_up_days::integer)");
    const auto changed = connection.execute(
        QStringLiteral(
            "UPDATE signalbox_endpoint_state SET "
            "breaker = CASE WHEN %1 THEN 'open' ELSE 'closed' END, "
            "breaker_reason = CASE WHEN %1 "
            "THEN 'enabled again after days of failures: one probe goes first' END, "
            "breaker_until = now(), breaker_since = now(), breaker_trips = 0, failing_since = NULL "
            "WHERE endpoint_id = :id::text AND breaker <> 'held'")
            .arg(gaveUp),
        {{":id", id}, {":given_up_days", givenUpAfterDays}}, QStringLiteral("enable endpoint"));
    if (!changed)
        return fail(changed.error());
    return {};
}

Result<QString> enableEndpoint(PgConnection &connection, const QString &id)
{
    return actOnEndpoint(
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
    return actOnEndpoint(
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
    return actOnEndpoint(connection, sql, bindings, id, what);
}

Result<QString> removeEndpoint(PgConnection &connection, const QString &id)
{
    return actOnEndpoint(
        connection,
        QStringLiteral("UPDATE webhook_endpoints SET removed_at = now(), enabled = false, "
                       "disabled_at = coalesce(disabled_at, now()), disabled_reason = 'removed', "
                       "secret = '', previous_secret = NULL, previous_secret_expires_at = NULL, "
                       "client_key = NULL "
                       "WHERE id = :id::text AND removed_at IS NULL RETURNING id"),
        {{":id", id}}, id, QStringLiteral("remove endpoint"));
}

Result<int> forgetExpiredSecrets(PgConnection &connection)
{
    const auto rows = connection.query(
        QStringLiteral("WITH expired AS (SELECT id FROM webhook_endpoints "
                       "WHERE previous_secret IS NOT NULL AND previous_secret_expires_at <= now() "
                       "LIMIT 1000 FOR UPDATE SKIP LOCKED), "
                       "forgotten AS (UPDATE webhook_endpoints endpoint SET previous_secret = NULL, "
                       "previous_secret_expires_at = NULL FROM expired WHERE endpoint.id = expired.id "
                       "RETURNING endpoint.id) SELECT count(id) FROM forgotten"),
        {}, QStringLiteral("forget secrets that sign no more"));
    if (!rows)
        return fail(rows.error());
    return rows->constFirst().value(0).toInt();
}

} // namespace signalbox
