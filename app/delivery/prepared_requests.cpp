#include "app/delivery/prepared_requests.h"

#include <QCryptographicHash>
#include <QSslCertificate>
#include <QSslKey>

namespace signalbox {

namespace {

tl::unexpected<Error> refused(const QString &what, const QString &why)
{
    return fail(Error::Kind::Refused, what, why);
}

// Of a key and what is made of it, roughly: text is kept in several forms.
template <typename Key> qsizetype costOf(const Key &key)
{
    constexpr qsizetype formsOfText = 6;
    constexpr qsizetype beside = 512;
    return beside + formsOfText * key.size();
}

/// The value of a key, made when it is asked for the first time.
template <typename Key, typename Value, typename Make>
Value remembered(QCache<Key, Value> &cache, const Key &key, Make make)
{
    if (const Value *known = cache.object(key))
        return *known;
    Value made = make();
    cache.insert(key, new Value(made), costOf(key));
    return made;
}

Result<CustomHeaders> readCustomHeaders(const QByteArray &json)
{
    const auto headers = headersFromJson(json);
    if (!headers)
        return refused(QStringLiteral("invalid custom headers"),
                       QStringLiteral("the job's custom_headers are no object of strings"));
    if (const Done valid = validateCustomHeaders(*headers); !valid)
        return fail(valid.error());
    CustomHeaders read;
    for (const HttpHeader &header : *headers) {
        read.sent.append({header.name.toLatin1(), header.value.toUtf8()});
        read.stored.append(maskedHeader(header));
    }
    return read;
}

Result<QList<QSslCertificate>> readCertificates(const QString &what, const QByteArray &pem)
{
    const QList<QSslCertificate> certificates = QSslCertificate::fromData(pem, QSsl::Pem);
    // Qt leaves out what it cannot read.
    if (certificates.size() != pem.count("-----BEGIN "))
        return refused(what, QStringLiteral("a certificate in it cannot be read"));
    return certificates;
}

Result<QSslKey> readKey(const Secret &pem)
{
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Rsa, QSsl::Ec}) {
        const QSslKey key(pem.reveal().toUtf8(), algorithm, QSsl::Pem, QSsl::PrivateKey);
        if (!key.isNull())
            return key;
    }
    return refused(QStringLiteral("client key"), QStringLiteral("it is no RSA or elliptic-curve key"));
}

// Each part with its length in front, so that two different materials never look alike.
QByteArray keyOf(const TlsMaterial &material)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QByteArray &part :
         {material.caCertificates, material.clientCertificate, material.clientKey.reveal().toUtf8()}) {
        hash.addData(QByteArray::number(part.size()) + ':');
        hash.addData(part);
    }
    return hash.result();
}

} // namespace

Done checkTlsMaterial(const TlsMaterial &material)
{
    if (const Done valid = validateTlsMaterial(material); !valid)
        return valid;
    if (const auto read = readCertificates(QStringLiteral("CA certificates"), material.caCertificates); !read)
        return fail(read.error());
    if (const auto read = readCertificates(QStringLiteral("client certificate"), material.clientCertificate);
        !read)
        return fail(read.error());
    if (material.clientKey.isEmpty())
        return {};
    if (const auto key = readKey(material.clientKey); !key)
        return fail(key.error());
    return {};
}

Result<Destination> PreparedRequests::destination(const QString &url)
{
    return remembered(m_destinations, url, [&url] { return readDestination(url); });
}

Result<CustomHeaders> PreparedRequests::customHeaders(const QByteArray &json)
{
    if (json.isEmpty())
        return CustomHeaders();
    return remembered(m_headers, json, [&json] { return readCustomHeaders(json); });
}

Done PreparedRequests::checkTls(const TlsMaterial &material)
{
    if (material.isEmpty())
        return {};
    const auto checked = remembered(m_tls, keyOf(material), [&]() -> Result<bool> {
        if (const Done valid = checkTlsMaterial(material); !valid)
            return fail(valid.error());
        return true;
    });
    if (!checked)
        return fail(checked.error());
    return {};
}

} // namespace signalbox
