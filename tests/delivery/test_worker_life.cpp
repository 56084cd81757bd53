#include "tests/delivery/worker_fixture.h"

#include <QTest>

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
    void saysWhenIdle();
    void givesUpWithoutDatabase();
    void slowEndpointLeavesSlotsToOthers();
};

void TestWorkerLife::cancelledInFlightStaysCancelled()
{
    // Given a request under way
    WorkerFixture fixture;
    fixture.addEndpoint();
    ReceiverAnswer late;
    late.delayMs = 300;
    fixture.receiver.answerAlways(late);
    const QUuid job = fixture.addJob();
    fixture.startWorker();
    QTRY_COMPARE(fixture.receiver.requests().size(), 1);

    // When its job is cancelled, which clears the lease
    fixture.database.run(
        "UPDATE webhook_jobs SET status = 'cancelled', lease_owner = NULL, lease_token = NULL, "
        "lease_until = NULL");
    QTRY_COMPARE(fixture.attemptRows(job), 1);

    // Then the attempt is on record and counted, and the job stays cancelled
    QCOMPARE(fixture.jobStatus(job), QStringLiteral("cancelled"));
    QCOMPARE(fixture.value("SELECT attempts FROM webhook_jobs WHERE id = :id::uuid", job),
             QStringLiteral("1"));
}

void TestWorkerLife::renewsLeaseOfLongRequest()
{
    // Given a lease much shorter than the request
    WorkerFixture fixture;
    fixture.addEndpoint();
    ReceiverAnswer late;
    late.delayMs = 1500;
    fixture.receiver.answerAlways(late);
    const QUuid job = fixture.addJob();
    DispatcherOptions options = WorkerFixture::quickOptions();
    options.leaseMs = 500;
    options.renewEveryMs = 100;

    fixture.startWorker(options);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.jobStatus(job), QStringLiteral("completed"), 10'000);

    // Then nobody, not even this worker's own rescue every 100 ms, took the job meanwhile
    QCOMPARE(fixture.receiver.requests().size(), 1);
    QCOMPARE(fixture.attemptRows(job), 1);
}

void TestWorkerLife::drainFinishesWhatIsInFlight()
{
    WorkerFixture fixture;
    fixture.addEndpoint();
    ReceiverAnswer late;
    late.delayMs = 300;
    fixture.receiver.answerAlways(late);
    const QUuid job = fixture.addJob();
    fixture.startWorker();
    QTRY_COMPARE(fixture.receiver.requests().size(), 1);

    QVERIFY(fixture.stopWorker());

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
    ReceiverAnswer late;
    late.delayMs = 200;
    fixture.receiver.answerAlways(late);
    const QUuid first = fixture.addJob();
    fixture.startWorker();
    QTRY_COMPARE(fixture.receiver.requests().size(), 1);

    // When the worker's sessions are killed before the answer
    fixture.database.run("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                         "WHERE application_name = 'signalbox worker' AND datname = current_database()");

    // Then its outcome is recorded once the worker is back, and further jobs are sent
    QTRY_COMPARE_WITH_TIMEOUT(fixture.jobStatus(first), QStringLiteral("completed"), 15'000);
    QCOMPARE(fixture.attemptRows(first), 1);
    const QUuid second = fixture.addJob();
    QTRY_COMPARE_WITH_TIMEOUT(fixture.jobStatus(second), QStringLiteral("completed"), 15'000);
    QCOMPARE(fixture.receiver.requests().size(), 2);
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
