#pragma once

#include "app/core/result.h"
#include "app/core/secret.h"

#include <QByteArray>
#include <QList>

namespace signalbox {

/// Standard Webhooks signature (design §4). A secret "whsec_..." is base64 of 24 to 64 bytes, any other is
/// used as UTF-8. Fails (Refused) when a whsec_ secret is not valid base64 of that size.
Result<QByteArray> signingKey(const Secret &secret);
Done validateSecret(const Secret &secret); ///< not empty, at most 255 characters, key decodes

/// "v1,<base64>" per secret, separated by spaces, in the order given (new secret first).
Result<QByteArray> webhookSignature(const QByteArray &id, qint64 timestampSeconds, const QByteArray &body,
                                    const QList<Secret> &secrets);

/// "whsec_" + base64 of 32 bytes of the system's random source.
Secret generateSecret();

} // namespace signalbox
