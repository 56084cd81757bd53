#include "app/core/signature.h"
#include "app/database/endpoint_act.h"
#include "app/database/endpoint_queries.h"

// Taking an endpoint away and bringing it back.

namespace signalbox {

Result<QString> removeEndpoint(PgConnection &connection, const QString &id, const QString &reason)
{
    EndpointAct act;
    act.id = id;
    act.what = QStringLiteral("remove endpoint");
    act.sql = QStringLiteral("UPDATE webhook_endpoints SET removed_at = now(), enabled = false, "
                             "disabled_at = coalesce(disabled_at, now()), disabled_reason = 'removed', "
                             "secret = '', previous_secret = NULL, previous_secret_expires_at = NULL, "
                             "client_key = NULL "
                             "WHERE id = :id::text AND removed_at IS NULL RETURNING id");
    act.bindings = {{":id", id}};
    act.reason = reason;
    return actOnEndpoint(connection, act);
}

Result<QString> restoreEndpoint(PgConnection &connection, const QString &id, const Secret &secret,
                                const QString &reason, bool allowWeakSecret)
{
    EndpointAct act;
    act.id = id;
    act.what = QStringLiteral("restore endpoint");
    const auto stored = readEndpoint(connection, id, act.what);
    if (!stored)
        return fail(stored.error());
    if (!stored->removedAt)
        return fail(Error::Kind::Conflict, act.what, QStringLiteral("%1 is not removed").arg(id));
    if (const Done valid = validateSecret(secret); !valid)
        return fail(valid.error());
    if (const Done strong = allowWeakSecret ? Done() : validateSecretStrength(secret); !strong)
        return fail(strong.error());
    if (const Done fits = validateSecretForScheme(stored->signatureScheme, secret); !fits)
        return fail(fits.error());
    // Its key went with the removal, and a certificate without one shows nobody who we are.
    act.sql = QStringLiteral("UPDATE webhook_endpoints SET removed_at = NULL, secret = :secret::text, "
                             "client_certificate = NULL, enabled = false, disabled_at = now(), "
                             "disabled_reason = 'restored, to be enabled by hand' "
                             "WHERE id = :id::text AND removed_at IS NOT NULL RETURNING id");
    act.bindings = {{":id", id}, {":secret", secret.reveal()}};
    act.reason = reason;
    return actOnEndpoint(connection, act);
}

} // namespace signalbox
