#include "app/delivery/system_resolver.h"
#include "tests/delivery/worker_fixture.h"
#include "tests/support/tiny_name_server.h"

#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <sys/resource.h>
#include <unistd.h>

using namespace signalbox;
using Manner = ReceiverAnswer::Manner;

namespace {

/// Fails every name until it is told that the network is back.
class SwitchedResolver final : public Resolver
{
public:
    void resolve(const QString &name, QObject *context, Reply<QList<QHostAddress>> reply) override
    {
        QMetaObject::invokeMethod(
            context,
            [this, name, reply] {
                if (m_isUp)
                    reply(QList<QHostAddress>{QHostAddress(QHostAddress::LocalHost)});
                else
                    reply(fail("resolve " + name, "the name servers do not answer"));
            },
            Qt::QueuedConnection);
    }
    void setUp(bool isUp) { m_isUp = isUp; }

private:
    std::atomic<bool> m_isUp{false};
};

/// Answers only when it is let go, and then on the caller's thread.
class HeldResolver final : public Resolver
{
public:
    void resolve(const QString &, QObject *context, Reply<QList<QHostAddress>> reply) override
    {
        m_context = context;
        m_reply = std::move(reply);
        m_asked = true;
    }
    bool isAsked() const { return m_asked; }
    void letGo()
    {
        QMetaObject::invokeMethod(
            m_context, [this] { m_reply(QList<QHostAddress>{QHostAddress(QHostAddress::LocalHost)}); },
            Qt::QueuedConnection);
    }

private:
    QObject *m_context = nullptr;
    Reply<QList<QHostAddress>> m_reply;
    std::atomic<bool> m_asked{false};
};

} // namespace

/// What a worker does when names, receivers, its network or its machine fail it.
class TestWorkerNetwork : public QObject
{
    Q_OBJECT
private slots:
    void deadNamesDelayNobody();
    void hangingEndpointsDelayNobody();
    void ownTroubleUsesUpNoAttempts();
    void leaseThatRanOutDuringTheLookupIsNotSent();
    void shortageOfFilesIsNoAttempt();
    void overloadIsShown();

private:
    static QString named(WorkerFixture &fixture, const QString &name)
    {
        return QStringLiteral("'http://%1:%2/hook'").arg(name).arg(fixture.receiver.port());
    }
    static int completed(WorkerFixture &fixture, const QString &endpointId)
    {
        return fixture
            .value(QStringLiteral(
                       "SELECT count(id) FROM webhook_jobs WHERE status = 'completed' AND endpoint_id = '%1'")
                       .arg(endpointId))
            .toInt();
    }
};

