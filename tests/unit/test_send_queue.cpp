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

QList<ClaimedJob> takeJobs(SendQueue &queue)
{
    QList<ClaimedJob> jobs;
    while (const auto job = queue.takeNext())
        jobs << *job;
    return jobs;
}

QStringList endpointsOf(const QList<ClaimedJob> &jobs)
{
    QStringList endpoints;
    for (const ClaimedJob &job : jobs)
        endpoints << job.endpointId;
    return endpoints;
}

QStringList takeAll(SendQueue &queue)
{
    return endpointsOf(takeJobs(queue));
}

bool succeed(SendQueue &queue, const ClaimedJob &job)
{
    return queue.slotFreed(job, SlotEnd::Succeeded);
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
    void twoHundredThatHangLeaveTheOthersAlone();
    void strangersLeaveRoomToThoseThatAnswer();
    void aNewWorkerLearnsFromOthers();
    void suspectsLeaveAQuarter();
    void oneThatTimedOutGetsOneSlot();
    void givesBackWhatWaitsForOneThatHangs();
    void theMachinesLimitHolds();
    void overloadHalvesAndSuccessesBringBack();
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
    const QList<ClaimedJob> sent = takeJobs(queue);
    QCOMPARE(sent.size(), 3);
    succeed(queue, sent.constFirst());
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
    fill(queue, "b", 1);
    while (const auto job = queue.takeNext())
        succeed(queue, *job);
    fill(queue, "b", 44);
    QCOMPARE(queue.freshPlaces(), 2);
}

void TestSendQueue::holdsAheadWhatItGetsDone()
{
    SendQueue queue(8);
    fill(queue, "a", 4);
    const QList<ClaimedJob> sent = takeJobs(queue);
    QCOMPARE(sent.size(), 4);
    for (int i = 0; i < 3; ++i)
        succeed(queue, sent.at(i));
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
    const ClaimedJob sent = *queue.takeNext();
    QCOMPARE(sent.endpointId, QString("a"));
    QCOMPARE(queue.removeWaitingOf("a").size(), 4);
    QCOMPARE(takeAll(queue), QStringList{"b"});
    QCOMPARE(queue.held(), 2);
    succeed(queue, sent);
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
    QList<ClaimedJob> sent = takeJobs(queue);
    QCOMPARE(sent.size(), 4);

    // Then the next is worth its price once no more than two wait for each that is being sent
    int done = 0;
    while (!succeed(queue, sent.takeFirst())) {
        const auto next = queue.takeNext();
        QVERIFY(next);
        sent << *next;
        ++done;
    }
    QCOMPARE(done, 6);

    // And not after one that brought less
    request.places = queue.places();
    queue.claimAnswered(request, {});
    QVERIFY(!succeed(queue, sent.takeFirst()));
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
    large.leaseToken = QUuid::createUuid();
    queue.enqueue(large);

    // Then it gets no more, and there is room for others
    QCOMPARE(queue.places().value("a"), 0);
    QVERIFY(queue.freeBytes() > 0);
    fill(queue, "b", 1);
    QVERIFY(queue.places().value("b") > 0);

    // What is being sent weighs until it is done; what is given back weighs no more
    const ClaimedJob sent = *queue.takeNext();
    QCOMPARE(sent.endpointId, QString("a"));
    QCOMPARE(queue.freeBytes(), all - 2 * large.payload.size());
    succeed(queue, sent);
    QCOMPARE(queue.freeBytes(), all - large.payload.size());
    QVERIFY(queue.places().value("a") > 0);
    queue.removeAllWaiting();
    QCOMPARE(queue.freeBytes(), all);
}

