#include "tests/delivery/queue_fixture.h"

#include <QTest>
#include <QThread>

using namespace signalbox;

/// What becomes of outcomes that the database does not take as they are.
class TestRecording : public QObject
{
    Q_OBJECT
private slots:
    void refusedRowIsRecordedWithoutItsWords_data();
    void refusedRowIsRecordedWithoutItsWords();
    void jobMovesThoughNoRowOfItIsTaken();
    void keepsAllWhenTheServerIsInTrouble_data();
    void keepsAllWhenTheServerIsInTrouble();
    void keepsAllWhileNoPartitionTakesThem();
    void waitsForACommitThatIsOnItsWay();
    void numbersAtTheirEndAreRecorded();
    void purgedJobTakesNoRow();
};

void TestRecording::refusedRowIsRecordedWithoutItsWords_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QString>("column");
    QTest::newRow("answer") << "response_body <> 'poison'"
                            << "note";
    QTest::newRow("status") << "status_code <> 418"
                            << "error";
}

void TestRecording::refusedRowIsRecordedWithoutItsWords()
{
    QFETCH(const QString, rule);
    QFETCH(const QString, column);
    Queue queue;
    queue.addEndpoint();
    queue.addJobs(20);
    queue.database.run("ALTER TABLE webhook_deliveries ADD CHECK (" + rule + ')');
    QList<AttemptRecord> batch;
    for (const ClaimedJob &job : queue.claim())
        batch.append(answered(job, 200));
    batch[7].result.responseBody = "poison";
    batch[7].result.statusCode = 418;

    const auto result = recordAttempts(queue.connection(), batch);

    // Then all are on record, and the one says what is missing, not what it was
    QVERIFY2(result, qPrintable(result ? QString() : result.error().line()));
    QCOMPARE(result->lost, 0);
    QCOMPARE(result->refused.size(), 1);
    QCOMPARE(result->refused.constFirst().kept, RefusedRecord::Kept::Reduced);
    QCOMPARE(queue.value("SELECT count(id) FROM webhook_jobs WHERE status = 'completed'"), QString("20"));
    const QString text =
        queue.value("SELECT " + column + " FROM webhook_deliveries WHERE job_id = :id::uuid", batch[7].jobId);
    QVERIFY2(text.contains("could not be stored") && text.contains("23514"), qPrintable(text));
    QVERIFY(!text.contains("poison"));
}

void TestRecording::jobMovesThoughNoRowOfItIsTaken()
{
    if (qEnvironmentVariableIsSet("SIGNALBOX_TEST_PARTITIONED"))
        QSKIP("partitioned tables are taken to miss a partition");
    Queue queue;
    queue.addEndpoint();
    const QUuid bad = queue.addJob();
    queue.addJobs(3);
    queue.database.run("ALTER TABLE webhook_deliveries ADD CHECK (job_id <> '" +
                       bad.toString(QUuid::WithoutBraces) + "')");

    const RecordResult result = queue.answerAll(queue.claim(), 200);

    // Then it is not sent again for ever
    QCOMPARE(queue.value("SELECT count(id) FROM webhook_jobs WHERE status = 'completed'"), QString("4"));
    QCOMPARE(queue.attemptRows(bad), 0);
    QCOMPARE(result.refused.size(), 1);
    QCOMPARE(result.refused.constFirst().kept, RefusedRecord::Kept::Job);
}

void TestRecording::keepsAllWhenTheServerIsInTrouble_data()
{
    QTest::addColumn<QString>("sqlState");
    for (const char *state : {"53100", "55P03", "57014", "40001", "42501", "P0001"})
        QTest::newRow(state) << QString(state);
}

void TestRecording::keepsAllWhenTheServerIsInTrouble()
{
    QFETCH(const QString, sqlState);
    Queue queue;
    queue.addEndpoint();
    queue.addJobs(5);
    queue.database.run(
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
        "'could not extend file' USING ERRCODE = '" +
        sqlState +
        "'; END $$; CREATE TRIGGER no BEFORE INSERT ON webhook_deliveries FOR EACH ROW EXECUTE "
        "FUNCTION no()");
    QList<AttemptRecord> batch;
    for (const ClaimedJob &job : queue.claim())
        batch.append(answered(job, 200));

    // Then the error is the server's own, and nothing is given up
    const auto refused = recordAttempts(queue.connection(), batch);
    QVERIFY(!refused);
    QCOMPARE(refused.error().sqlState, sqlState);
    QVERIFY(refused.error().why.contains("could not extend file"));
    QCOMPARE(queue.value("SELECT count(id) FROM webhook_jobs WHERE status = 'processing'"), QString("5"));

    // And the same attempts are recorded when it has passed
    queue.database.run("DROP TRIGGER no ON webhook_deliveries");
    QCOMPARE(recordAttempts(queue.connection(), batch)->lost, 0);
    QCOMPARE(queue.value("SELECT count(id) FROM webhook_jobs WHERE status = 'completed'"), QString("5"));
}