void TestWorkerNetwork::deadNamesDelayNobody()
{
    // Given 150 endpoints whose names nobody answers for, for as long as this test cares, and two that are
    // well
    TinyNameServer server;
    server.knows("well.test", QHostAddress(QHostAddress::LocalHost));
    NameServerOptions options;
    options.servers = {server.address()};
    options.timeoutMs = 60'000;
    WorkerFixture fixture;
    for (int i = 0; i < 150; ++i) {
        const QString id = QStringLiteral("dead%1").arg(i);
        fixture.addEndpoint(id, {{"url", named(fixture, id + ".test")}, {"timeout_ms", "60000"}});
        fixture.addJob("{}", {{"next_attempt", "now() - interval '1 min'"}}, id);
    }
    fixture.addEndpoint("well", {{"url", named(fixture, "well.test")}});
    for (int i = 0; i < 40; ++i)
        fixture.addJob("{}", {}, "well");

    // Then the healthy jobs go out before any of the others has ended
    DispatcherOptions worker = WorkerFixture::quickOptions();
    worker.concurrency = 64;
    fixture.startWorker(worker, std::make_shared<SystemResolver>(options));
    QTRY_COMPARE_WITH_TIMEOUT(completed(fixture, "well"), 40, 50'000);
    QCOMPARE(fixture.value("SELECT count(id) FROM webhook_deliveries WHERE endpoint_id <> 'well'"),
             QString("0"));
}

void TestWorkerNetwork::hangingEndpointsDelayNobody()
{
    WorkerFixture fixture;
    fixture.receiver.answerBy([](const ReceivedRequest &request) {
        return request.path == "/well" ? ReceiverAnswer() : ReceiverAnswer::inManner(Manner::Nothing);
    });
    for (int i = 0; i < 200; ++i) {
        const QString id = QStringLiteral("hangs%1").arg(i);
        fixture.addEndpoint(id, {{"timeout_ms", "90000"}});
        for (int job = 0; job < 2; ++job)
            fixture.addJob("{}", {{"next_attempt", "now() - interval '1 min'"}}, id);
    }
    fixture.addEndpoint("well", {{"url", '\'' + fixture.receiver.url("/well") + '\''}});
    for (int i = 0; i < 60; ++i)
        fixture.addJob("{}", {}, "well");

    DispatcherOptions worker = WorkerFixture::quickOptions();
    worker.concurrency = 64;
    fixture.startWorker(worker);
    QTRY_COMPARE_WITH_TIMEOUT(completed(fixture, "well"), 60, 80'000);
    QCOMPARE(fixture.value("SELECT count(id) FROM webhook_deliveries WHERE endpoint_id <> 'well'"),
             QString("0"));
}

void TestWorkerNetwork::ownTroubleUsesUpNoAttempts()
{
    // Given eight endpoints and no names at all
    WorkerFixture fixture;
    for (int i = 0; i < 8; ++i) {
        const QString id = QStringLiteral("ep_%1").arg(i);
        fixture.addEndpoint(id, {{"url", named(fixture, id + ".test")}, {"max_retries", "0"}});
        for (int job = 0; job < 15; ++job)
            fixture.addJob("{}", {}, id);
    }
    const auto resolver = std::make_shared<SwitchedResolver>();
    fixture.startWorker(WorkerFixture::quickOptions(), resolver);
    const auto problems = [&fixture] { return fixture.service->status().problems.join('\n'); };
    QTRY_VERIFY_WITH_TIMEOUT(problems().contains("the network of this machine"), 30'000);
    QTRY_VERIFY(fixture.service->report().ownTroubleMs);

    // Then nothing is on record, and nothing waits in the worker
    QTRY_COMPARE(
        fixture.value("SELECT count(id) FROM webhook_jobs WHERE status = 'pending' AND attempts = 0"),
        QString("120"));
    QCOMPARE(fixture.value("SELECT count(id) FROM webhook_deliveries"), QString("0"));
    QCOMPARE(fixture.value("SELECT count(endpoint_id) FROM signalbox_endpoint_state"
                           " WHERE failing_since IS NOT NULL OR breaker <> 'closed'"),
             QString("0"));

    // And when the network is back, the worker finds out by itself
    resolver->setUp(true);
    QTRY_COMPARE_WITH_TIMEOUT(
        fixture.value("SELECT count(id) FROM webhook_jobs WHERE status = 'completed' AND attempts = 1"),
        QString("120"), 60'000);
    QTRY_VERIFY(problems().isEmpty());
}

void TestWorkerNetwork::leaseThatRanOutDuringTheLookupIsNotSent()
{
    // Given a lookup under way
    WorkerFixture fixture;
    fixture.addEndpoint("ep_1", {{"url", named(fixture, "slow.test")}});
    const QUuid job = fixture.addJob();
    const auto resolver = std::make_shared<HeldResolver>();
    DispatcherOptions options = WorkerFixture::quickOptions();
    options.setLease(1'500);
    fixture.startWorker(options, resolver);
    QTRY_VERIFY(resolver->isAsked());

    // When somebody else takes the job meanwhile
    QSignalSpy logged(fixture.service.get(), &DeliveryService::logged);
    fixture.database.run(
        "UPDATE webhook_jobs SET lease_token = gen_random_uuid(), lease_owner = gen_random_uuid(),"
        " lease_until = now() + interval '1 h'");
    const auto hasLost = [&logged] {
        return std::any_of(logged.cbegin(), logged.cend(), [](const QVariantList &arguments) {
            return arguments.constFirst().value<LogEvent>().component == "lease";
        });
    };
    QTest::qWait(2'000); // the renewal after which the worker knows, or the lease's own end
    resolver->letGo();

    // Then nothing is sent, and no attempt is on record
    QTRY_VERIFY(hasLost());
    QTRY_COMPARE(fixture.service->status().inFlight, 0);
    QVERIFY(fixture.receiver.requests().isEmpty());
    QCOMPARE(fixture.attemptRows(job), 0);
    QCOMPARE(fixture.jobStatus(job), QString("processing"));
}

void TestWorkerNetwork::shortageOfFilesIsNoAttempt()
{
    rlimit before{};
    QCOMPARE(getrlimit(RLIMIT_NOFILE, &before), 0);
    WorkerFixture fixture;
    fixture.addEndpoint("ep_1", {{"max_retries", "0"}});
    fixture.startWorker();
    // The worker raised what it could
    rlimit raised{};
    QTRY_VERIFY(getrlimit(RLIMIT_NOFILE, &raised) == 0 && raised.rlim_cur == raised.rlim_max);

    // And has all its threads and sessions: their event loops end the program when they get no files
    fixture.addJob();
    QTRY_COMPARE_WITH_TIMEOUT(completed(fixture, "ep_1"), 1, 60'000);

    // When there are no more files to be had from here on
    const int next = dup(0);
    const rlimit none{rlim_t(next), raised.rlim_max};
    ::close(next);
    QCOMPARE(setrlimit(RLIMIT_NOFILE, &none), 0);
    for (int i = 0; i < 20; ++i)
        fixture.addJob();
    const auto problems = [&fixture] { return fixture.service->status().problems.join('\n'); };
    const bool isSaid =
        QTest::qWaitFor([&problems] { return problems().contains("no more sockets"); }, 30'000);
    setrlimit(RLIMIT_NOFILE, &raised);

    // Then that is said, and no attempt is used up
    QVERIFY2(isSaid, qPrintable(problems()));
    QTRY_COMPARE_WITH_TIMEOUT(completed(fixture, "ep_1"), 21, 60'000);
    QCOMPARE(fixture.value("SELECT count(id) FROM webhook_deliveries"), QString("21"));
}

void TestWorkerNetwork::overloadIsShown()
{
    WorkerFixture fixture;
    fixture.addEndpoint("ep_1", {{"retry_schedule_seconds", "ARRAY[3600]"}, {"max_retries", "9"}});
    fixture.receiver.answerAlways(ReceiverAnswer::withStatus(429));
    fixture.addJob();
    fixture.startWorker();
    QTRY_COMPARE(fixture.service->report().overloadedEndpoints, 1);
    QVERIFY(fixture.service->status().problems.isEmpty());
    QTRY_COMPARE(fixture.service->status().remarks,
                 QStringList{"1 endpoint answers 429, 502 or 504 and gets fewer requests at once: ep_1"});
}

QTEST_GUILESS_MAIN(TestWorkerNetwork)
#include "test_worker_network.moc"
