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
    void forgetsWaitingJobsOfAnEndpoint();
    void runsLowBeforeItIsEmpty();
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
    queue.slotFreed("a");
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
        fill(queue, endpoint, 30);
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
    QCOMPARE(queue.freshPlaces(), 24);
    fill(queue, "a", 24);
    QCOMPARE(queue.places(), (QHash<QString, int>{{"a", 0}}));
    QCOMPARE(queue.freshPlaces(), 12);
    ClaimedJob throttled = jobOf("t", 2);
    throttled.isThrottled = true;
    queue.enqueue(throttled);
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
    queue.slotFreed("a");
    QCOMPARE(queue.held(), 1);
    QVERIFY(queue.removeAllWaiting().isEmpty());
}

void TestSendQueue::runsLowBeforeItIsEmpty()
{
    SendQueue queue(8);
    fill(queue, "a", 8);
    QCOMPARE(takeAll(queue).size(), 4);
    QVERIFY(!queue.runsLow("a"));
    for (int i = 0; i < 2; ++i) {
        queue.slotFreed("a");
        QVERIFY(queue.takeNext());
    }
    QVERIFY(queue.runsLow("a"));
}

QTEST_GUILESS_MAIN(TestSendQueue)
#include "test_send_queue.moc"
