#include "app/core/signature.h"
#include "tests/fuzz/fuzz_target.h"

// A secret that is accepted signs, with a key of a sane size, and no error shows it.

namespace signalbox {

void fuzzOne(const QByteArray &input)
{
    const Secret secret(QString::fromUtf8(input));
    const Done valid = validateSecret(secret);
    if (!valid && secret.reveal().contains('$'))
        always(!valid.error().line().contains(secret.reveal()), "an error does not show the secret");
    const bool isEd25519 = isSigningKey(secret);
    const Result<QByteArray> key = hmacKey(secret);
    always(!valid || isEd25519 || key, "an accepted secret has a key");
    if (!valid)
        return;
    if (!isEd25519 && secret.reveal().startsWith(QLatin1String("whsec_")))
        always(key->size() >= 24 && key->size() <= 64, "a key has 24 to 64 bytes");
    else if (!isEd25519)
        always(*key == secret.reveal().toUtf8(), "any other secret is its own bytes");
    const Result<QByteArray> signature = webhookSignature("msg_1", 1614265330, input, {secret, secret});
    always(signature.has_value(), "an accepted secret signs");
    const QList<QByteArray> parts = signature->split(' ');
    const QByteArray kind = isEd25519 ? "v1a," : "v1,";
    const qsizetype length = isEd25519 ? 92 : 47; // base64 of 64 bytes, of 32
    always(parts.size() == 2 && parts[0] == parts[1] && parts[0].startsWith(kind) &&
               parts[0].size() == length,
           "one signature per secret, of its kind");
}

} // namespace signalbox
