#pragma once

#include "app/core/result.h"
#include "app/core/secret.h"

#include <QByteArray>
#include <QList>

namespace signalbox {

/// Key of a shared secret (design §4, Signature): "whsec_..." is base64 of 24 to 64 bytes, any other text is
/// used as UTF-8. Fails (Refused) when a whsec_ secret is not valid base64 of that size.
Result<QByteArray> hmacKey(const Secret &secret);
/// Whether the secret is an Ed25519 key: "whsk_" and base64 of libsodium's 64-byte secret key (seed, then
/// public key).
bool isSigningKey(const Secret &secret);
/// "whpk_" and base64 of the public half, for receivers. Errors (Refused): no Ed25519 key, or a broken one.
Result<QString> publicKeyOf(const Secret &secret);
/// Not empty, at most 255 characters, and of its kind by its prefix (whsec_, whsk_, any other text).
Done validateSecret(const Secret &secret);
/// A new secret has at least 16 bytes; what is stored already goes on signing. Errors: Refused.
Done validateSecretStrength(const Secret &secret);
/// What to say of a secret that is taken but short, under 24 bytes; empty otherwise.
QString secretAdvice(const Secret &secret);

/// Standard Webhooks: "v1,<base64>" (HMAC-SHA256), or "v1a,<base64>" (Ed25519) for a whsk_ secret, one per
/// secret, separated by spaces, in the order given (new secret first).
Result<QByteArray> webhookSignature(const QByteArray &id, qint64 timestampSeconds, const QByteArray &body,
                                    const QList<Secret> &secrets);

/// "whsec_" + base64 of 32 bytes of the system's random source.
Secret generateSecret();
/// "whsk_" + base64 of a new Ed25519 key.
Secret generateSigningKey();

} // namespace signalbox
