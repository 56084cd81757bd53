#include "app/delivery/response_text.h"
#include "tests/delivery/exchange_fixture.h"
#include "tests/support/memory_gauge.h"
#include "tests/support/raw_peer.h"
#include "tests/support/test_certificates.h"

#include <QTest>
#include <QTimer>

using namespace signalbox;

Q_DECLARE_METATYPE(signalbox::Outcome)
Q_DECLARE_METATYPE(signalbox::RawPeer::Act)

namespace {

QByteArray withLength(qint64 length, const QByteArray &body)
{
    return "HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(length) + "\r\n\r\n" + body;
}

QByteArray thousandHeaders()
{
    QByteArray head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n";
    for (int i = 0; i < 1'000; ++i)
        head += "X-" + QByteArray::number(i) + ": value\r\n";
    return head + "\r\nok";
}

// 20 KiB of gzip that would be 20 MiB of zeros.
QByteArray gzipBomb()
{
    const QByteArray deflated = qCompress(QByteArray(20 * mebibyte, 0), 9).mid(6);
    return "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
           QByteArray::number(deflated.size() + 10) + "\r\n\r\n" +
           QByteArray::fromHex("1f8b0800000000000003") + deflated;
}

RawPeer::Act drips(const QByteArray &first)
{
    return [first](QSslSocket &socket) {
        socket.write(first);
        auto *timer = new QTimer(&socket);
        QObject::connect(timer, &QTimer::timeout, &socket, [&socket] { socket.write("."); });
        timer->start(20);
    };
}

// RST once what was written has left, so that the reset does not discard it.
RawPeer::Act sendsAndResets(const QByteArray &bytes)
{
    return [bytes](QSslSocket &socket) {
        QObject::connect(&socket, &QSslSocket::bytesWritten, &socket, [&socket] {
            if (socket.bytesToWrite() == 0)
                QTimer::singleShot(20, &socket, [&socket] { RawPeer::reset(socket); });
        });
        socket.write(bytes);
    };
}

// SETTINGS, then GOAWAY (error 2) or RST_STREAM of stream 1.
const QByteArray http2Settings = QByteArray::fromHex("000000040000000000");
const QByteArray http2GoAway = QByteArray::fromHex("0000080700000000000000000000000002");
const QByteArray http2Reset = QByteArray::fromHex("00000403000000000100000002");

} // namespace

/// Every way a receiver can be broken gives one attempt with clear words, on time, once, in bounded memory.
class TestBrokenPeers : public QObject
{
    Q_OBJECT
private slots:
    void everyBrokenPeer_data();
    void everyBrokenPeer();
    void brokenTls_data();
    void brokenTls();
    void nothingListens();
    void nameDoesNotResolve();

private:
    void addBodies();
    void addHeads();
    void addNoAnswers();

