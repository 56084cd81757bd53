#include "tests/delivery/worker_fixture.h"

#include <QSemaphore>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <atomic>
#include <csignal>
#include <optional>

using namespace signalbox;
using Manner = ReceiverAnswer::Manner;

/// What a worker does about leases, stopping, a lost database and the end of the work.
class TestWorkerLife : public QObject
{
    Q_OBJECT
private slots:
    void cancelledInFlightStaysCancelled();
    void renewsLeaseOfLongRequest();
    void drainFinishesWhatIsInFlight();
    void drainReleasesWhatDoesNotFinish();
    void survivesLostDatabase();
    void comesBackAfterARefusal();
    void saysWhenIdle();
    void givesUpWithoutDatabase();
    void endsThoughTheServerHangs();
    void slowEndpointLeavesSlotsToOthers();
};

void TestWorkerLife::cancelledInFlightStaysCancelled()
{
    // Given a request under way
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.receiver.answerAlways(ReceiverAnswer::inManner(Manner::Held));
    const QUuid job = fixture.addJob();
    fixture.startWorker();
    QTRY_COMPARE(fixture.receiver.requests().size(), 1);

    // When its job is cancelled, which clears the lease
    fixture.database.run(
        "UPDATE webhook_jobs SET status = 'cancelled', lease_owner = NULL, lease_token = NULL, "
        "lease_until = NULL");
    fixture.receiver.letGo();
    QTRY_COMPARE(fixture.attemptRows(job), 1);

    // Then the attempt is on record and counted, and the job stays cancelled
    QCOMPARE(fixture.jobStatus(job), QStringLiteral("cancelled"));
    QCOMPARE(fixture.value("SELECT attempts FROM webhook_jobs WHERE id = :id::uuid", job),
             QStringLiteral("1"));
}

void TestWorkerLife::renewsLeaseOfLongRequest()
{
    // Given a lease shorter than the request, which is answered after the lease as it was first taken
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.receiver.answerAlways(ReceiverAnswer::inManner(Manner::Held));
    const QUuid job = fixture.addJob();
    DispatcherOptions options = WorkerFixture::quickOptions();
    options.leaseMs = 6'000;
    options.renewEveryMs = 200;

    fixture.startWorker(options);
    QTRY_COMPARE(fixture.receiver.requests().size(), 1);
    const QString past = fixture.value("SELECT (now() + interval '6 s')::text");
    QTRY_COMPARE(fixture.value("SELECT now() > '" + past + "'"), QStringLiteral("true"));
    fixture.receiver.letGo();
    QTRY_COMPARE(fixture.jobStatus(job), QStringLiteral("completed"));

    // Then nobody, not even this worker's own rescue every 100 ms, took the job meanwhile
    QCOMPARE(fixture.receiver.requests().size(), 1);
    QCOMPARE(fixture.attemptRows(job), 1);
}

void TestWorkerLife::drainFinishesWhatIsInFlight()
{
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.receiver.answerAlways(ReceiverAnswer::inManner(Manner::Held));
    const QUuid job = fixture.addJob();
    DispatcherOptions options = WorkerFixture::quickOptions();
    options.drainMs = 600'000;
    fixture.startWorker(options);
    QTRY_COMPARE(fixture.receiver.requests().size(), 1);

    fixture.service->stopWorker();
    QTRY_COMPARE(fixture.service->status().state, WorkerStatus::State::Draining);
    fixture.receiver.letGo();
    QTRY_COMPARE(fixture.service->status().state, WorkerStatus::State::Stopped);

    QCOMPARE(fixture.jobStatus(job), QStringLiteral("completed"));
    QCOMPARE(fixture.value("SELECT count(id) FROM signalbox_workers"), QStringLiteral("0"));
}

