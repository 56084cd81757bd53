#include "app/database/endpoint_act.h"

#include "app/database/endpoint_queries.h"

// What operators do to an endpoint as it is; what it consists of is changed in endpoint_changes.cpp.

namespace signalbox {

tl::unexpected<Error> noSuchEndpoint(const QString &what, const QString &id)
{
    return fail(Error::Kind::NotFound, what, QStringLiteral("there is no endpoint ") + id);
}

namespace {

Done keepReason(PgConnection &connection, const EndpointAct &act)
{
    if (act.reason.trimmed().isEmpty())
        return {};
    const auto kept =
        connection.execute(QStringLiteral(R"(
INSERT INTO signalbox_changes (action, reason, selection, changed)
SELECT :action::text, :reason::text, :selection::text, 1
WHERE NOT :is_stored::boolean OR has_table_privilege('signalbox_changes', 'INSERT'))"),
                           {{":action", act.what},
                            {":reason", act.reason.trimmed()},
                            {":selection", QStringLiteral("endpoint:") + quoteFilterValue(act.id)},
                            {":is_stored", act.isReasonStored}},
                           act.what);
    if (!kept)
        return fail(kept.error());
    return {};
}

} // namespace

Result<QString> actOnEndpoint(PgConnection &connection, const EndpointAct &act)
{
    auto transaction = Transaction::begin(connection);
    if (!transaction)
        return fail(transaction.error());
    if (const Done met = act.precondition ? act.precondition() : Done(); !met)
        return fail(met.error());
    const auto rows = connection.query(act.sql, act.bindings, act.what);
    if (!rows)
        return fail(rows.error());
    if (rows->isEmpty())
        return noSuchEndpoint(act.what, act.id);
    if (const Done followed = act.consequence ? act.consequence() : Done(); !followed)
        return fail(followed.error());
    if (const Done kept = keepReason(connection, act); !kept)
        return fail(kept.error());
    const auto told = connection.query(
        QStringLiteral("SELECT pg_notify('signalbox_changed', ''), pg_notify('signalbox_wake', '')"), {},
        act.what);
    if (!told)
        return fail(told.error());
    if (const Done committed = transaction->commit(); !committed)
        return fail(committed.error());
    return act.id;
}

Done probeSoon(PgConnection &connection, const QString &endpoints, const Bindings &bindings,
               const QString &what)
{
    const auto rights = connection.query(
        QStringLiteral("SELECT has_table_privilege('signalbox_endpoint_state', 'UPDATE')"), {}, what);
    if (!rights)
        return fail(rights.error());
    if (!rights->constFirst().value(0).toBool())
        return {};
    const auto changed = connection.execute(
        QStringLiteral("UPDATE signalbox_endpoint_state SET breaker_until = now(), breaker_trips = 0 "
                       "WHERE breaker = 'open' AND endpoint_id IN (%1)")
            .arg(endpoints),
        bindings, what);
    if (!changed)
        return fail(changed.error());
    return {};
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

EndpointAct enabling(PgConnection &connection, const QString &id, const QString &reason)
{
    EndpointAct act;
    act.id = id;
    act.what = QStringLiteral("enable endpoint");
    act.sql = QStringLiteral("UPDATE webhook_endpoints SET enabled = true, disabled_reason = NULL, "
                             "disabled_at = NULL WHERE id = :id::text AND removed_at IS NULL RETURNING id");
    act.bindings = {{":id", id}};
    act.reason = reason;
    act.consequence = [&connection, id] { return startAfresh(connection, id); };
    return act;
}

EndpointAct disabling(const QString &id, const QString &reason)
{
    EndpointAct act;
    act.id = id;
    act.what = QStringLiteral("disable endpoint");
    // Disabling twice keeps the first reason and time.
    act.sql = QStringLiteral("UPDATE webhook_endpoints SET enabled = false, "
                             "disabled_reason = CASE WHEN enabled THEN :reason::text ELSE disabled_reason "
                             "END, disabled_at = CASE WHEN enabled THEN now() ELSE disabled_at END "
                             "WHERE id = :id::text AND removed_at IS NULL RETURNING id");
    act.bindings = {{":id", id},
                    {":reason", reason.trimmed().isEmpty() ? QStringLiteral("disabled by an operator")
                                                           : reason.trimmed()}};
    act.reason = reason;
    act.isReasonStored = true;
    return act;
}

} // namespace

Result<QString> setEndpointEnabled(PgConnection &connection, const QString &id, bool enabled,
                                   const QString &reason)
{
    return actOnEndpoint(connection, enabled ? enabling(connection, id, reason) : disabling(id, reason));
}

Result<QString> setBreaker(PgConnection &connection, const QString &id, BreakerAction action,
                           const QString &reason)
{
    EndpointAct act;
    act.id = id;
    act.reason = reason;
    act.bindings = {{":id", id}};
    if (action == BreakerAction::Close) {
        act.what = QStringLiteral("close the circuit breaker");
        // Closing by hand forgets the past: what came before does not open it again.
        act.sql = QStringLiteral("UPDATE signalbox_endpoint_state SET breaker = 'closed', breaker_since = "
                                 "now(), breaker_until = NULL, breaker_trips = 0, breaker_reason = NULL "
                                 "WHERE endpoint_id = :id::text RETURNING endpoint_id");
        return actOnEndpoint(connection, act);
    }
    act.what = QStringLiteral("hold the circuit breaker");
    act.sql = QStringLiteral("UPDATE signalbox_endpoint_state SET breaker = 'held', breaker_since = now(), "
                             "breaker_until = NULL, breaker_reason = :reason::text "
                             "WHERE endpoint_id = :id::text RETURNING endpoint_id");
    act.bindings << Binding{":reason", reason.trimmed().isEmpty() ? QStringLiteral("held by an operator")
                                                                  : reason.trimmed()};
    act.isReasonStored = true;
    return actOnEndpoint(connection, act);
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