    TestCertificates m_certificates;
};

void TestBrokenPeers::addNoAnswers()
{
    const auto add = [](const char *name, const RawPeer::Act &act, const char *words) {
        QTest::newRow(name) << act << Outcome::NoAnswer << 0 << QString(words);
    };
    add(
        "stall", [](QSslSocket &) {}, "timed out after 4 s");
    add(
        "close after request", [](QSslSocket &socket) { socket.disconnectFromHost(); }, "closed or reset");
    add("reset before headers", RawPeer::reset, "closed or reset");
    add("half a status line", RawPeer::sendsAndCloses("HTTP/1."), "closed or reset");
    add("drip before the status line", drips("HTTP/1.1 2"), "timed out after 4 s");
    add("garbage", RawPeer::sends("SSH-2.0-OpenSSH_9.2\r\n\r\n"), "no HTTP");
    add("garbage status", RawPeer::sends("HTTP/1.1 OK 200\r\n\r\n"), "");
    add("NUL", RawPeer::sendsAndCloses(QByteArray(100, '\0')), "no HTTP");
    add("HTTP/2 GOAWAY", RawPeer::sendsAndCloses(http2Settings + http2GoAway), "no HTTP");
    add("HTTP/2 RST_STREAM", RawPeer::sendsAndCloses(http2Settings + http2Reset), "no HTTP");
    add("100 and nothing more", RawPeer::sends("HTTP/1.1 100 Continue\r\n\r\n"), "timed out after 4 s");
    add("TLS on the plain port", RawPeer::sendsAndCloses(QByteArray::fromHex("15030100020228")), "no HTTP");
}

void TestBrokenPeers::addBodies()
{
    const auto add = [](const char *name, const RawPeer::Act &act, const char *words) {
        QTest::newRow(name) << act << Outcome::Answered << 200 << QString(words);
    };
    add("reset after headers", sendsAndResets(withLength(100, "ok")), "ended early");
    add("truncated body", RawPeer::sendsAndCloses(withLength(100, "ok")), "ended early");
    add("more than Content-Length", RawPeer::sendsAndCloses(withLength(2, "okokok")), "");
    add("negative Content-Length", RawPeer::sendsAndCloses(withLength(-5, "ok")), "");
    add("drip", drips("HTTP/1.1 200 OK\r\n\r\n"), "cut by the deadline of 4 s");
    add("truncated chunk",
        RawPeer::sendsAndCloses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nok"),
        "ended early");
    add("100 MB body", RawPeer::pours(withLength(100'000'000, {}), QByteArray(64 * 1024, 'x')),
        "cut at 64 KiB");
    add("endless body", RawPeer::pours("HTTP/1.1 200 OK\r\n\r\n", QByteArray(64 * 1024, 'x')),
        "cut at 64 KiB");
    add("gzip bomb", RawPeer::sends(gzipBomb()), "");
    add("100-continue", RawPeer::sends("HTTP/1.1 100 Continue\r\n\r\n" + withLength(2, "ok")), "");
    add("102", RawPeer::sends("HTTP/1.1 102 Processing\r\n\r\n" + withLength(2, "ok")), "");
    add("103", RawPeer::sends("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + withLength(2, "ok")), "");
    add("drip after the status line", drips("HTTP/1.1 200 OK\r\nX-A: "), "cut by the deadline of 4 s");
    add("non-UTF-8 body", RawPeer::sends(withLength(4, "caf\xe9")), "");
    add("NUL in body", RawPeer::sends(withLength(3, QByteArray("a\0b", 3))), "");
}

void TestBrokenPeers::addHeads()
{
    const auto add = [](const char *name, const QByteArray &answer, const char *words) {
        QTest::newRow(name) << RawPeer::sends(answer) << Outcome::Answered << 200 << QString(words);
    };
    add("1000 headers", thousandHeaders(), "");
    add("non-UTF-8 header", "HTTP/1.1 200 OK\r\nX-\xe9: caf\xe9\r\nContent-Length: 2\r\n\r\nok", "");
    add("NUL in header", QByteArray("HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 2\r\n\r\nok", 51), "");
    add("no reason phrase", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", "");
    add("header without a colon", "HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 2\r\n\r\nok", "");
}

void TestBrokenPeers::everyBrokenPeer_data()
{
    QTest::addColumn<RawPeer::Act>("act");
    QTest::addColumn<Outcome>("outcome");
    QTest::addColumn<int>("status");    // 0: none
    QTest::addColumn<QString>("words"); // in error or note
    addNoAnswers();
    addBodies();
    addHeads();
}

void TestBrokenPeers::everyBrokenPeer()
{
    QFETCH(const RawPeer::Act, act);
    QFETCH(const Outcome, outcome);
    QFETCH(const int, status);
    QFETCH(const QString, words);
    RawPeer peer(act);
    ExchangeFixture fixture;
    ClaimedJob job = jobFor(peer.url());
    job.timeoutMs = 4'000;
    MemoryGauge memory;

    const ExchangeResult result = fixture.run(job);

    QVERIFY2(result.outcome == outcome, qPrintable(outcomeName(result.outcome) + ' ' + result.error));
    QCOMPARE(result.statusCode.value_or(0), status);
    QVERIFY2((result.error + result.note).contains(words), qPrintable(result.error + " / " + result.note));
    QVERIFY(outcome == Outcome::Answered || !result.error.isEmpty());
    QVERIFY(result.responseBody.size() <= responseLimit);
    QVERIFY(!result.responseBody.contains('\0'));
    QCOMPARE(QString::fromUtf8(result.responseBody).toUtf8(), result.responseBody);
    for (const HttpHeader &header : result.responseHeaders)
        QVERIFY(!header.name.contains(QChar(0)) && !header.value.contains(QChar(0)));
    QCOMPARE(peer.requests().size(), 1);
    QVERIFY2(memory.growth() < mostGrowth, qPrintable(QString::number(memory.growth() / mebibyte)));
}

void TestBrokenPeers::brokenTls_data()
{
    const auto configured = [this](const CertifiedKey &shown) {
        return m_certificates.serverConfiguration(shown);
    };
    QTest::addColumn<QSslConfiguration>("server");
    QTest::addColumn<bool>("speaksTls");
    QTest::addColumn<QString>("words");
    QTest::newRow("name mismatch") << configured(m_certificates.certify("DNS:other.example.com")) << true
                                   << "no alternative certificate subject name matches";
    QTest::newRow("expired") << configured(m_certificates.certify("IP:127.0.0.1", -1)) << true << "expired";
    QTest::newRow("self-signed") << configured(m_certificates.selfSigned("IP:127.0.0.1")) << true
                                 << "self-signed";
    QTest::newRow("plain HTTP on the TLS port") << QSslConfiguration() << false << "TLS: ";
}

void TestBrokenPeers::brokenTls()
{
    QFETCH(const QSslConfiguration, server);
    QFETCH(const bool, speaksTls);
    QFETCH(const QString, words);
    ExchangeFixture fixture;
    std::optional<QSslConfiguration> tls;
    if (speaksTls)
        tls = server;
    RawPeer peer(RawPeer::sends(withLength(2, "ok")), tls);
    // A server that speaks first shows the client that this is no TLS.
    connect(&peer, &RawPeer::connected, &peer, [speaksTls](QSslSocket *socket) {
        if (!speaksTls)
            socket->write("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    ClaimedJob job = jobFor(peer.url().replace("http://", "https://"));
    job.tls.caCertificates = m_certificates.authority();

    const ExchangeResult result = fixture.run(job);

    QCOMPARE(result.outcome, Outcome::NeverConnected);
    QVERIFY2(result.error.startsWith("TLS: ") && result.error.contains(words), qPrintable(result.error));
    QCOMPARE(peer.requests().size(), 0);
}

void TestBrokenPeers::nothingListens()
{
    QString url;
    {
        const RawPeer gone(RawPeer::sends({}));
        url = gone.url();
    }
    ExchangeFixture fixture;
    const ExchangeResult result = fixture.run(jobFor(url));
    QCOMPARE(result.outcome, Outcome::NeverConnected);
    QCOMPARE(result.error, QString("connection refused"));
}

void TestBrokenPeers::nameDoesNotResolve()
{
    ExchangeFixture fixture;
    // The system's resolver, and a name that is never anybody's (RFC 2606)
    const ExchangeResult result = fixture.run(jobFor("http://hooks.invalid/"));
    QCOMPARE(result.outcome, Outcome::NeverConnected);
    QVERIFY2(result.error.startsWith("resolve hooks.invalid: "), qPrintable(result.error));
    QVERIFY(result.timings.dnsMs);
}

QTEST_GUILESS_MAIN(TestBrokenPeers)
#include "test_broken_peers.moc"
