#include "app/core/signature.h"

#include <QMessageAuthenticationCode>
#include <QRandomGenerator>

#include <sodium.h>

#include <array>

namespace signalbox {

namespace {

constexpr qsizetype seedBytes = crypto_sign_SEEDBYTES;
constexpr qsizetype fewestSecretBytes = 16;
constexpr qsizetype goodSecretBytes = 24;

const QString &sharedPrefix()
{
    static const QString prefix = QStringLiteral("whsec_");
    return prefix;
}

const QString &signingPrefix()
{
    static const QString prefix = QStringLiteral("whsk_");
    return prefix;
}

tl::unexpected<Error> refused(const QString &why)
{
    return fail(Error::Kind::Refused, QStringLiteral("secret"), why);
}

// libsodium chooses its implementations here; calling it again is free.
bool sodiumIsReady()
{
    static const bool ready = sodium_init() >= 0;
    return ready;
}

const unsigned char *bytesOf(const QByteArray &data)
{
    return reinterpret_cast<const unsigned char *>(data.constData());
}

unsigned char *bytesOf(QByteArray &data)
{
    return reinterpret_cast<unsigned char *>(data.data());
}

// The public half is derived again from the seed: with a foreign one, a signature would give the key away.
Result<QByteArray> ed25519Key(const Secret &secret)
{
    if (!isSigningKey(secret))
        return refused(QStringLiteral("it is no Ed25519 key (whsk_...)"));
    const auto decoded = QByteArray::fromBase64Encoding(secret.reveal().mid(signingPrefix().size()).toUtf8(),
                                                        QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || decoded.decoded.size() != crypto_sign_SECRETKEYBYTES)
        return refused(QStringLiteral("what follows whsk_ is not 64 bytes in base64"));
    if (!sodiumIsReady())
        return fail(QStringLiteral("secret"), QStringLiteral("libsodium cannot be used here"));
    QByteArray publicHalf(crypto_sign_PUBLICKEYBYTES, 0), key(crypto_sign_SECRETKEYBYTES, 0);
    crypto_sign_seed_keypair(bytesOf(publicHalf), bytesOf(key), bytesOf(*decoded));
    if (key != *decoded)
        return refused(QStringLiteral("the public half of the key after whsk_ does not belong to its seed"));
    return key;
}

qsizetype bytesIn(const Secret &secret)
{
    const auto key = isSigningKey(secret) ? ed25519Key(secret) : hmacKey(secret);
    return key ? key->size() : 0;
}

Result<QByteArray> oneSignature(const QByteArray &content, const Secret &secret)
{
    if (!isSigningKey(secret)) {
        const auto key = hmacKey(secret);
        if (!key)
            return fail(key.error());
        return "v1," + QMessageAuthenticationCode::hash(content, *key, QCryptographicHash::Sha256).toBase64();
    }
    const auto key = ed25519Key(secret);
    if (!key)
        return fail(key.error());
    QByteArray signature(crypto_sign_BYTES, 0);
    crypto_sign_detached(bytesOf(signature), nullptr, bytesOf(content), std::size_t(content.size()),
                         bytesOf(*key));
    return "v1a," + signature.toBase64();
}

} // namespace

Result<QByteArray> hmacKey(const Secret &secret)
{
    if (!secret.reveal().startsWith(sharedPrefix()))
        return secret.reveal().toUtf8();
    const auto decoded = QByteArray::fromBase64Encoding(secret.reveal().mid(sharedPrefix().size()).toUtf8(),
                                                        QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded)
        return refused(QStringLiteral("what follows whsec_ is not base64"));
    const QByteArray key = *decoded;
    if (key.size() < 24 || key.size() > 64)
        return refused(QStringLiteral("what follows whsec_ is not 24 to 64 bytes in base64"));
    return key;
}

bool isSigningKey(const Secret &secret)
{
    return secret.reveal().startsWith(signingPrefix());
}

Result<QString> publicKeyOf(const Secret &secret)
{
    const auto key = ed25519Key(secret);
    if (!key)
        return fail(key.error());
    return QStringLiteral("whpk_") + QString::fromLatin1(key->mid(seedBytes).toBase64());
}

Done validateSecret(const Secret &secret)
{
    if (secret.isEmpty())
        return refused(QStringLiteral("it is empty"));
    if (secret.reveal().size() > 255)
        return refused(QStringLiteral("it is longer than 255 characters"));
    if (secret.reveal().contains(QChar(0)))
        return refused(QStringLiteral("it holds a NUL character"));
    if (const auto key = isSigningKey(secret) ? ed25519Key(secret) : hmacKey(secret); !key)
        return fail(key.error());
    return {};
}

Done validateSecretStrength(const Secret &secret)
{
    if (bytesIn(secret) >= fewestSecretBytes)
        return {};
    return fail(Error::Kind::Refused, QStringLiteral("endpoint"),
                QStringLiteral("the secret has %1 bytes, fewer than %2 can be guessed")
                    .arg(bytesIn(secret))
                    .arg(fewestSecretBytes),
                QStringLiteral("generate one; on the command line --weak-secret takes it all the same"));
}

QString secretAdvice(const Secret &secret)
{
    if (bytesIn(secret) >= goodSecretBytes)
        return {};
    return QStringLiteral("the secret has %1 bytes; %2 or more are better")
        .arg(bytesIn(secret))
        .arg(goodSecretBytes);
}

Result<QByteArray> webhookSignature(const QByteArray &id, qint64 timestampSeconds, const QByteArray &body,
                                    const QList<Secret> &secrets)
{
    if (secrets.isEmpty())
        return refused(QStringLiteral("there is none to sign with"));
    const QByteArray content = id + '.' + QByteArray::number(timestampSeconds) + '.' + body;
    QByteArray signatures;
    for (const Secret &secret : secrets) {
        const auto signature = oneSignature(content, secret);
        if (!signature)
            return fail(signature.error());
        if (!signatures.isEmpty())
            signatures += ' ';
        signatures += *signature;
    }
    return signatures;
}

Secret generateSecret()
{
    std::array<quint32, 8> words{};
    QRandomGenerator::system()->fillRange(words.data(), qsizetype(words.size()));
    const QByteArray bytes(reinterpret_cast<const char *>(words.data()), qsizetype(sizeof words));
    return Secret(sharedPrefix() + QString::fromLatin1(bytes.toBase64()));
}

Secret generateSigningKey()
{
    QByteArray publicHalf(crypto_sign_PUBLICKEYBYTES, 0), key(crypto_sign_SECRETKEYBYTES, 0);
    if (!sodiumIsReady())
        return {};
    crypto_sign_keypair(bytesOf(publicHalf), bytesOf(key));
    return Secret(signingPrefix() + QString::fromLatin1(key.toBase64()));
}

} // namespace signalbox
