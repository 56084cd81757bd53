#include "app/core/credentials.h"
#include "app/delivery/response_text.h"
#include "tests/delivery/exchange_fixture.h"
#include "tests/support/loopback_receiver.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>

#include <optional>

using namespace signalbox;
using Manner = ReceiverAnswer::Manner;

namespace {

/// Never answers, as a broken name server does.
class SilentResolver final : public Resolver
{
public:
    void resolve(const QString &, QObject *, Reply<QList<QHostAddress>>) override {}
};

} // namespace

/// One exchange: what is sent, how often, where to, and what is recorded.
class TestExchange : public QObject
{
    Q_OBJECT
private slots:
    void silentTlsPeerWasNeverConnected();
    void deadlineCoversResolving();
    void deadlineCutsDrippingBody();
    void readsAtMost64KiB();
    void postsOncePerAttemptWhenKeptConnectionDies();
    void triesNextAddressOnlyWhenNotConnected();
    void refusesPrivateAddresses_data();
    void refusesPrivateAddresses();
    void refusesNameWithOneBadAddress();
    void judgesEveryResolution();
    void sendsNameInHostHeader();
    void storesTextThatDatabasesTake();
    void tellsPhases();
    void masksEverySignature();
    void refusesACustomHeaderThatCarriesTheSignature();

private:
    ExchangeResult run(const ClaimedJob &job, Resolver &resolver) { return m_fixture.run(job, resolver); }
    ExchangeResult run(const ClaimedJob &job) { return m_fixture.run(job); }

    ExchangeFixture m_fixture;
};

void TestExchange::silentTlsPeerWasNeverConnected()
{
    // Given a peer that takes the connection and never shakes hands
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    ClaimedJob job = jobFor(QString("https://127.0.0.1:%1/").arg(server.serverPort()));
    job.timeoutMs = 300;

    const ExchangeResult result = run(job);

    QCOMPARE(result.outcome, Outcome::NeverConnected);
    QCOMPARE(result.error, QString("timed out after 300 ms without a connection"));
}

void TestExchange::deadlineCoversResolving()
{
    SilentResolver resolver;
    ClaimedJob job = jobFor("http://hooks.example.com/");
    job.timeoutMs = 100;

    const ExchangeResult result = run(job, resolver);

    QCOMPARE(result.outcome, Outcome::NeverConnected);
    QVERIFY(result.error.startsWith("timed out after 100 ms"));
    QVERIFY(result.durationMs >= 100);
}

void TestExchange::deadlineCutsDrippingBody()
{
    LoopbackReceiver receiver;
    receiver.answerAlways(ReceiverAnswer::inManner(Manner::Drip));
    ClaimedJob job = jobFor(receiver.url());
    job.timeoutMs = 300;

    const ExchangeResult result = run(job);

    QVERIFY(result.succeeded());
    QVERIFY(result.responseCut);
    QCOMPARE(result.note, QString("response cut by the deadline of 300 ms"));
}

void TestExchange::readsAtMost64KiB()
{
    LoopbackReceiver receiver;
    receiver.answerAlways(ReceiverAnswer::inManner(Manner::Endless));

    const ExchangeResult endless = run(jobFor(receiver.url()));

    QVERIFY(endless.succeeded());
    QCOMPARE(endless.responseBody.size(), responseLimit);
    QCOMPARE(endless.note, QString("response cut at 64 KiB"));

    // A body of just that size is whole
    receiver.answerAlways({200, QByteArray(responseLimit, 'y'), {}, 0, Manner::Whole});
    const ExchangeResult whole = run(jobFor(receiver.url()));
    QCOMPARE(whole.responseBody.size(), responseLimit);
    QVERIFY(!whole.responseCut);
}

