#include "tests/delivery/worker_fixture.h"

#include <QTest>

using namespace signalbox;

/// A worker whose attempts cannot be recorded, for one reason or another: nothing is lost, nothing goes out
/// twice, and it is said.
class TestWorkerRecording : public QObject
{
    Q_OBJECT
private slots:
    void stopsSendingUntilAttemptsAreRecorded_data();
    void stopsSendingUntilAttemptsAreRecorded();
    void sendsNothingBeforeAllItsSessionsStand();
    void givesUpWhenAttemptsCannotBeRecorded();
    void saysWhatItCouldNotRecord();
    void lockedQueueSendsNothingTwice();
    void lostSessionLosesNothing();

private:
    static QString refusing(const QString &sqlState)
    {
        return QStringLiteral(
                   "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no "
                   "room' "
                   "USING ERRCODE = '%1'; END $$; CREATE TRIGGER no BEFORE INSERT ON webhook_deliveries "
                   "FOR EACH STATEMENT EXECUTE FUNCTION no()")
            .arg(sqlState);
    }
    static QString completed() { return "SELECT count(id) FROM webhook_jobs WHERE status = 'completed'"; }
    static void verifyEachCameOnce(WorkerFixture &fixture, int jobs)
    {
        QHash<QByteArray, int> times;
        for (const ReceivedRequest &request : fixture.receiver.requests())
            ++times[request.header("webhook-id")];
        QCOMPARE(times.size(), jobs);
        for (const int count : std::as_const(times))
            QCOMPARE(count, 1);
    }
};

void TestWorkerRecording::stopsSendingUntilAttemptsAreRecorded_data()
{
    QTest::addColumn<QString>("sqlState");
    QTest::newRow("disk full") << "53100";
    QTest::newRow("lock timeout") << "55P03";
    QTest::newRow("no right") << "42501";
}

