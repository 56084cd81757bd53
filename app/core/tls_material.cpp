#include "app/core/tls_material.h"

#include <QStringList>

#include <memory>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace signalbox {

namespace {

constexpr qsizetype mostBytes = 256 * 1024;
constexpr char derSequence = 0x30;

tl::unexpected<Error> refused(const QString &what, const QString &why, const QString &hint = {})
{
    return fail(Error::Kind::Refused, what, why, hint);
}

/// A PEM block: its label, and whether it holds what a DER structure begins with.
struct Block
{
    QByteArray label;
    bool isReadable = false;
    bool isEncrypted = false;
};

Block readBlock(const QByteArray &label, QByteArray content)
{
    Block block{label, false, label.startsWith("ENCRYPTED") || content.contains("ENCRYPTED")};
    content.replace('\n', "").replace('\r', "").replace(' ', "").replace('\t', "");
    const auto der = QByteArray::fromBase64Encoding(content, QByteArray::AbortOnBase64DecodingErrors);
    block.isReadable = der && der.decoded.startsWith(derSequence);
    return block;
}

// The text around blocks is free (openssl writes what a certificate is about), blocks are not.
Result<QList<Block>> readBlocks(const QString &what, const QByteArray &pem)
{
    const QByteArray begin = "-----BEGIN ", dashes = "-----";
    if (pem.size() > mostBytes)
        return refused(what, QStringLiteral("it is longer than 256 KiB"));
    QList<Block> blocks;
    for (qsizetype at = pem.indexOf(begin); at >= 0; at = pem.indexOf(begin, at)) {
        const qsizetype labelAt = at + begin.size();
        const qsizetype labelEnd = pem.indexOf(dashes, labelAt);
        const QByteArray label = pem.mid(labelAt, labelEnd - labelAt);
        const qsizetype contentAt = labelEnd + dashes.size();
        const qsizetype end = labelEnd < 0 ? -1 : pem.indexOf("-----END " + label + dashes, contentAt);
        if (end < 0)
            return refused(what, QStringLiteral("a PEM block has no end"));
        blocks << readBlock(label, pem.mid(contentAt, end - contentAt));
        at = end;
    }
    if (blocks.isEmpty())
        return refused(what, QStringLiteral("it holds no PEM block"),
                       QStringLiteral("it begins with -----BEGIN"));
    return blocks;
}

struct OpenSslDeleter
{
    void operator()(BIO *bio) const { BIO_free(bio); }
    void operator()(X509 *certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY *key) const { EVP_PKEY_free(key); }
};
template <typename Thing> using OpenSsl = std::unique_ptr<Thing, OpenSslDeleter>;

OpenSsl<BIO> reading(const QByteArray &pem)
{
    return OpenSsl<BIO>(BIO_new_mem_buf(pem.constData(), int(pem.size())));
}

// Without one the library would ask at the terminal.
int noPassphrase(char *, int, int, void *)
{
    return 0;
}

// A client shows the first certificate of its chain and proves with the key that it is its own.
Done checkPair(const QString &what, const TlsMaterial &material)
{
    const QByteArray keyText = material.clientKey.reveal().toUtf8();
    const OpenSsl<BIO> certificatePem = reading(material.clientCertificate), keyPem = reading(keyText);
    const OpenSsl<X509> certificate(PEM_read_bio_X509(certificatePem.get(), nullptr, &noPassphrase, nullptr));
    const OpenSsl<EVP_PKEY> key(PEM_read_bio_PrivateKey(keyPem.get(), nullptr, &noPassphrase, nullptr));
    const bool isPair = certificate && key && X509_check_private_key(certificate.get(), key.get()) == 1;
    // What the library remembers of a failure would be taken for the next one's.
    ERR_clear_error();
    if (!certificate)
        return refused(what, QStringLiteral("its first certificate cannot be read"));
    if (!key)
        return refused(QStringLiteral("client key"), QStringLiteral("it cannot be read"));
    if (!isPair)
        return refused(
            what, QStringLiteral("the private key belongs to another certificate"),
            QStringLiteral("the client's own certificate comes first, those that signed it after it"));
    return {};
}

} // namespace

Done validateCertificates(const QString &what, const QByteArray &pem)
{
    if (pem.isEmpty())
        return {};
    const auto blocks = readBlocks(what, pem);
    if (!blocks)
        return fail(blocks.error());
    for (const Block &block : *blocks) {
        if (block.label.contains("PRIVATE KEY"))
            return refused(what, QStringLiteral("it holds a private key, which belongs to the client key"));
        if (block.label != "CERTIFICATE" && block.label != "X509 CERTIFICATE")
            return refused(what, QStringLiteral("it holds something else than certificates"));
        if (!block.isReadable)
            return refused(what, QStringLiteral("a certificate in it is damaged"));
    }
    return {};
}

Done validateClientKey(const Secret &pem)
{
    const QString what = QStringLiteral("client key");
    if (pem.isEmpty())
        return {};
    const auto blocks = readBlocks(what, pem.reveal().toUtf8());
    if (!blocks)
        return fail(blocks.error());
    QList<Block> keys = *blocks;
    keys.removeIf([](const Block &block) { return block.label == "EC PARAMETERS"; });
    if (keys.size() != 1 || !keys.constFirst().label.contains("PRIVATE KEY"))
        return refused(what, QStringLiteral("it is not one private key"));
    if (keys.constFirst().isEncrypted)
        return refused(what, QStringLiteral("it is encrypted, and workers ask for no passphrase"),
                       QStringLiteral("openssl pkey -in FILE -out NEW takes it off"));
    if (!keys.constFirst().isReadable)
        return refused(what, QStringLiteral("it is damaged"));
    return {};
}

Done validateTlsMaterial(const TlsMaterial &material)
{
    const QString certificate = QStringLiteral("client certificate");
    if (Done valid = validateCertificates(QStringLiteral("CA certificates"), material.caCertificates); !valid)
        return valid;
    if (Done valid = validateCertificates(certificate, material.clientCertificate); !valid)
        return valid;
    if (Done valid = validateClientKey(material.clientKey); !valid)
        return valid;
    if (material.clientCertificate.isEmpty() != material.clientKey.isEmpty())
        return refused(certificate, material.clientKey.isEmpty()
                                        ? QStringLiteral("its private key is missing")
                                        : QStringLiteral("there is a key and no certificate"));
    return material.clientKey.isEmpty() ? Done() : checkPair(certificate, material);
}

} // namespace signalbox