void TestExchange::postsOncePerAttemptWhenKeptConnectionDies()
{
    // Given connections that die when the second request arrives on them
    LoopbackReceiver receiver;
    receiver.answerBy([](const ReceivedRequest &request) {
        return request.onConnection == 2 ? ReceiverAnswer::inManner(Manner::Close) : ReceiverAnswer();
    });

    // When six attempts are made, one after the other
    int answered = 0, unanswered = 0;
    for (int i = 0; i < 6; ++i) {
        const ExchangeResult result = run(jobFor(receiver.url()));
        ++(result.outcome == Outcome::Answered ? answered : unanswered);
    }

    // Then every attempt was one POST, and those that died say so
    QCOMPARE(receiver.requests().size(), 6);
    QCOMPARE(answered, 3);
    QCOMPARE(unanswered, 3);
}

void TestExchange::triesNextAddressOnlyWhenNotConnected()
{
    // Given a name with one address where nobody listens, and one where somebody does
    LoopbackReceiver receiver;
    ScriptedResolver resolver({{QHostAddress("127.0.0.2"), QHostAddress("127.0.0.1")}});
    const ClaimedJob job = jobFor(QString("http://hooks.example.com:%1/").arg(receiver.port()));

    QVERIFY(run(job, resolver).succeeded());

    // A request that was sent is not sent to another address
    receiver.answerAlways(ReceiverAnswer::inManner(Manner::Close));
    ScriptedResolver twice({{QHostAddress("127.0.0.1"), QHostAddress("127.0.0.1")}});
    const qsizetype before = receiver.requests().size();
    QCOMPARE(run(job, twice).outcome, Outcome::NoAnswer);
    QCOMPARE(receiver.requests().size(), before + 1);
}

void TestExchange::refusesPrivateAddresses_data()
{
    QTest::addColumn<QString>("host");
    for (const char *host : {"127.0.0.1", "10.1.2.3", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]",
                             "[fd00::1]", "[64:ff9b::10.0.0.1]", "0.0.0.0"})
        QTest::newRow(host) << QString(host);
}

void TestExchange::refusesPrivateAddresses()
{
    QFETCH(QString, host);
    LoopbackReceiver receiver;
    ClaimedJob job = jobFor(QString("http://%1:%2/").arg(host).arg(receiver.port()));
    job.allowPrivateNetwork = false;

    const ExchangeResult result = run(job);

    QCOMPARE(result.outcome, Outcome::NeverConnected);
    QVERIFY2(result.error.startsWith("address refused"), qPrintable(result.error));
    QCOMPARE(receiver.connections(), 0);
}

void TestExchange::refusesNameWithOneBadAddress()
{
    LoopbackReceiver receiver;
    ScriptedResolver resolver({{QHostAddress("93.184.216.34"), QHostAddress("127.0.0.1")}});
    ClaimedJob job = jobFor(QString("http://hooks.example.com:%1/").arg(receiver.port()));
    job.allowPrivateNetwork = false;

    QVERIFY(run(job, resolver).error.startsWith("address refused"));
    QCOMPARE(receiver.connections(), 0);
}

void TestExchange::judgesEveryResolution()
{
    // Given a connection that was made while private networks were allowed, and kept
    LoopbackReceiver receiver;
    ScriptedResolver resolver({{QHostAddress("127.0.0.1")}});
    ClaimedJob job = jobFor(QString("http://hooks.example.com:%1/").arg(receiver.port()));
    QVERIFY(run(job, resolver).succeeded());

    // When they no longer are, then the kept connection is no way around
    job.allowPrivateNetwork = false;
    QVERIFY(run(job, resolver).error.startsWith("address refused"));
    QCOMPARE(receiver.requests().size(), 1);
}

void TestExchange::sendsNameInHostHeader()
{
    LoopbackReceiver receiver;
    ScriptedResolver resolver({{QHostAddress("127.0.0.1")}});

    run(jobFor(QString("http://hooks.example.com:%1/a/b?c=d%20e").arg(receiver.port())), resolver);

    const ReceivedRequest &request = receiver.requests().constFirst();
    QCOMPARE(request.header("host"), "hooks.example.com:" + QByteArray::number(receiver.port()));
    QCOMPARE(request.path, QByteArray("/a/b?c=d%20e"));
    QCOMPARE(request.method, QByteArray("POST"));
    QCOMPARE(request.header("content-length"), QByteArray::number(request.body.size()));
}

