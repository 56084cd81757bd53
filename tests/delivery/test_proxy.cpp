#include "app/core/proxy.h"
#include "tests/delivery/exchange_fixture.h"
#include "tests/support/loopback_receiver.h"
#include "tests/support/raw_peer.h"
#include "tests/support/test_certificates.h"
#include "tests/support/tiny_proxy.h"
#include "tests/support/tiny_socks.h"

#include <QTest>

using namespace signalbox;

/// Deliveries through a proxy: what it is asked for, what it is told, and what is said when it refuses.
class TestProxy : public QObject
{
    Q_OBJECT
private slots:
    void asksForTheJudgedAddress();
    void tunnelsTls();
    void tunnelsOverSocks_data();
    void tunnelsOverSocks();
    void secondAnswerOfANameIsNeverUsed();
    void judgesAddressesBeforeTheProxyIsAsked();
    void credentials();
    void proxyThatIsNotThereWasNeverConnected();
    void noProxyUnlessConfigured();
    void readsUrls_data();
    void readsUrls();
};

void TestProxy::asksForTheJudgedAddress()
{
    // Given a name that resolves to a public address, and a proxy
    LoopbackReceiver receiver;
    TinyProxy proxy(receiver.port());
    ExchangeFixture fixture(*readProxy(proxy.url()));
    ScriptedResolver resolver({{QHostAddress("93.184.216.34")}});
    ClaimedJob job = jobFor("http://hooks.example.com:8080/a");
    job.allowPrivateNetwork = false;

    const ExchangeResult result = fixture.run(job, resolver);

    // Then the proxy makes a tunnel to that very address, and the receiver sees the name
    QVERIFY2(result.succeeded(), qPrintable(result.error));
    QCOMPARE(proxy.targets(), QStringList{"93.184.216.34:8080"});
    QCOMPARE(proxy.otherRequests(), QStringList());
    QCOMPARE(receiver.requests().size(), 1);
    QCOMPARE(receiver.requests().constFirst().header("host"), QByteArray("hooks.example.com:8080"));
    QCOMPARE(receiver.requests().constFirst().path, QByteArray("/a"));
}

void TestProxy::tunnelsTls()
{
    TestCertificates certificates;
    RawPeer peer(RawPeer::sends("HTTP/1.1 204 No Content\r\n\r\n"),
                 certificates.serverConfiguration(certificates.certify("DNS:hooks.example.com")));
    TinyProxy proxy(peer.serverPort());
    ExchangeFixture fixture(*readProxy(proxy.url()));
    ScriptedResolver resolver({{QHostAddress("93.184.216.34")}});
    ClaimedJob job = jobFor("https://hooks.example.com/");
    job.tls.caCertificates = certificates.authority();

    const ExchangeResult result = fixture.run(job, resolver);

    QVERIFY2(result.succeeded(), qPrintable(result.error));
    QCOMPARE(proxy.targets(), QStringList{"93.184.216.34:443"});
    // The proxy is no way around the certificate's name
    const ClaimedJob other = [&] {
        ClaimedJob made = jobFor("https://other.example.com/");
        made.tls = job.tls;
        return made;
    }();
    const ExchangeResult mismatch = fixture.run(other, resolver);
    QCOMPARE(mismatch.outcome, Outcome::NeverConnected);
    QCOMPARE(peer.requests().size(), 1);
}

void TestProxy::tunnelsOverSocks_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("usesTls");
    QTest::addColumn<QString>("target");
    QTest::newRow("plain") << "http://hooks.example.com:8080/a" << false << "93.184.216.34:8080";
    QTest::newRow("TLS") << "https://hooks.example.com/" << true << "93.184.216.34:443";
}

void TestProxy::tunnelsOverSocks()
{
    QFETCH(QString, url);
    QFETCH(bool, usesTls);
    QFETCH(QString, target);
    TestCertificates certificates;
    RawPeer peer(RawPeer::sends("HTTP/1.1 204 No Content\r\n\r\n"),
                 usesTls ? std::optional(certificates.serverConfiguration(
                               certificates.certify("DNS:hooks.example.com")))
                         : std::nullopt);
    TinySocks proxy(peer.serverPort());
    ExchangeFixture fixture(*readProxy(proxy.url()));
    ScriptedResolver resolver({{QHostAddress("93.184.216.34")}});
    ClaimedJob job = jobFor(url);
    job.allowPrivateNetwork = false;
    job.tls.caCertificates = certificates.authority();

    const ExchangeResult result = fixture.run(job, resolver);

    // The proxy is given the judged address, never the name
    QVERIFY2(result.succeeded(), qPrintable(result.error));
    QCOMPARE(proxy.targets(), QStringList{target});
    QCOMPARE(peer.requests().size(), 1);
    QVERIFY(peer.requests().constFirst().contains("hooks.example.com"));
}

