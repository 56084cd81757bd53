#include "tests/delivery/exchange_fixture.h"
#include "tests/support/raw_peer.h"
#include "tests/support/test_certificates.h"

#include <QDirIterator>
#include <QTest>

using namespace signalbox;

namespace {

const QByteArray ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const QString everyName = QStringLiteral("IP:127.0.0.1");

} // namespace

/// TLS as an endpoint wants it: certificates of its own, and never less verification.
class TestTls : public QObject
{
    Q_OBJECT
private slots:
    void ownAuthorityIsTrustedForItsEndpointOnly();
    void verifiesTheNameBehindAPinnedAddress();
    void showsTheClientCertificate();
    void connectionsAreNotSharedBetweenIdentities();
    void anothersKeyIsNotSentWith();
    void tellsTlsTime();
    void unusableMaterialIsRefused_data();
    void unusableMaterialIsRefused();
    void nothingTurnsVerificationOff();

private:
    ClaimedJob trusting(const QString &url)
    {
        ClaimedJob job = jobFor(url);
        job.tls.caCertificates = m_certificates.authority();
        return job;
    }

    TestCertificates m_certificates;
};

void TestTls::ownAuthorityIsTrustedForItsEndpointOnly()
{
    RawPeer peer(RawPeer::sends(ok), m_certificates.serverConfiguration(m_certificates.certify(everyName)));
    ExchangeFixture fixture;

    const ExchangeResult trusted = fixture.run(trusting(peer.url()));
    QVERIFY2(trusted.succeeded(), qPrintable(trusted.error));

    // The other endpoint's connection is still open; it must not be a way in
    const ExchangeResult other = fixture.run(jobFor(peer.url()));
    QCOMPARE(other.outcome, Outcome::NeverConnected);
    QVERIFY2(other.error.startsWith("TLS: "), qPrintable(other.error));
    QCOMPARE(peer.requests().size(), 1);
}

void TestTls::verifiesTheNameBehindAPinnedAddress()
{
    RawPeer peer(RawPeer::sends(ok),
                 m_certificates.serverConfiguration(m_certificates.certify("DNS:hooks.example.com")));
    ExchangeFixture fixture;
    ScriptedResolver resolver({{QHostAddress("127.0.0.1")}});

    const ClaimedJob named = trusting(QString("https://hooks.example.com:%1/").arg(peer.serverPort()));
    const ExchangeResult right = fixture.run(named, resolver);
    QVERIFY2(right.succeeded(), qPrintable(right.error));
    QVERIFY(peer.requests().constFirst().contains("Host: hooks.example.com:"));

    const ClaimedJob wrong = trusting(QString("https://other.example.com:%1/").arg(peer.serverPort()));
    QCOMPARE(fixture.run(wrong, resolver).outcome, Outcome::NeverConnected);
    QCOMPARE(peer.requests().size(), 1);
}

void TestTls::showsTheClientCertificate()
{
    RawPeer peer(RawPeer::sends(ok),
                 m_certificates.serverConfiguration(m_certificates.certify(everyName), true));
    ExchangeFixture fixture;
    const CertifiedKey client = m_certificates.certify("DNS:client");
    ClaimedJob job = trusting(peer.url());
    job.tls.clientCertificate = client.certificate;
    job.tls.clientKey = Secret(QString::fromLatin1(client.key));

    const ExchangeResult shown = fixture.run(job);
    QVERIFY2(shown.succeeded(), qPrintable(shown.error));

    // Without it the receiver hangs up
    QVERIFY(!fixture.run(trusting(peer.url())).succeeded());
    QCOMPARE(peer.requests().size(), 1);
}

void TestTls::connectionsAreNotSharedBetweenIdentities()
{
    // Given a receiver that takes every client certificate of the authority
    QSslConfiguration configuration =
        m_certificates.serverConfiguration(m_certificates.certify(everyName), true);
    RawPeer peer(RawPeer::sends(ok), configuration);
    ExchangeFixture fixture;
    QList<ClaimedJob> jobs;
    for (const char *endpoint : {"ep_a", "ep_b"}) {
        const CertifiedKey client = m_certificates.certify("DNS:client");
        ClaimedJob job = trusting(peer.url());
        job.endpointId = endpoint;
        job.tls.clientCertificate = client.certificate;
        job.tls.clientKey = Secret(QString::fromLatin1(client.key));
        jobs << job;
    }

    // When two endpoints with certificates of their own take turns
    for (int turn = 0; turn < 3; ++turn) {
        for (const ClaimedJob &job : std::as_const(jobs))
            QVERIFY(fixture.run(job).succeeded());
    }

    // Then each kept one connection, made with its own certificate
    QCOMPARE(peer.connections(), 2);
    QCOMPARE(peer.clientSerials().size(), 2);
    QVERIFY(!peer.clientSerials()[0].isEmpty());
    QVERIFY(peer.clientSerials()[0] != peer.clientSerials()[1]);
    QCOMPARE(peer.requests().size(), 6);
}