void TestExchange::storesTextThatDatabasesTake()
{
    QCOMPARE(storableText(QByteArray("a\0b", 3)), QByteArray("ab"));
    QCOMPARE(storableText("caf\xe9!"), QByteArray("caf\xef\xbf\xbd!"));
    QCOMPARE(storableText("caf\xc3\xa9", 4), QByteArray("caf"));
    QCOMPARE(storableText("\xef\xbb\xbf{}"), QByteArray("\xef\xbb\xbf{}"));
    QCOMPARE(storableText("\xe9\xe9\xe9", 4), QByteArray("\xef\xbf\xbd"));
}

void TestExchange::tellsPhases()
{
    // Given a name, and a receiver that takes its time
    LoopbackReceiver receiver;
    receiver.answerAlways({200, "ok", {}, 30, Manner::Whole});
    ScriptedResolver resolver({{QHostAddress("127.0.0.1")}});
    const ClaimedJob named = jobFor(QString("http://hooks.example.com:%1/").arg(receiver.port()));

    const ExchangeTimings first = run(named, resolver).timings;

    QVERIFY(first.dnsMs && *first.dnsMs >= 0);
    QVERIFY(first.connectMs && *first.connectMs >= 0);
    QVERIFY(!first.tlsMs);
    QVERIFY2(first.firstByteMs && *first.firstByteMs >= 25, "the receiver waited 30 ms");
    QCOMPARE(first.reusedConnection, std::optional(false));
    QCOMPARE(first.httpVersion, QString("1.1"));

    // Then the kept connection was not made again
    const ExchangeTimings second = run(named, resolver).timings;
    QCOMPARE(receiver.connections(), 1);
    QCOMPARE(second.reusedConnection, std::optional(true));
    QVERIFY(!second.connectMs);
    QVERIFY(second.firstByteMs);

    // And what never came is not told
    receiver.close();
    LoopbackReceiver gone;
    const ClaimedJob literal = jobFor(gone.url());
    gone.close();
    const ExchangeTimings refused = run(literal).timings;
    QVERIFY(!refused.dnsMs && !refused.connectMs && !refused.firstByteMs && !refused.reusedConnection);
    QVERIFY(refused.httpVersion.isEmpty());
}

void TestExchange::masksEverySignature()
{
    LoopbackReceiver receiver;
    ClaimedJob job = jobFor(receiver.url());
    job.signatureScheme = SignatureScheme::Timestamped;
    job.signatureHeader = "Stripe-Check"; // no word in it gives it away
    job.customHeaders = R"({"X-Api-Key": "hush", "X-Plain": "seen"})";

    const ExchangeResult result = run(job);

    const ReceivedRequest &request = receiver.requests().constFirst();
    QVERIFY(request.header("stripe-check").startsWith("t="));
    QVERIFY(request.header("webhook-signature").startsWith("v1,"));
    QCOMPARE(request.header("x-api-key"), QByteArray("hush"));
    QHash<QString, QString> stored;
    for (const HttpHeader &header : result.requestHeaders)
        stored.insert(header.name, header.value);
    QCOMPARE(stored.value("Stripe-Check"), QString(maskedValue));
    QCOMPARE(stored.value("webhook-signature"), QString(maskedValue));
    QCOMPARE(stored.value("X-Api-Key"), QString(maskedValue));
    QCOMPARE(stored.value("X-Plain"), QString("seen"));
}

void TestExchange::refusesACustomHeaderThatCarriesTheSignature()
{
    LoopbackReceiver receiver;
    ClaimedJob job = jobFor(receiver.url());
    job.signatureScheme = SignatureScheme::HubSha256;
    job.customHeaders = R"({"x-hub-signature-256": "sha256=forged"})";

    const ExchangeResult result = run(job);

    QCOMPARE(result.outcome, Outcome::NeverConnected);
    QVERIFY2(result.error.contains("x-hub-signature-256"), qPrintable(result.error));
    QCOMPARE(receiver.connections(), 0);
}

QTEST_GUILESS_MAIN(TestExchange)
#include "test_exchange.moc"
