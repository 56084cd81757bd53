#include "app/delivery/send_queue.h"

#include <QTest>

using namespace signalbox;

namespace {

ClaimedJob jobOf(const QString &endpointId, int maxInFlight = 32)
{
    ClaimedJob job;
    job.id = QUuid::createUuid();
    job.leaseToken = QUuid::createUuid();
    job.endpointId = endpointId;
    job.maxInFlight = maxInFlight;
    return job;
}

void fill(SendQueue &queue, const QString &endpointId, int jobs, int maxInFlight = 32)
{
    for (int i = 0; i < jobs; ++i)
        queue.enqueue(jobOf(endpointId, maxInFlight));
}

QStringList takeAll(SendQueue &queue)
{
    QStringList endpoints;
    while (const auto job = queue.takeNext())
        endpoints << job->endpointId;
    return endpoints;
}

} // namespace

/// Who gets the slots of a worker.
class TestSendQueue : public QObject
{
    Q_OBJECT
private slots:
    void goesRoundTheEndpoints();
    void keepsAnEndpointsOwnLimit();
    void aloneTakesHalf();
    void hangingEndpointsLeaveRoomForOthers();
    void placesShrinkWithWhatIsHeld();
    void holdsAheadWhatItGetsDone();
    void forgetsWaitingJobsOfAnEndpoint();
    void asksForMoreBeforeItIsEmpty();
    void weighsWhatItHolds();
};

void TestSendQueue::goesRoundTheEndpoints()
{
    SendQueue queue(6);
    fill(queue, "a", 4);
    fill(queue, "b", 1);
    QCOMPARE(takeAll(queue), (QStringList{"a", "b", "a", "a"}));
    QCOMPARE(queue.sending(), 4);
    QCOMPARE(queue.held(), 5);
}

void TestSendQueue::keepsAnEndpointsOwnLimit()
{
    SendQueue queue(64);
    fill(queue, "a", 10, 3);
    QCOMPARE(takeAll(queue).size(), 3);
    queue.slotFreed("a", 0);
    QCOMPARE(takeAll(queue).size(), 1);
}

void TestSendQueue::aloneTakesHalf()
{
    SendQueue queue(8);
    fill(queue, "a", 8);
    QCOMPARE(takeAll(queue).size(), 4);
    SendQueue single(1);
    fill(single, "a", 2);
    QCOMPARE(takeAll(single).size(), 1);
}

void TestSendQueue::hangingEndpointsLeaveRoomForOthers()
{
    // Given endpoints that never answer
    SendQueue queue(64);
    for (const char *endpoint : {"h1", "h2", "h3", "h4", "h5"}) {
        fill(queue, QLatin1String(endpoint), 30);
        (void)takeAll(queue);
    }
    // Then a healthy one still gets a slot
    fill(queue, "healthy", 1);
    QCOMPARE(takeAll(queue), QStringList{"healthy"});
}

void TestSendQueue::placesShrinkWithWhatIsHeld()
{
    SendQueue queue(8);
    QCOMPARE(queue.capacity(), 48);
    // Half of the slots for one endpoint, before it has shown what it gets done
    QCOMPARE(queue.freshPlaces(), 4);
    fill(queue, "a", 4);
    QCOMPARE(queue.places(), (QHash<QString, int>{{"a", 0}}));
    // And less of it when little is left free
    fill(queue, "b", 40);
    QCOMPARE(queue.freshPlaces(), 2);
}

void TestSendQueue::holdsAheadWhatItGetsDone()
{
    SendQueue queue(8);
    fill(queue, "a", 4);
    QCOMPARE(takeAll(queue).size(), 4);
    for (int i = 0; i < 3; ++i)
        (void)queue.slotFreed("a", 0);
    // One is in flight: three slots are free, and three more may wait
    QCOMPARE(queue.places().value("a"), 6);
    // A rate limit leaves nothing to wait
    ClaimedJob throttled = jobOf("t", 2);
    throttled.isThrottled = true;
    queue.enqueue(throttled);
    QVERIFY(queue.takeNext());
    QCOMPARE(queue.places().value("t"), 1);
}

void TestSendQueue::forgetsWaitingJobsOfAnEndpoint()
{
    SendQueue queue(4);
    fill(queue, "a", 5);
    fill(queue, "b", 1);
    QCOMPARE(queue.takeNext()->endpointId, QString("a"));
    QCOMPARE(queue.removeWaitingOf("a").size(), 4);
    QCOMPARE(takeAll(queue), QStringList{"b"});
    QCOMPARE(queue.held(), 2);
    queue.slotFreed("a", 0);
    QCOMPARE(queue.held(), 1);
    QVERIFY(queue.removeAllWaiting().isEmpty());
}

void TestSendQueue::asksForMoreBeforeItIsEmpty()
{
    // Given a claim that brought all it was asked for
    SendQueue queue(8);
    QList<ClaimedJob> jobs;
    for (int i = 0; i < 4; ++i)
        jobs << jobOf("a");
    ClaimRequest request;
    request.freshPlaces = 4;
    queue.claimAnswered(request, jobs);
    for (const ClaimedJob &job : jobs)
        queue.enqueue(job);
    fill(queue, "a", 12);
    QCOMPARE(takeAll(queue).size(), 4);

    // Then the next is worth its price once no more than two wait for each that is being sent
    int done = 0;
    while (!queue.slotFreed("a", 0)) {
        QVERIFY(queue.takeNext());
        ++done;
    }
    QCOMPARE(done, 6);

    // And not after one that brought less
    request.places = queue.places();
    queue.claimAnswered(request, {});
    QVERIFY(!queue.slotFreed("a", 0));
}

void TestSendQueue::weighsWhatItHolds()
{
    // Given an endpoint whose payloads take more than half of what may be held
    SendQueue queue(8);
    const qint64 all = queue.freeBytes();
    ClaimedJob large = jobOf("a");
    large.payload = QByteArray(all / 4 + 1, ' ');
    queue.enqueue(large);
    QVERIFY(queue.places().value("a") > 0);
    queue.enqueue(large);

    // Then it gets no more, and there is room for others
    QCOMPARE(queue.places().value("a"), 0);
    QVERIFY(queue.freeBytes() > 0);
    fill(queue, "b", 1);
    QVERIFY(queue.places().value("b") > 0);

    // What is being sent weighs until it is done; what is given back weighs no more
    QCOMPARE(queue.takeNext()->endpointId, QString("a"));
    QCOMPARE(queue.freeBytes(), all - 2 * large.payload.size());
    queue.slotFreed("a", large.payload.size());
    QCOMPARE(queue.freeBytes(), all - large.payload.size());
    QVERIFY(queue.places().value("a") > 0);
    queue.removeAllWaiting();
    QCOMPARE(queue.freeBytes(), all);
}

QTEST_GUILESS_MAIN(TestSendQueue)
#include "test_send_queue.moc"
