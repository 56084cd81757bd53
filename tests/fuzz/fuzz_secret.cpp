#include "app/core/signature.h"
#include "tests/fuzz/fuzz_target.h"

// A secret that is accepted signs, with a key of a sane size, and no error shows it.

namespace signalbox {

void fuzzOne(const QByteArray &input)
{
    const Secret secret(QString::fromUtf8(input));
    const Done valid = validateSecret(secret);
    const Result<QByteArray> key = signingKey(secret);
    if (!valid && secret.reveal().contains('$'))
        always(!valid.error().line().contains(secret.reveal()), "an error does not show the secret");
    always(!valid || key, "an accepted secret has a key");
    if (!key)
        return;
    if (secret.reveal().startsWith(QLatin1String("whsec_")))
        always(key->size() >= 24 && key->size() <= 64, "a key has 24 to 64 bytes");
    else
        always(*key == secret.reveal().toUtf8(), "any other secret is its own bytes");
    const Result<QByteArray> signature = webhookSignature("msg_1", 1614265330, input, {secret, secret});
    always(signature.has_value(), "a key signs");
    const QList<QByteArray> parts = signature->split(' ');
    always(parts.size() == 2 && parts[0] == parts[1] && parts[0].startsWith("v1,") && parts[0].size() == 47,
           "one signature per secret, in base64 of 32 bytes");
}

} // namespace signalbox