void TestProxy::secondAnswerOfANameIsNeverUsed()
{
    // Given a name that answers with a public address first and a private one next
    LoopbackReceiver receiver;
    TinyProxy proxy(receiver.port());
    ExchangeFixture fixture(*readProxy(proxy.url()));
    ScriptedResolver resolver({{QHostAddress("93.184.216.34")}, {QHostAddress("127.0.0.1")}});
    ClaimedJob job = jobFor(QString("http://rebind.example.com:%1/").arg(receiver.port()));
    job.allowPrivateNetwork = false;

    // When an attempt is made, then one answer is asked for, judged and used
    QVERIFY(fixture.run(job, resolver).succeeded());
    QCOMPARE(resolver.asked(), 1);
    const QStringList first{QString("93.184.216.34:%1").arg(receiver.port())};
    QCOMPARE(proxy.targets(), first);

    // And the next attempt is judged by its own answer: nothing reaches the private address, not even by the
    // connection that is still there
    const ExchangeResult second = fixture.run(job, resolver);
    QCOMPARE(resolver.asked(), 2);
    QCOMPARE(second.outcome, Outcome::NeverConnected);
    QVERIFY2(second.error.startsWith("address refused: 127.0.0.1"), qPrintable(second.error));
    QCOMPARE(proxy.targets(), first);
    QCOMPARE(receiver.requests().size(), 1);
}

void TestProxy::judgesAddressesBeforeTheProxyIsAsked()
{
    LoopbackReceiver receiver;
    TinyProxy proxy(receiver.port());
    ExchangeFixture fixture(*readProxy(proxy.url()));
    ClaimedJob job = jobFor("http://169.254.169.254/latest/meta-data");
    job.allowPrivateNetwork = false;

    QVERIFY(fixture.run(job).error.startsWith("address refused"));
    QCOMPARE(proxy.targets(), QStringList());
}

void TestProxy::credentials()
{
    LoopbackReceiver receiver;
    TinyProxy proxy(receiver.port());
    proxy.demand("worker:pass word");
    ClaimedJob job = jobFor("http://93.184.216.34/");

    ExchangeFixture without(*readProxy(proxy.url()));
    const ExchangeResult refused = without.run(job);
    QCOMPARE(refused.outcome, Outcome::NeverConnected);
    QVERIFY2(refused.error.contains("proxy wants a user and password"), qPrintable(refused.error));

    ExchangeFixture wrong(*readProxy(proxy.url("worker:hunter2")));
    const ExchangeResult denied = wrong.run(job);
    QCOMPARE(denied.outcome, Outcome::NeverConnected);
    QVERIFY2(denied.error.contains("proxy"), qPrintable(denied.error));
    QVERIFY(!denied.error.contains("hunter2"));
    QCOMPARE(receiver.requests().size(), 0);

    ExchangeFixture right(*readProxy(proxy.url("worker:pass%20word")));
    const ExchangeResult passed = right.run(job);
    QVERIFY2(passed.succeeded(), qPrintable(passed.error));
    // The receiver is not told how the proxy was entered
    QVERIFY(receiver.requests().constFirst().header("proxy-authorization").isEmpty());
}

void TestProxy::proxyThatIsNotThereWasNeverConnected()
{
    LoopbackReceiver receiver;
    QString url;
    {
        const TinyProxy gone(receiver.port());
        url = gone.url();
    }
    ExchangeFixture fixture(*readProxy(url));

    const ExchangeResult result = fixture.run(jobFor(receiver.url()));

    QCOMPARE(result.outcome, Outcome::NeverConnected);
    QVERIFY2(result.error.contains("proxy", Qt::CaseInsensitive) && result.error.contains("refused"),
             qPrintable(result.error));
    QCOMPARE(receiver.connections(), 0); // never past it
}

void TestProxy::noProxyUnlessConfigured()
{
    LoopbackReceiver receiver;
    TinyProxy proxy(receiver.port());
    for (const char *name : {"http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"})
        qputenv(name, proxy.url().toLatin1());
    ExchangeFixture fixture;

    QVERIFY(fixture.run(jobFor(receiver.url())).succeeded());
    QCOMPARE(proxy.targets() + proxy.otherRequests(), QStringList());
}

void TestProxy::readsUrls_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("text"); // without the password; empty: refused
    QTest::newRow("http") << "http://proxy.example.com:3128"
                          << "http://proxy.example.com:3128";
    QTest::newRow("socks5") << "socks5://10.0.0.1:1080/"
                            << "socks5://10.0.0.1:1080";
    QTest::newRow("password") << "http://u:hunter2@proxy:3128"
                              << "http://u@proxy:3128";
    QTest::newRow("IPv6") << "http://[::1]:3128"
                          << "http://[::1]:3128";
    QTest::newRow("https") << "https://proxy:3128"
                           << "";
    QTest::newRow("no scheme") << "proxy:3128"
                               << "";
    QTest::newRow("no port") << "http://u:hunter2@proxy"
                             << "";
    QTest::newRow("no host") << "http://:3128"
                             << "";
    QTest::newRow("path") << "http://proxy:3128/hunter2"
                          << "";
}

void TestProxy::readsUrls()
{
    QFETCH(const QString, url);
    QFETCH(const QString, text);
    const auto proxy = readProxy(url);
    QCOMPARE(proxy.has_value(), !text.isEmpty());
    if (proxy)
        QCOMPARE(proxy->text(), text);
    else
        QVERIFY(!proxy.error().line().contains("hunter2"));
}

QTEST_GUILESS_MAIN(TestProxy)
#include "test_proxy.moc"
