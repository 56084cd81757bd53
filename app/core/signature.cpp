#include "app/core/signature.h"

#include <QMessageAuthenticationCode>
#include <QRandomGenerator>

#include <array>

namespace signalbox {

namespace {

const QString &keyPrefix()
{
    static const QString prefix = QStringLiteral("whsec_");
    return prefix;
}

tl::unexpected<Error> refused(const QString &why)
{
    return fail(Error::Kind::Refused, QStringLiteral("secret"), why);
}

} // namespace

Result<QByteArray> signingKey(const Secret &secret)
{
    if (!secret.reveal().startsWith(keyPrefix()))
        return secret.reveal().toUtf8();
    const auto decoded = QByteArray::fromBase64Encoding(secret.reveal().mid(keyPrefix().size()).toUtf8(),
                                                        QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded)
        return refused(QStringLiteral("what follows whsec_ is not base64"));
    const QByteArray key = *decoded;
    if (key.size() < 24 || key.size() > 64)
        return refused(QStringLiteral("what follows whsec_ is not 24 to 64 bytes in base64"));
    return key;
}

Done validateSecret(const Secret &secret)
{
    if (secret.isEmpty())
        return refused(QStringLiteral("it is empty"));
    if (secret.reveal().size() > 255)
        return refused(QStringLiteral("it is longer than 255 characters"));
    if (secret.reveal().contains(QChar(0)))
        return refused(QStringLiteral("it holds a NUL character"));
    if (const auto key = signingKey(secret); !key)
        return fail(key.error());
    return {};
}

Result<QByteArray> webhookSignature(const QByteArray &id, qint64 timestampSeconds, const QByteArray &body,
                                    const QList<Secret> &secrets)
{
    if (secrets.isEmpty())
        return refused(QStringLiteral("there is none to sign with"));
    const QByteArray content = id + '.' + QByteArray::number(timestampSeconds) + '.' + body;
    QByteArray signatures;
    for (const Secret &secret : secrets) {
        const auto key = signingKey(secret);
        if (!key)
            return fail(key.error());
        if (!signatures.isEmpty())
            signatures += ' ';
        signatures +=
            "v1," + QMessageAuthenticationCode::hash(content, *key, QCryptographicHash::Sha256).toBase64();
    }
    return signatures;
}

Secret generateSecret()
{
    std::array<quint32, 8> words{};
    QRandomGenerator::system()->fillRange(words.data(), qsizetype(words.size()));
    const QByteArray bytes(reinterpret_cast<const char *>(words.data()), qsizetype(sizeof words));
    return Secret(keyPrefix() + QString::fromLatin1(bytes.toBase64()));
}

} // namespace signalbox