void TestRecording::keepsAllWhileNoPartitionTakesThem()
{
    if (!qEnvironmentVariableIsSet("SIGNALBOX_TEST_PARTITIONED"))
        QSKIP("of partitioned tables only");
    Queue queue;
    queue.addEndpoint();
    queue.addJobs(5);
    QList<AttemptRecord> batch;
    for (const ClaimedJob &job : queue.claim())
        batch.append(answered(job, 200));
    const QString today = queue.value("SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = "
                                      "'webhook_deliveries'::regclass ORDER BY inhrelid OFFSET 4 LIMIT 1");
    const QString bounds =
        queue.value("SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = '" + today + '\'');
    queue.database.run("ALTER TABLE webhook_deliveries DETACH PARTITION " + today);

    QVERIFY(!recordAttempts(queue.connection(), batch));
    QCOMPARE(queue.value("SELECT count(id) FROM webhook_jobs WHERE status = 'processing'"), QString("5"));

    queue.database.run("ALTER TABLE webhook_deliveries ATTACH PARTITION " + today + ' ' + bounds);
    QCOMPARE(recordAttempts(queue.connection(), batch)->refused.size(), 0);
    QCOMPARE(queue.value("SELECT count(id) FROM webhook_jobs WHERE status = 'completed'"), QString("5"));
}

void TestRecording::waitsForACommitThatIsOnItsWay()
{
    // Given a session that is gone for its worker, and whose transaction still runs
    Queue queue;
    queue.addEndpoint();
    const QUuid job = queue.addJob();
    AttemptRecord attempt = answered(queue.claim().constFirst(), 200);
    const auto lost = queue.database.connect();
    QVERIFY(lost->begin());
    QVERIFY(recordAttempts(*lost, {attempt}));

    // When the worker records the attempt again, and the commit arrives while it does
    attempt.mayBeStored = true;
    const auto again = QScopedPointer<QThread>(QThread::create([&queue, attempt] {
        const auto connection = queue.database.connect();
        (void)recordAttempts(*connection, {attempt});
    }));
    again->start();
    QTRY_VERIFY(queue
                    .value("SELECT count(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                           "AND datname = current_database()")
                    .toInt() > 0);
    QVERIFY(lost->commit());
    QVERIFY(again->wait(60'000));

    QCOMPARE(queue.attemptRows(job), 1);
    QCOMPARE(queue.value("SELECT status || attempts FROM webhook_jobs"), QString("completed1"));
}

void TestRecording::numbersAtTheirEndAreRecorded()
{
    Queue queue;
    queue.addEndpoint();
    const QString end = QString::number(std::numeric_limits<int>::max());
    for (const char *column : {"attempts", "max_attempts", "rescues", "timeout_ms"})
        queue.addJob("{}", {{column, end}});
    queue.addJob("{}", {{"attempts", end}, {"max_attempts", end}});

    const RecordResult result = queue.answerAll(queue.claim(), 500);

    QCOMPARE(result.refused.size(), 0);
    QCOMPARE(queue.value("SELECT count(id) FROM webhook_deliveries"), QString("5"));
    QCOMPARE(queue.value("SELECT count(id) FROM webhook_jobs WHERE status = 'processing'"), QString("0"));
}

void TestRecording::purgedJobTakesNoRow()
{
    Queue queue;
    queue.addEndpoint();
    queue.addJobs(2);
    const QList<ClaimedJob> claimed = queue.claim();
    queue.database.run("DELETE FROM webhook_jobs WHERE id = '" +
                       claimed.constFirst().id.toString(QUuid::WithoutBraces) + '\'');
    const RecordResult result = queue.answerAll(claimed, 200);
    QCOMPARE(result.refused.size(), 0);
    QCOMPARE(queue.value("SELECT string_agg(status, ' ') FROM webhook_jobs"), QString("completed"));
}

QTEST_GUILESS_MAIN(TestRecording)
#include "test_recording.moc"
