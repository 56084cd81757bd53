#pragma once

#include "app/core/http_header.h"
#include "app/core/result.h"
#include "app/core/secret.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace signalbox {

/// How requests to an endpoint are signed. The three Standard Webhooks headers always go; the last two
/// schemes add a header that existing receivers expect.
enum class SignatureScheme {
    V1,         ///< Standard Webhooks, HMAC-SHA256
    V1a,        ///< Standard Webhooks, Ed25519
    HubSha256,  ///< "sha256=<hex>" over the body, in X-Hub-Signature-256 (GitHub, WebSub)
    Timestamped ///< "t=<unix>,v1=<hex>" over "t.body", in X-Webhook-Signature (Stripe)
};

/// Text stored in webhook_endpoints.signature_scheme: v1, v1a, hub-sha256, timestamped.
QString signatureSchemeName(SignatureScheme scheme);
std::optional<SignatureScheme> signatureSchemeNamed(const QString &name);
QStringList signatureSchemeNames();

/// Name of the header that a scheme adds; `chosen` overrides the usual one. Empty for v1 and v1a.
QString schemeHeaderName(SignatureScheme scheme, const QString &chosen);
/// A name for that header: a token that neither delivery nor a custom header uses; only for schemes that add
/// one. Empty: the usual name.
Done validateSignatureHeader(SignatureScheme scheme, const QString &name,
                             const QList<HttpHeader> &customHeaders);
/// v1a signs with whsk_ secrets, and nothing else does.
Done validateSecretForScheme(SignatureScheme scheme, const Secret &secret);

/// Value of the header that a scheme adds, empty for v1 and v1a. Receivers of these schemes hold the secret
/// as text, so its UTF-8 bytes are the key, a prefix included. New secret first: hub-sha256 has room for that
/// one only, timestamped carries one v1= for each. Errors (Refused): no secret but Ed25519 keys.
Result<QByteArray> schemeSignature(SignatureScheme scheme, qint64 timestampSeconds, const QByteArray &body,
                                   const QList<Secret> &secrets);

/// A new secret of the kind that the scheme needs.
Secret generateSecretFor(SignatureScheme scheme);

} // namespace signalbox
