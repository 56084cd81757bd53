#pragma once

#include <QByteArray>
#include <QSslConfiguration>
#include <QString>
#include <QTemporaryDir>

namespace signalbox {

/// A certificate with its key, both PEM.
struct CertifiedKey
{
    QByteArray certificate;
    QByteArray key;
};

/// An authority of its own, and what it certifies; made by openssl when the object is. Ends the test where
/// there is no openssl.
class TestCertificates
{
public:
    TestCertificates();

    const QByteArray &authority() const { return m_authority.certificate; }
    /// `names` as of a subjectAltName: "DNS:hooks.example.com,IP:127.0.0.1".
    CertifiedKey certify(const QString &names, int days = 30);
    CertifiedKey selfSigned(const QString &names);

    /// What a server shows; asks for a certificate of this authority from its clients where `wantsClient`.
    QSslConfiguration serverConfiguration(const CertifiedKey &shown, bool wantsClient = false) const;

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    QByteArray content(const QString &name) const;
    void openssl(const QStringList &arguments);

    QTemporaryDir m_folder;
    CertifiedKey m_authority;
};

} // namespace signalbox