void TestTls::anothersKeyIsNotSentWith()
{
    // Given a connection that was made with one endpoint's certificate
    RawPeer peer(RawPeer::sends(ok),
                 m_certificates.serverConfiguration(m_certificates.certify(everyName), true));
    ExchangeFixture fixture;
    const CertifiedKey client = m_certificates.certify("DNS:client");
    ClaimedJob job = trusting(peer.url());
    job.tls.clientCertificate = client.certificate;
    job.tls.clientKey = Secret(QString::fromLatin1(client.key));
    QVERIFY(fixture.run(job).succeeded());

    // When another shows the same certificate, and has no key to it, then nothing of it goes out
    ClaimedJob other = job;
    other.endpointId = "ep_b";
    other.tls.clientKey = Secret(QString::fromLatin1(m_certificates.certify("DNS:other").key));
    const ExchangeResult refused = fixture.run(other);
    QCOMPARE(refused.outcome, Outcome::NeverConnected);
    QVERIFY2(refused.error.contains("another certificate"), qPrintable(refused.error));
    QCOMPARE(peer.requests().size(), 1);
}

void TestTls::tellsTlsTime()
{
    RawPeer peer(RawPeer::sends(ok), m_certificates.serverConfiguration(m_certificates.certify(everyName)));
    ExchangeFixture fixture;

    const ExchangeTimings first = fixture.run(trusting(peer.url())).timings;
    QVERIFY(first.tlsMs && *first.tlsMs > 0);
    QVERIFY(first.connectMs);
    QCOMPARE(first.reusedConnection, std::optional(false));

    const ExchangeTimings second = fixture.run(trusting(peer.url())).timings;
    QVERIFY(!second.tlsMs);
    QCOMPARE(second.reusedConnection, std::optional(true));
}

void TestTls::unusableMaterialIsRefused_data()
{
    const CertifiedKey client = m_certificates.certify("DNS:client");
    const QByteArray damaged = QByteArray(client.certificate).replace(60, 8, "!!!!!!!!");
    const QByteArray otherDer = "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n";
    QTest::addColumn<QByteArray>("authorities");
    QTest::addColumn<QByteArray>("certificate");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QString>("words");
    QTest::newRow("no PEM") << QByteArray("hello") << QByteArray() << QByteArray() << "no PEM block";
    QTest::newRow("damaged") << damaged << QByteArray() << QByteArray() << "damaged";
    QTest::newRow("no certificate in it") << otherDer << QByteArray() << QByteArray() << "cannot be read";
    QTest::newRow("key among authorities")
        << client.certificate + client.key << QByteArray() << QByteArray() << "private key";
    QTest::newRow("no end") << client.certificate.left(80) << QByteArray() << QByteArray() << "no end";
    QTest::newRow("no key") << QByteArray() << client.certificate << QByteArray() << "key is missing";
    QTest::newRow("no certificate") << QByteArray() << QByteArray() << client.key << "no certificate";
    QTest::newRow("certificate for a key")
        << QByteArray() << client.certificate << client.certificate << "not one private key";
    QTest::newRow("encrypted") << QByteArray() << client.certificate
                               << QByteArray("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAMCAQE=\n"
                                             "-----END ENCRYPTED PRIVATE KEY-----\n")
                               << "encrypted";
}

void TestTls::unusableMaterialIsRefused()
{
    QFETCH(const QByteArray, authorities);
    QFETCH(const QByteArray, certificate);
    QFETCH(const QByteArray, key);
    QFETCH(const QString, words);
    RawPeer peer(RawPeer::sends(ok), m_certificates.serverConfiguration(m_certificates.certify(everyName)));
    ExchangeFixture fixture;
    ClaimedJob job = jobFor(peer.url());
    job.tls = {authorities, certificate, Secret(QString::fromLatin1(key))};

    const ExchangeResult result = fixture.run(job);

    QCOMPARE(result.outcome, Outcome::NeverConnected);
    QVERIFY2(result.error.contains(words), qPrintable(result.error));
    QVERIFY(!result.error.contains("MII"));
    QCOMPARE(peer.connections(), 0);
}

void TestTls::nothingTurnsVerificationOff()
{
    int files = 0;
    for (const char *folder : {"/app", "/models", "/ui"}) {
        QDirIterator sources(QString(SIGNALBOX_SOURCE_DIR) + folder, {"*.cpp", "*.h"}, QDir::Files,
                             QDirIterator::Subdirectories);
        while (sources.hasNext()) {
            QFile file(sources.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray text = file.readAll();
            for (const char *word :
                 {"ignoreSslErrors", "VerifyNone", "QueryPeer", "setPeerVerifyMode", "setPeerVerifyDepth"})
                QVERIFY2(!text.contains(word), qPrintable(file.fileName() + ": " + word));
            ++files;
        }
    }
    QVERIFY(files > 100);
}

QTEST_GUILESS_MAIN(TestTls)
#include "test_tls.moc"
