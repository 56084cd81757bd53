#include "app/delivery/system_resolver.h"
#include "tests/delivery/exchange_fixture.h"
#include "tests/support/memory_gauge.h"
#include "tests/support/raw_peer.h"
#include "tests/support/test_certificates.h"

#include <QTest>
#include <QTimer>

using namespace signalbox;

/// Peers that never stop: what they pour is read up to the limits, no memory grows, and others go on.
class TestFloods : public QObject
{
    Q_OBJECT
private slots:
    void headerOfOneMegabyte_data();
    void headerOfOneMegabyte();
    void floods_data();
    void floods();
    void floodLeavesOthersAlone();

private:
    TestCertificates m_certificates;
};

void TestFloods::headerOfOneMegabyte_data()
{
    QTest::addColumn<bool>("tls");
    QTest::newRow("plain") << false;
    QTest::newRow("TLS") << true;
}

void TestFloods::headerOfOneMegabyte()
{
    QFETCH(const bool, tls);
    std::optional<QSslConfiguration> server;
    if (tls)
        server = m_certificates.serverConfiguration(m_certificates.certify("IP:127.0.0.1"));
    RawPeer peer(RawPeer::sendsAndCloses("HTTP/1.1 200 OK\r\nX-A: " + QByteArray(mebibyte, 'x') +
                                         "\r\nContent-Length: 2\r\n\r\nok"),
                 server);
    ExchangeFixture fixture;
    ClaimedJob job = jobFor(peer.url());
    job.tls.caCertificates = m_certificates.authority();
    MemoryGauge memory;

    const ExchangeResult result = fixture.run(job);

    QVERIFY2(result.succeeded(), qPrintable(result.error));
    QVERIFY2(!result.note.isEmpty(), qPrintable(result.note));
    for (const HttpHeader &header : result.responseHeaders)
        QVERIFY(header.value.size() <= 8 * 1024);
    QVERIFY2(memory.growth() < mostGrowth, qPrintable(QString::number(memory.growth() / mebibyte)));
}

void TestFloods::floods_data()
{
    QTest::addColumn<bool>("tls");
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("again");
    QTest::addColumn<int>("status");
    const QByteArray x(16 * 1024, 'x'), digits(16 * 1024, '1');
    QByteArray lines;
    for (int i = 0; i < 1'000; ++i)
        lines += "X-A: y\r\n";
    for (const bool tls : {false, true}) {
        const QByteArray over = tls ? "TLS, " : "plain, ";
        const auto add = [&](const QByteArray &name, const QByteArray &first, const QByteArray &again,
                             int status) {
            QTest::newRow((over + name).constData()) << tls << first << again << status;
        };
        add("endless status line", "HTTP/1.1 200 ", x, 0);
        add("endless header", "HTTP/1.1 200 OK\r\nX-A: ", x, 200);
        add("endless headers", "HTTP/1.1 200 OK\r\n", lines, 200);
        add("endless chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", digits, 200);
    }
}

void TestFloods::floods()
{
    QFETCH(const bool, tls);
    QFETCH(const QByteArray, first);
    QFETCH(const QByteArray, again);
    QFETCH(const int, status);
    std::optional<QSslConfiguration> server;
    if (tls)
        server = m_certificates.serverConfiguration(m_certificates.certify("IP:127.0.0.1"));
    RawPeer peer(RawPeer::pours(first, again), server);
    ExchangeFixture fixture;
    ClaimedJob job = jobFor(peer.url());
    job.tls.caCertificates = m_certificates.authority();
    job.timeoutMs = 120'000; // the deadline is not what ends it
    MemoryGauge memory;

    const ExchangeResult result = fixture.run(job);

    QCOMPARE(result.outcome, status ? Outcome::Answered : Outcome::NoAnswer);
    QCOMPARE(result.statusCode.value_or(0), status);
    QVERIFY2(!(result.error + result.note).isEmpty(), qPrintable(result.error + result.note));
    QVERIFY2(memory.growth() < mostGrowth, qPrintable(QString::number(memory.growth() / mebibyte)));
}

void TestFloods::floodLeavesOthersAlone()
{
    // Given a peer that floods one path and takes its time on another
    int requests = 0;
    RawPeer peer([&requests](QSslSocket &socket) {
        if (++requests == 1)
            QTimer::singleShot(2'500, &socket, [&socket] {
                socket.write(QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
            });
        else
            RawPeer::pours("HTTP/1.1 200 OK\r\nX-A: ", QByteArray(16 * 1024, 'x'))(socket);
    });
    ExchangeFixture fixture;
    SystemResolver resolver;
    ClaimedJob slow = jobFor(peer.url());
    slow.timeoutMs = 20'000;
    Exchange patient(slow, fixture.tools(resolver));
    std::optional<ExchangeResult> answered;
    connect(&patient, &Exchange::finished, this,
            [&answered](const ExchangeResult &result) { answered = result; });
    patient.start();
    QTRY_COMPARE(peer.requests().size(), 1);

    ClaimedJob flooded = slow;
    flooded.endpointId = "ep_2";
    QVERIFY(fixture.run(flooded).responseCut);

    // Then the patient one still gets its answer
    QTRY_VERIFY_WITH_TIMEOUT(answered.has_value(), 20'000);
    QVERIFY2(answered->succeeded(), qPrintable(answered->error));
}

QTEST_GUILESS_MAIN(TestFloods)
#include "test_floods.moc"