void TestWorkerLife::drainReleasesWhatDoesNotFinish()
{
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.receiver.answerAlways(ReceiverAnswer::inManner(Manner::Nothing));
    const QUuid job = fixture.addJob();
    DispatcherOptions options = WorkerFixture::quickOptions();
    options.drainMs = 100;
    fixture.startWorker(options);
    QTRY_COMPARE(fixture.receiver.requests().size(), 1);

    QVERIFY(fixture.stopWorker());

    QCOMPARE(
        fixture.value(
            "SELECT concat_ws('|', status, attempts, lease_token) FROM webhook_jobs WHERE id = :id::uuid",
            job),
        QStringLiteral("pending|0"));
}

void TestWorkerLife::survivesLostDatabase()
{
    // Given a request under way
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.receiver.answerAlways(ReceiverAnswer::inManner(Manner::Held));
    const QUuid first = fixture.addJob();
    fixture.startWorker();
    QTRY_COMPARE(fixture.receiver.requests().size(), 1);

    // When the worker's sessions are killed before the answer
    fixture.database.run("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                         "WHERE application_name = 'signalbox worker' AND datname = current_database()");
    fixture.receiver.letGo();

    // Then its outcome is recorded once the worker is back, and further jobs are sent
    QTRY_COMPARE_WITH_TIMEOUT(fixture.jobStatus(first), QStringLiteral("completed"), 15'000);
    QCOMPARE(fixture.attemptRows(first), 1);
    const QUuid second = fixture.addJob();
    QTRY_COMPARE_WITH_TIMEOUT(fixture.jobStatus(second), QStringLiteral("completed"), 15'000);
    QCOMPARE(fixture.receiver.requests().size(), 2);
}

void TestWorkerLife::comesBackAfterARefusal()
{
    // Given a worker at work
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.startWorker();
    const QUuid first = fixture.addJob();
    QTRY_COMPARE(fixture.jobStatus(first), QStringLiteral("completed"));

    // When its database is gone for a while, which no waiting of its own would mend
    QSignalSpy refused(&fixture.queue->worker(), &DatabaseWorker::refused);
    const QString name = fixture.database.settings().database;
    const auto server = PgConnection::open(testCluster()->settings(QStringLiteral("postgres")));
    QVERIFY(server);
    const auto rename = [&server](const QString &from, const QString &to) {
        return (*server)
            ->executeRaw(QStringLiteral("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                                        " WHERE datname = '%1'; ALTER DATABASE %1 RENAME TO %2")
                             .arg(from, to))
            .has_value();
    };
    QVERIFY(rename(name, name + "_away"));
    QTRY_VERIFY_WITH_TIMEOUT(!refused.isEmpty(), 15'000);
    QVERIFY(rename(name + "_away", name));

    // Then it comes back by itself
    const auto connection = fixture.database.connect();
    const QUuid second = QUuid::createUuid();
    const QString id = second.toString(QUuid::WithoutBraces);
    QVERIFY(connection->executeRaw(
        QStringLiteral("INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret,"
                       " max_attempts, next_attempt, status, timeout_ms)"
                       " SELECT '%1', id, url, '{}', secret, 1, now(), 'pending', 1000"
                       " FROM webhook_endpoints")
            .arg(id)));
    const QString sql = QStringLiteral("SELECT status FROM webhook_jobs WHERE id = '%1'").arg(id);
    QTRY_COMPARE_WITH_TIMEOUT(connection->query(sql)->constFirst().value(0).toString(),
                              QStringLiteral("completed"), 40'000);
}

void TestWorkerLife::saysWhenIdle()
{
    // Given an event, a job held by a disabled endpoint, and one due in an hour
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.addEndpoint("ep_off", {{"enabled", "false"}, {"event_filter", "'[]'"}});
    fixture.addJob({"{}"}, {}, "ep_off");
    fixture.addJob({"{}"}, {{"next_attempt", "now() + interval '1 h'"}});
    fixture.database.run(
        "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
        "VALUES (gen_random_uuid(), 'a.b', 's', 1, '{}', '{}', now())");
    DispatcherOptions options = WorkerFixture::quickOptions();
    options.untilIdle = true;

    bool idle = false;
    int sentWhenIdle = 0;
    fixture.startWorker(options);
    connect(fixture.service.get(), &DeliveryService::idle, this, [&] {
        idle = true;
        sentWhenIdle = int(fixture.receiver.requests().size());
    });
    QTRY_VERIFY(idle);

    QCOMPARE(sentWhenIdle, 1);
    QCOMPARE(fixture.value("SELECT string_agg(status, ',' ORDER BY status) FROM webhook_jobs"),
             QStringLiteral("completed,pending,pending"));
}

void TestWorkerLife::givesUpWithoutDatabase()
{
    WorkerFixture fixture;
    fixture.queue = std::make_unique<PgDeliveryQueue>(); // pointed nowhere
    DispatcherOptions options = WorkerFixture::quickOptions();
    options.untilIdle = true;
    options.giveUpMs = 100;
    fixture.startWorker(options);

    std::optional<Error> reason;
    connect(fixture.service.get(), &DeliveryService::gaveUp, this,
            [&reason](const Error &error) { reason = error; });
    QTRY_VERIFY(reason);
    QCOMPARE(reason->kind, Error::Kind::Unavailable);
}

void TestWorkerLife::endsThoughTheServerHangs()
{
    // Given a worker whose backends are stopped: connected, and silent for good
    WorkerFixture fixture;
    fixture.addEndpoint();
    const QUuid job = fixture.addJob();
    DispatcherOptions options = WorkerFixture::quickOptions();
    options.drainMs = 100;
    fixture.startWorker(options);
    QTRY_COMPARE(fixture.jobStatus(job), QStringLiteral("completed"));
    QList<pid_t> backends;
    for (const QString &pid : fixture
                                  .value("SELECT string_agg(pid::text, ',') FROM pg_stat_activity "
                                         "WHERE application_name = 'signalbox worker' "
                                         "AND datname = current_database()")
                                  .split(','))
        backends << pid.toInt();
    const auto signalAll = [backends](int number) {
        for (const pid_t backend : backends)
            kill(backend, number);
    };
    signalAll(SIGSTOP);
    // So that a worker that waits for ever fails the test and does not hang it.
    QSemaphore ended;
    std::atomic_bool waitedForEver = false;
    const std::unique_ptr<QThread> guard(QThread::create([&ended, &waitedForEver, signalAll] {
        waitedForEver = !ended.tryAcquire(1, 180'000);
        signalAll(SIGCONT);
    }));
    guard->start();

    // When it is told to stop, and goes
    const bool stopped = fixture.stopWorker();
    fixture.service.reset();
    fixture.queue.reset();
    ended.release();
    QVERIFY(guard->wait());

    QVERIFY(stopped);
    QVERIFY(!waitedForEver);
}

void TestWorkerLife::slowEndpointLeavesSlotsToOthers()
{
    // Given a hundred jobs of an endpoint that never answers, due before the one of another
    WorkerFixture fixture;
    fixture.addEndpoint("ep_dead", {{"url", '\'' + fixture.receiver.url("/dead") + '\''}});
    fixture.addEndpoint("ep_fine", {{"url", '\'' + fixture.receiver.url("/fine") + '\''}});
    fixture.receiver.answerBy([](const ReceivedRequest &request) {
        return request.path == "/dead" ? ReceiverAnswer::inManner(Manner::Nothing) : ReceiverAnswer();
    });
    for (int i = 0; i < 100; ++i)
        fixture.addJob({"{}"}, {{"next_attempt", "now() - interval '1 h'"}}, "ep_dead");
    const QUuid fine = fixture.addJob({"{}"}, {}, "ep_fine");

    fixture.startWorker();

    QTRY_COMPARE(fixture.jobStatus(fine), QStringLiteral("completed"));
}

QTEST_GUILESS_MAIN(TestWorkerLife)
#include "test_worker_life.moc"