void TestSendQueue::twoHundredThatHangLeaveTheOthersAlone()
{
    // Given 200 endpoints that hang, with jobs before those of a healthy one
    qint64 now = 0;
    SendQueue queue(64, [&now] { return now; });
    for (int i = 0; i < 200; ++i)
        fill(queue, QStringLiteral("hangs%1").arg(i), 2);
    fill(queue, "well", 60);

    // Then it is found to be well before any of them has timed out, and all its jobs go out
    int sent = 0;
    for (; sent < 60 && now < 30'000; now += 100) {
        for (const ClaimedJob &job : takeJobs(queue)) {
            if (job.endpointId != "well")
                continue;
            ++sent;
            succeed(queue, job);
        }
    }
    QCOMPARE(sent, 60);
    QVERIFY(now < 30'000);
    // And one that nobody has seen yet is not kept waiting by those that hang
    for (int i = 0; i < 200; ++i)
        fill(queue, QStringLiteral("hangs%1").arg(i), 1);
    now += 10'000;
    (void)takeAll(queue);
    now += 10'000;
    queue.removeStuck();
    fill(queue, "fresh", 1);
    QVERIFY(takeAll(queue).contains("fresh"));
    QVERIFY(queue.freshPlaces() > 0);
}

void TestSendQueue::strangersLeaveRoomToThoseThatAnswer()
{
    // Given one that answers, and as many others as a claim brings, of which nobody knows that they hang
    qint64 now = 0;
    SendQueue queue(16, [&now] { return now; });
    fill(queue, "well", 1);
    succeed(queue, *queue.takeNext());
    const int claimed = queue.room() * 3 / 4;
    for (int i = 0; i < claimed; ++i)
        fill(queue, QStringLiteral("hangs%1").arg(i), 1);
    const QList<ClaimedJob> first = takeJobs(queue);
    QCOMPARE(first.size(), 12);

    // Then no more of those are claimed, also where nothing of them is held, and producers tell
    QCOMPARE(queue.freshPlaces(), 0);
    QCOMPARE(queue.places().value("hangs0"), 0);
    QVERIFY(queue.places().value("well") > 0);
    QVERIFY(queue.wantsMore());
    // And the other has a slot, at once and later
    for (int round = 0; round < 5; ++round, now += 1'000) {
        fill(queue, "well", 1);
        const QList<ClaimedJob> sent = takeJobs(queue);
        QVERIFY(endpointsOf(sent).contains("well"));
        for (const ClaimedJob &job : sent) {
            if (job.endpointId == "well")
                succeed(queue, job);
        }
        QVERIFY(queue.places().value("well") > 0);
    }
    // Nor is more claimed of those that have timed out, as long as others take the room
    ClaimRequest request;
    request.places = queue.places();
    queue.claimAnswered(request, {});
    for (const ClaimedJob &job : first)
        QVERIFY(!queue.slotFreed(job, SlotEnd::TimedOut));
    for (const ClaimedJob &job : first)
        QCOMPARE(queue.places().value(job.endpointId, -1), 0);
    // When they are gone, all are claimed again
    queue.removeAllWaiting();
    now += 10'000;
    queue.removeStuck();
    QVERIFY(queue.freshPlaces() > 0);
    QVERIFY(!queue.places().contains("well"));
}

void TestSendQueue::aNewWorkerLearnsFromOthers()
{
    // Given a worker that has begun amid those that hang, and has seen one of them do so
    SendQueue queue(16);
    fill(queue, "hangs0", 1);
    queue.slotFreed(*queue.takeNext(), SlotEnd::TimedOut);
    for (int i = 0; i < 40; ++i)
        fill(queue, QStringLiteral("hangs%1").arg(i), 1);
    QVERIFY(queue.isCrowded());
    QVERIFY(!queue.places().contains("well"));

    // When others have had answers, then it claims for those, and gives them slots
    QVERIFY(queue.learned({"well", "hangs0"}));
    QVERIFY(!queue.learned({"well"}));
    QVERIFY(queue.places().value("well") > 0);
    QCOMPARE(queue.places().value("hangs0"), 0); // what it has seen itself counts more
    (void)takeAll(queue);
    fill(queue, "well", 1);
    QCOMPARE(takeAll(queue), QStringList{"well"});
}

void TestSendQueue::suspectsLeaveAQuarter()
{
    qint64 now = 0;
    SendQueue queue(64, [&now] { return now; });
    // Given endpoints whose last requests timed out
    for (int i = 0; i < 100; ++i)
        fill(queue, QStringLiteral("hangs%1").arg(i), 1);
    while (queue.held() > 0) {
        for (const ClaimedJob &job : takeJobs(queue))
            queue.slotFreed(job, SlotEnd::TimedOut);
    }
    // When they have jobs again, they take three quarters of the slots
    for (int i = 0; i < 100; ++i)
        fill(queue, QStringLiteral("hangs%1").arg(i), 3);
    QCOMPARE(takeAll(queue).size(), 48);
    fill(queue, "other", 20);
    QCOMPARE(takeAll(queue).size(), 8); // as many as are left free after them
}

void TestSendQueue::oneThatTimedOutGetsOneSlot()
{
    SendQueue queue(64);
    fill(queue, "a", 10);
    queue.slotFreed(*queue.takeNext(), SlotEnd::TimedOut);
    const QList<ClaimedJob> next = takeJobs(queue);
    QCOMPARE(next.size(), 1);
    QCOMPARE(queue.places().value("a"), 0);
    // Nor is more claimed while it holds nothing
    queue.removeAllWaiting();
    queue.slotFreed(next.constFirst(), SlotEnd::TimedOut);
    QCOMPARE(queue.held(), 0);
    QCOMPARE(queue.places(), (QHash<QString, int>{{"a", 1}}));
    // Until it answers
    fill(queue, "a", 10);
    succeed(queue, *queue.takeNext());
    QCOMPARE(takeAll(queue).size(), 9);
}

void TestSendQueue::givesBackWhatWaitsForOneThatHangs()
{
    qint64 now = 0;
    SendQueue queue(8, [&now] { return now; });
    fill(queue, "hangs", 6);
    fill(queue, "well", 6);
    QList<ClaimedJob> sent = takeJobs(queue);
    now = 2'500;
    for (const ClaimedJob &job : std::as_const(sent)) {
        if (job.endpointId == "well")
            succeed(queue, job); // slow, and not stuck
    }
    QCOMPARE(queue.removeStuck().size(), 6 - sent.count() + endpointsOf(sent).count("well"));
    QCOMPARE(queue.places().value("hangs"), 0);
    QVERIFY(takeAll(queue).contains("well"));
}

void TestSendQueue::theMachinesLimitHolds()
{
    SendQueue queue(64);
    queue.setMostSending(3);
    for (const char *endpoint : {"a", "b", "c", "d"})
        fill(queue, QLatin1String(endpoint), 10);
    QCOMPARE(takeAll(queue).size(), 3);
}

void TestSendQueue::overloadHalvesAndSuccessesBringBack()
{
    qint64 now = 0;
    SendQueue queue(64, [&now] { return now; });
    fill(queue, "a", 100, 16);
    QList<ClaimedJob> sent = takeJobs(queue);
    QCOMPARE(sent.size(), 16);
    // All that was on its way together halves once
    now = 1;
    for (const ClaimedJob &job : std::as_const(sent))
        queue.slotFreed(job, SlotEnd::Overloaded);
    QCOMPARE(queue.overloaded(), QStringList{"a"});
    now = 2;
    sent = takeJobs(queue);
    QCOMPARE(sent.size(), 8);
    // What was sent since halves again
    now = 3;
    for (const ClaimedJob &job : std::as_const(sent))
        queue.slotFreed(job, SlotEnd::Overloaded);
    sent = takeJobs(queue);
    QCOMPARE(sent.size(), 4);
    // And each success is one more, up to what it may have
    for (int done = 0; done < 12; ++done) {
        QCOMPARE(queue.overloaded(), QStringList{"a"});
        succeed(queue, sent.takeFirst());
        sent += takeJobs(queue);
    }
    QCOMPARE(sent.size(), 16);
    QVERIFY(queue.overloaded().isEmpty());
}

QTEST_GUILESS_MAIN(TestSendQueue)
#include "test_send_queue.moc"
