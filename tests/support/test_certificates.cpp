#include "tests/support/test_certificates.h"

#include <QFile>
#include <QProcess>
#include <QSslCertificate>
#include <QSslKey>

namespace signalbox {

namespace {

const QStringList newKey{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"};

} // namespace

TestCertificates::TestCertificates()
{
    openssl(QStringList{"req", "-x509"} + newKey +
            QStringList{"-subj", "/CN=Signalbox test authority", "-days", "30", "-keyout", path("ca.key"),
                        "-out", path("ca.pem")});
    m_authority = {content("ca.pem"), content("ca.key")};
}

CertifiedKey TestCertificates::certify(const QString &names, int days)
{
    QFile extensions(path("extensions"));
    if (!extensions.open(QIODevice::WriteOnly))
        qFatal("no place for test certificates");
    extensions.write("subjectAltName=" + names.toLatin1());
    extensions.close();
    openssl(QStringList{"req", "-new"} + newKey +
            QStringList{"-subj", "/CN=test", "-keyout", path("one.key"), "-out", path("one.csr")});
    openssl({"x509", "-req", "-in", path("one.csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"),
             "-CAcreateserial", "-days", QString::number(days), "-extfile", path("extensions"), "-out",
             path("one.pem")});
    return {content("one.pem"), content("one.key")};
}

CertifiedKey TestCertificates::selfSigned(const QString &names)
{
    openssl(QStringList{"req", "-x509"} + newKey +
            QStringList{"-subj", "/CN=test", "-addext", "subjectAltName=" + names, "-days", "30", "-keyout",
                        path("one.key"), "-out", path("one.pem")});
    return {content("one.pem"), content("one.key")};
}

QSslConfiguration TestCertificates::serverConfiguration(const CertifiedKey &shown, bool wantsClient) const
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setLocalCertificate(QSslCertificate(shown.certificate));
    configuration.setPrivateKey(QSslKey(shown.key, QSsl::Ec));
    configuration.setPeerVerifyMode(wantsClient ? QSslSocket::VerifyPeer : QSslSocket::VerifyNone);
    configuration.setCaCertificates({QSslCertificate(authority())});
    return configuration;
}

QByteArray TestCertificates::content(const QString &name) const
{
    QFile file(path(name));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no test certificate %s", qPrintable(name));
    return file.readAll();
}

void TestCertificates::openssl(const QStringList &arguments)
{
    QProcess process;
    process.start("openssl", arguments);
    if (!process.waitForFinished(60'000) || process.exitCode() != 0)
        qFatal("openssl: %s", process.readAllStandardError().constData());
}

} // namespace signalbox