void TestWorkerRecording::stopsSendingUntilAttemptsAreRecorded()
{
    QFETCH(const QString, sqlState);
    WorkerFixture fixture;
    fixture.addEndpoint();
    for (int i = 0; i < 20; ++i)
        fixture.addJob();
    fixture.database.run(refusing(sqlState));
    fixture.startWorker();

    // Given a worker that has found out, and has no request under way any more
    QTRY_VERIFY(fixture.service->report().recording.has_value());
    QTRY_COMPARE(fixture.service->report().inFlight, 0);
    const qsizetype sent = fixture.receiver.requests().size();
    QCOMPARE(fixture.service->report().unrecorded, sent);
    const QString problem = fixture.service->status().problems.join(' ');
    QVERIFY2(problem.contains("no room") && problem.contains(sqlState), qPrintable(problem));
    QVERIFY(!problem.contains("connection"));

    // When it has tried again a few times, then nothing more was sent, new jobs neither
    for (int i = 0; i < 5; ++i)
        fixture.addJob();
    const qint64 errors = fixture.service->report().counters.recordErrors;
    QTRY_VERIFY_WITH_TIMEOUT(fixture.service->report().counters.recordErrors >= errors + 2, 30'000);
    QCOMPARE(fixture.receiver.requests().size(), sent);
    QCOMPARE(fixture.value("SELECT count(id) FROM webhook_jobs WHERE status = 'processing'").toInt(),
             int(sent));

    // When the database takes them again, then each was sent once, and is on record
    fixture.database.run("DROP TRIGGER no ON webhook_deliveries");
    QTRY_COMPARE_WITH_TIMEOUT(fixture.value(completed()), QString("25"), 60'000);
    verifyEachCameOnce(fixture, 25);
    QTRY_VERIFY(!fixture.service->report().recording);
    QCOMPARE(fixture.value("SELECT count(id) FROM webhook_deliveries"), QString("25"));
}

void TestWorkerRecording::sendsNothingBeforeAllItsSessionsStand()
{
    // Given a role that may open two sessions, where a worker needs three
    WorkerFixture fixture;
    fixture.addEndpoint();
    for (int i = 0; i < 10; ++i)
        fixture.addJob();
    const QString role = fixture.database.settings().database + "_two";
    fixture.database.run(QString("CREATE ROLE %1 LOGIN CONNECTION LIMIT 2; "
                                 "GRANT ALL ON ALL TABLES IN SCHEMA public TO %1; "
                                 "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO %1")
                             .arg(role));
    ConnectionSettings settings = fixture.database.settings();
    settings.user = role;
    fixture.queue = std::make_unique<PgDeliveryQueue>();
    fixture.queue->setTarget(settings);
    fixture.startWorker();

    // Then it claims nothing, and says which session is missing, and why
    QTRY_VERIFY(fixture.service->status().problems.join(' ').contains("too many connections"));
    QCOMPARE(fixture.receiver.requests().size(), 0);
    QCOMPARE(fixture.value("SELECT count(id) FROM webhook_jobs WHERE status <> 'pending'"), QString("0"));

    // When the third is granted, then they go out
    fixture.database.run(QString("ALTER ROLE %1 CONNECTION LIMIT 3").arg(role));
    QTRY_COMPARE_WITH_TIMEOUT(fixture.value(completed()), QString("10"), 60'000);
    verifyEachCameOnce(fixture, 10);
    fixture.service.reset();
    fixture.queue.reset();
    fixture.database.run(QString("DROP OWNED BY %1; DROP ROLE %1").arg(role));
}

void TestWorkerRecording::givesUpWhenAttemptsCannotBeRecorded()
{
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.addJob();
    fixture.database.run(refusing("53100"));
    DispatcherOptions options = WorkerFixture::quickOptions();
    options.untilIdle = true;
    options.giveUpMs = 500;
    fixture.startWorker(options);

    std::optional<Error> reason;
    bool idle = false;
    connect(fixture.service.get(), &DeliveryService::gaveUp, this,
            [&](const Error &error) { reason = error; });
    connect(fixture.service.get(), &DeliveryService::idle, this, [&] { idle = true; });
    QTRY_VERIFY(reason);
    QCOMPARE(reason->sqlState, QString("53100"));
    QVERIFY(!idle);
}

void TestWorkerRecording::saysWhatItCouldNotRecord()
{
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.addJob();
    fixture.database.run(refusing("53100"));
    DispatcherOptions options = WorkerFixture::quickOptions();
    options.drainMs = 200;
    fixture.startWorker(options);
    QTRY_VERIFY(fixture.service->report().recording.has_value());

    QVERIFY(fixture.stopWorker());
    QCOMPARE(fixture.service->status().unrecorded, 1);
}

void TestWorkerRecording::lockedQueueSendsNothingTwice()
{
    // Given two workers with leases of two seconds, at work
    WorkerFixture fixture;
    fixture.addEndpoint();
    ReceiverAnswer late;
    late.delayMs = 50;
    fixture.receiver.answerAlways(late);
    for (int i = 0; i < 200; ++i)
        fixture.addJob();
    DispatcherOptions options = WorkerFixture::quickOptions();
    options.setLease(2'000);
    options.heartbeatEveryMs = 200;
    fixture.startWorker(options);
    PgDeliveryQueue otherQueue;
    otherQueue.setTarget(fixture.database.settings());
    DispatcherParts parts = DispatcherParts::system();
    parts.clock = fixture.clock;
    DeliveryService other(otherQueue, options, std::move(parts));
    other.startWorker();
    QTRY_VERIFY(fixture.receiver.requests().size() > 20);

    // When somebody locks the queue for longer than that
    const auto somebody = fixture.database.connect();
    QVERIFY(somebody->executeRaw("BEGIN; LOCK TABLE webhook_jobs"));
    QTest::qWait(5'000);
    QVERIFY(somebody->commit());

    // Then all is delivered, and nothing twice
    QTRY_COMPARE_WITH_TIMEOUT(fixture.value(completed()), QString("200"), 60'000);
    verifyEachCameOnce(fixture, 200);
    QCOMPARE(fixture.value("SELECT count(id) FROM webhook_deliveries"), QString("200"));
    other.stopWorker();
    QTRY_COMPARE_WITH_TIMEOUT(other.status().state, WorkerStatus::State::Stopped, 15'000);
}

void TestWorkerRecording::lostSessionLosesNothing()
{
    // Given a worker that sends and records
    WorkerFixture fixture;
    fixture.addEndpoint();
    ReceiverAnswer late;
    late.delayMs = 50;
    fixture.receiver.answerAlways(late);
    for (int i = 0; i < 200; ++i)
        fixture.addJob();
    fixture.startWorker();
    QTRY_VERIFY(fixture.value(completed()).toInt() > 10);

    // When one of its sessions is lost, and that one alone
    QCOMPARE(fixture.value("SELECT count(pg_terminate_backend(one.pid, 10000)) FROM (SELECT pid FROM "
                           "pg_stat_activity WHERE application_name = 'signalbox worker' AND "
                           "datname = current_database() ORDER BY backend_start LIMIT 1) one"),
             QString("1"));

    QTRY_COMPARE_WITH_TIMEOUT(fixture.value(completed()), QString("200"), 60'000);
    verifyEachCameOnce(fixture, 200);
    QCOMPARE(fixture.value("SELECT count(id) FROM webhook_deliveries"), QString("200"));
}

QTEST_GUILESS_MAIN(TestWorkerRecording)
#include "test_worker_recording.moc"
