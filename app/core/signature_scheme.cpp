#include "app/core/signature_scheme.h"

#include "app/core/signature.h"

#include <QMessageAuthenticationCode>

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

struct Named
{
    SignatureScheme scheme;
    const char *name;
    const char *header; ///< usual name, empty: none is added
};

constexpr std::array<Named, 4> schemes{
    {{SignatureScheme::V1, "v1", ""},
     {SignatureScheme::V1a, "v1a", ""},
     {SignatureScheme::HubSha256, "hub-sha256", "X-Hub-Signature-256"},
     {SignatureScheme::Timestamped, "timestamped", "X-Webhook-Signature"}}};

const Named &described(SignatureScheme scheme)
{
    return *std::find_if(schemes.begin(), schemes.end(),
                         [scheme](const Named &named) { return named.scheme == scheme; });
}

tl::unexpected<Error> refused(const QString &what, const QString &why, const QString &hint = {})
{
    return fail(Error::Kind::Refused, what, why, hint);
}

QByteArray hexHmac(const QByteArray &content, const Secret &secret)
{
    return QMessageAuthenticationCode::hash(content, secret.reveal().toUtf8(), QCryptographicHash::Sha256)
        .toHex();
}

} // namespace

QString signatureSchemeName(SignatureScheme scheme)
{
    return QString::fromLatin1(described(scheme).name);
}

std::optional<SignatureScheme> signatureSchemeNamed(const QString &name)
{
    for (const Named &named : schemes) {
        if (name == QLatin1String(named.name))
            return named.scheme;
    }
    return std::nullopt;
}

QStringList signatureSchemeNames()
{
    QStringList names;
    for (const Named &named : schemes)
        names << QString::fromLatin1(named.name);
    return names;
}

QString schemeHeaderName(SignatureScheme scheme, const QString &chosen)
{
    const QString usual = QString::fromLatin1(described(scheme).header);
    return usual.isEmpty() || chosen.isEmpty() ? usual : chosen;
}

Done validateSignatureHeader(SignatureScheme scheme, const QString &name,
                             const QList<HttpHeader> &customHeaders)
{
    const QString what = QStringLiteral("signature header");
    const QString used = schemeHeaderName(scheme, name);
    if (used.isEmpty() && !name.isEmpty())
        return refused(what,
                       QStringLiteral("%1 signs in webhook-signature only").arg(signatureSchemeName(scheme)),
                       QStringLiteral("hub-sha256 and timestamped add a header"));
    if (used.isEmpty())
        return {};
    if (const Done valid = validateCustomHeader({used, {}}); !valid)
        return refused(what, valid.error().why, valid.error().hint);
    for (const HttpHeader &header : customHeaders) {
        if (header.name.compare(used, Qt::CaseInsensitive) == 0)
            return refused(what, QStringLiteral("%1 is a custom header too").arg(header.name));
    }
    return {};
}

Done validateSecretForScheme(SignatureScheme scheme, const Secret &secret)
{
    const QString what = QStringLiteral("secret");
    const bool isEd25519 = isSigningKey(secret);
    if (scheme == SignatureScheme::V1a && !isEd25519)
        return refused(what, QStringLiteral("the scheme v1a signs with an Ed25519 key (whsk_...)"),
                       QStringLiteral("generate one, or choose another scheme"));
    if (scheme != SignatureScheme::V1a && isEd25519)
        return refused(what,
                       QStringLiteral("it is an Ed25519 key (whsk_...), which the scheme %1 cannot use")
                           .arg(signatureSchemeName(scheme)),
                       QStringLiteral("choose the scheme v1a, or another secret"));
    return {};
}

Result<QByteArray> schemeSignature(SignatureScheme scheme, qint64 timestampSeconds, const QByteArray &body,
                                   const QList<Secret> &secrets)
{
    if (schemeHeaderName(scheme, {}).isEmpty())
        return QByteArray();
    QList<Secret> shared = secrets;
    shared.removeIf(isSigningKey);
    if (shared.isEmpty())
        return refused(
            QStringLiteral("secret"),
            QStringLiteral("there is none that the scheme %1 can use").arg(signatureSchemeName(scheme)));
    if (scheme == SignatureScheme::HubSha256)
        return "sha256=" + hexHmac(body, shared.constFirst());
    const QByteArray time = QByteArray::number(timestampSeconds);
    const QByteArray content = time + '.' + body;
    QByteArray value = "t=" + time;
    for (const Secret &secret : std::as_const(shared))
        value += ",v1=" + hexHmac(content, secret);
    return value;
}

Secret generateSecretFor(SignatureScheme scheme)
{
    return scheme == SignatureScheme::V1a ? generateSigningKey() : generateSecret();
}

} // namespace signalbox
