#include "app/delivery/exchange.h"
#include "app/delivery/response_text.h"
#include "tests/support/fake_clock.h"
#include "tests/support/loopback_receiver.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>

#include <optional>

using namespace signalbox;
using Manner = ReceiverAnswer::Manner;

Q_DECLARE_METATYPE(signalbox::Outcome)

namespace {

/// Answers names as a test says, one list after the other; the last one stays.
class ScriptedResolver final : public Resolver
{
public:
    explicit ScriptedResolver(QList<QList<QHostAddress>> answers)
        : m_answers(std::move(answers))
    {
    }

    void resolve(const QString &name, QObject *context, Reply<QList<QHostAddress>> reply) override
    {
        const QList<QHostAddress> addresses =
            m_answers.size() > 1 ? m_answers.takeFirst() : m_answers.value(0);
        QMetaObject::invokeMethod(
            context,
            [name, addresses, reply = std::move(reply)] {
                if (addresses.isEmpty())
                    reply(fail("resolve " + name, "host not found"));
                else
                    reply(addresses);
            },
            Qt::QueuedConnection);
    }

private:
    QList<QList<QHostAddress>> m_answers;
};

/// Never answers, as a broken name server does.
class SilentResolver final : public Resolver
{
public:
    void resolve(const QString &, QObject *, Reply<QList<QHostAddress>>) override {}
};

ClaimedJob jobFor(const QString &url)
{
    ClaimedJob job;
    job.id = QUuid::createUuid();
    job.endpointId = "ep_1";
    job.url = url;
    job.payload = "{\"a\": 1}";
    job.secrets = {Secret("secret")};
    job.timeoutMs = 5'000;
    job.allowPrivateNetwork = true;
    return job;
}

} // namespace

/// One exchange against peers of every kind: what is recorded, and how often the body went out.
class TestExchange : public QObject
{
    Q_OBJECT
private slots:
    void brokenPeers_data();
    void brokenPeers();
    void refusedConnectionWasNeverConnected();
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
    void poolGivesAManagerSixPerHost();

private:
    ExchangeResult run(const ClaimedJob &job, Resolver &resolver);
    ExchangeResult run(const ClaimedJob &job)
    {
        SystemResolver resolver;
        return run(job, resolver);
    }

    ManagerPool m_managers;
    FakeClock m_clock;
};

ExchangeResult TestExchange::run(const ClaimedJob &job, Resolver &resolver)
{
    Exchange exchange(job, ExchangeTools{resolver, m_managers, m_clock});
    std::optional<ExchangeResult> result;
    connect(&exchange, &Exchange::finished, this, [&result](const ExchangeResult &got) { result = got; });
    exchange.start();
    if (!QTest::qWaitFor([&result] { return result.has_value(); }, 10'000))
        qFatal("the exchange never finished");
    return *result;
}

void TestExchange::brokenPeers_data()
{
    QTest::addColumn<int>("manner");
    QTest::addColumn<Outcome>("outcome");
    QTest::addColumn<int>("status");    // 0: none
    QTest::addColumn<QString>("words"); // in error or note

    QTest::newRow("whole") << int(Manner::Whole) << Outcome::Answered << 200 << "";
    QTest::newRow("short body is a success")
        << int(Manner::Short) << Outcome::Answered << 200 << "ended early";
    QTest::newRow("reset after headers")
        << int(Manner::HeadersThenReset) << Outcome::Answered << 200 << "ended early";
    QTest::newRow("closed before headers")
        << int(Manner::Close) << Outcome::NoAnswer << 0 << "closed or reset";
    QTest::newRow("reset before headers")
        << int(Manner::Reset) << Outcome::NoAnswer << 0 << "closed or reset";
    QTest::newRow("garbage status line") << int(Manner::Garbage) << Outcome::NoAnswer << 0 << "no HTTP";
    QTest::newRow("silence") << int(Manner::Nothing) << Outcome::NoAnswer << 0 << "timed out after 300 ms";
}

void TestExchange::brokenPeers()
{
    QFETCH(int, manner);
    QFETCH(Outcome, outcome);
    QFETCH(int, status);
    QFETCH(QString, words);
    LoopbackReceiver receiver;
    receiver.answerAlways(ReceiverAnswer::inManner(Manner(manner)));
    ClaimedJob job = jobFor(receiver.url());
    job.timeoutMs = 300;

    const ExchangeResult result = run(job);

    QCOMPARE(result.outcome, outcome);
    QCOMPARE(result.statusCode.value_or(0), status);
    QVERIFY2((result.error + result.note).contains(words), qPrintable(result.error + result.note));
    QCOMPARE(receiver.requests().size(), 1);
    QCOMPARE(receiver.requests().constFirst().body, job.payload);
}

void TestExchange::refusedConnectionWasNeverConnected()
{
    LoopbackReceiver receiver;
    const ClaimedJob job = jobFor(receiver.url());
    receiver.close();

    const ExchangeResult result = run(job);

    QCOMPARE(result.outcome, Outcome::NeverConnected);
    QCOMPARE(result.error, QString("connection refused"));
}

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
    QVERIFY(result.durationMs < 2'000);
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
    QCOMPARE(storableText("\xe9\xe9\xe9", 4), QByteArray("\xef\xbf\xbd"));
}

void TestExchange::poolGivesAManagerSixPerHost()
{
    ManagerPool pool;
    const QUrl host("http://127.0.0.1:9/"), other("http://127.0.0.1:10/");
    std::vector<ManagerSlot> taken;
    for (int i = 0; i < 6; ++i)
        taken.push_back(pool.acquire(host, "ep_1"));
    QCOMPARE(pool.managers(), 1);
    taken.push_back(pool.acquire(other, "ep_2"));
    QCOMPARE(pool.managers(), 1);
    taken.push_back(pool.acquire(host, "ep_1"));
    QCOMPARE(pool.managers(), 2);

    // Another endpoint on the same host gets connections of its own
    taken.push_back(pool.acquire(host, "ep_3"));
    QCOMPARE(pool.managers(), 3);
    taken.clear();
    const ManagerSlot again = pool.acquire(host, "ep_3");
    QCOMPARE(pool.managers(), 3);
}

QTEST_GUILESS_MAIN(TestExchange)
#include "test_exchange.moc"
