#include "app/database/endpoint_queries.h"
#include "app/database/fan_out.h"
#include "app/database/job_changes.h"
#include "app/database/stream_order.h"
#include "tests/delivery/queue_fixture.h"

#include <QTest>

using namespace signalbox;

/// Jobs of one stream go out one after the other, by version.
class TestStreamOrder : public QObject
{
    Q_OBJECT
private slots:
    void sendsAStreamOneAfterTheOther();
    void failingJobBlocksItsOwnStreamOnly();
    void waitsForALowerVersionThatIsNotCommitted();
    void waitsNotForAGapThatNobodyCanFill();
    void waitsNotForVersionsNobodyWanted();
    void switchingOrderOnAndOff();
    void cancelledJobLetsItsStreamGo();
};

void TestStreamOrder::sendsAStreamOneAfterTheOther()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"ordered", "true"}});
    for (const int version : {1, 2, 3}) {
        queue.appendEvent("a", version);
        queue.appendEvent("b", version);
    }
    QCOMPARE(fanOut(queue.connection(), 100)->jobs, qint64(6));

    QList<ClaimedJob> claimed;
    QCOMPARE(queue.claimedVersions(&claimed), (QStringList{"a1", "b1"}));
    QCOMPARE(queue.claim().size(), 0);
    (void)queue.answerAll(claimed, 200);
    QCOMPARE(queue.claimedVersions(&claimed), (QStringList{"a2", "b2"}));
    (void)queue.answerAll(claimed, 200);
    QCOMPARE(queue.claimedVersions(&claimed), (QStringList{"a3", "b3"}));
}

void TestStreamOrder::failingJobBlocksItsOwnStreamOnly()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"ordered", "true"}, {"max_retries", "1"}});
    for (const int version : {1, 2}) {
        queue.appendEvent("a", version);
        queue.appendEvent("b", version);
    }
    (void)fanOut(queue.connection(), 100);
    QList<ClaimedJob> claimed;
    QCOMPARE(queue.claimedVersions(&claimed), (QStringList{"a1", "b1"}));
    QList<AttemptRecord> attempts;
    for (const ClaimedJob &job : std::as_const(claimed))
        attempts << answered(job, job.orderKey == "a" ? 500 : 200);
    (void)recordAttempts(queue.connection(), attempts);

    // Then its stream waits with it, and goes on once it has failed for good
    QCOMPARE(queue.claimedVersions(&claimed), (QStringList{"a1", "b2"}));
    (void)queue.answerAll(claimed, 500);
    QVERIFY(queue.claimedVersions(&claimed).contains("a2"));
}

void TestStreamOrder::waitsForALowerVersionThatIsNotCommitted()
{
    // Given version 1 in a transaction that goes on, and version 2 committed
    Queue queue;
    queue.addEndpoint("ep_1", {{"ordered", "true"}});
    queue.appendEvent("b", 1);
    const auto slow = queue.database.connect();
    QVERIFY(slow->begin());
    queue.appendEvent("a", 2);
    QVERIFY(slow->executeRaw(
        "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
        "VALUES (gen_random_uuid(), 't', 'a', 1, '{}', '{}', now())"));
    (void)fanOut(queue.connection(), 100);

    // Then version 2 may have become a job, but is not sent
    QList<ClaimedJob> claimed;
    QCOMPARE(queue.claimedVersions(&claimed), QStringList{"b1"});

    // When version 1 comes, then it goes first
    QVERIFY(slow->commit());
    (void)fanOut(queue.connection(), 100);
    QCOMPARE(queue.claimedVersions(&claimed), QStringList{"a1"});
    (void)queue.answerAll(claimed, 200);
    QCOMPARE(queue.claimedVersions(&claimed), QStringList{"a2"});
}

void TestStreamOrder::waitsNotForAGapThatNobodyCanFill()
{
    // Given a stream that begins at version 5: what came before was archived
    Queue queue;
    queue.addEndpoint("ep_1", {{"ordered", "true"}});
    queue.appendEvent("a", 5);
    (void)fanOut(queue.connection(), 100);
    (void)releaseAllStreams(queue.connection());
    QList<ClaimedJob> claimed;
    QCOMPARE(queue.claimedVersions(&claimed), QStringList{"a5"});
}

void TestStreamOrder::waitsNotForVersionsNobodyWanted()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"ordered", "true"}, {"event_filter", R"('["wanted"]')"}});
    queue.appendEvent("a", 1);
    queue.database.run(
        "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
        "VALUES (gen_random_uuid(), 'wanted', 'a', 2, '{}', '{}', now())");
    (void)fanOut(queue.connection(), 100);
    QList<ClaimedJob> claimed;
    QCOMPARE(queue.claimedVersions(&claimed), QStringList{"a2"});
}

void TestStreamOrder::switchingOrderOnAndOff()
{
    Queue queue;
    queue.addEndpoint();
    for (const int version : {1, 2, 3})
        queue.appendEvent("a", version);
    (void)fanOut(queue.connection(), 100);
    EndpointChange change;
    change.id = "ep_1";
    change.ordered = true;
    QVERIFY(changeEndpoint(queue.connection(), change));
    QList<ClaimedJob> claimed;
    QCOMPARE(queue.claimedVersions(&claimed), QStringList{"a1"});

    change.ordered = false;
    QVERIFY(changeEndpoint(queue.connection(), change));
    QCOMPARE(queue.claim().size(), 2);
}

void TestStreamOrder::cancelledJobLetsItsStreamGo()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"ordered", "true"}});
    queue.appendEvent("a", 1);
    queue.appendEvent("a", 2);
    (void)fanOut(queue.connection(), 100);
    const QString first = queue.value("SELECT id FROM webhook_jobs WHERE order_version = 1");
    QVERIFY(changeJobs(queue.connection(), {{first}, {}}, JobAction::Cancel, "sent by mail"));
    QList<ClaimedJob> claimed;
    QCOMPARE(queue.claimedVersions(&claimed), QStringList{"a2"});

    // And put back into the queue while the later one is out, it waits for that one
    QVERIFY(changeJobs(queue.connection(), {{first}, {}}, JobAction::Retry, "after all"));
    QCOMPARE(queue.claim().size(), 0);
    (void)queue.answerAll(claimed, 200);
    QCOMPARE(queue.claimedVersions(&claimed), QStringList{"a1"});
}

QTEST_GUILESS_MAIN(TestStreamOrder)
#include "test_stream_order.moc"
