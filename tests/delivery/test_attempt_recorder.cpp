#include "app/delivery/attempt_recorder.h"
#include "tests/delivery/silent_queue.h"

#include <QTest>

using namespace signalbox;

namespace {

/// A queue that takes every batch, or refuses as many as it is told.
class RecordingQueue final : public SilentQueue
{
public:
    void record(const QList<AttemptRecord> &attempts, QObject *, Reply<RecordResult> reply) override
    {
        batches << attempts;
        if (failures-- > 0)
            return reply(fail(Error::Kind::Unavailable, "record attempts", "the connection was lost"));
        recorded += attempts.size();
        reply(RecordResult());
    }

    QList<QList<AttemptRecord>> batches;
    qsizetype recorded = 0;
    int failures = 0;
};

AttemptRecord attemptWith(qsizetype bodyBytes)
{
    AttemptRecord attempt;
    attempt.deliveryId = QUuid::createUuid();
    attempt.result.responseBody = QByteArray(bodyBytes, 'x');
    return attempt;
}

} // namespace

class TestAttemptRecorder : public QObject
{
    Q_OBJECT
private slots:
    void longAnswersMakeSmallBatches();
    void whatFailedIsRecordedAgainInOrder();
    void hurriesWhenTheWorkerStops();
};

void TestAttemptRecorder::longAnswersMakeSmallBatches()
{
    RecordingQueue queue;
    AttemptRecorder recorder(queue, 0);
    for (int i = 0; i < 200; ++i)
        recorder.add(attemptWith(64 * 1024));
    recorder.add(attemptWith(8 * 1024 * 1024)); // longer than a batch may be, and still recorded
    QTRY_COMPARE(queue.recorded, 201);
    QVERIFY(queue.batches.size() > 3);
    for (const QList<AttemptRecord> &batch : std::as_const(queue.batches))
        QVERIFY(batch.size() <= 64);
}

void TestAttemptRecorder::whatFailedIsRecordedAgainInOrder()
{
    RecordingQueue queue;
    queue.failures = 1;
    AttemptRecorder recorder(queue, 0);
    const AttemptRecord first = attemptWith(0);
    const AttemptRecord second = attemptWith(0);
    recorder.add(first);
    recorder.add(second);
    QTRY_COMPARE(queue.recorded, 2);
    QCOMPARE(recorder.pending(), 0);
    QCOMPARE(queue.batches.constLast().constFirst().deliveryId, first.deliveryId);
    QCOMPARE(queue.batches.constLast().constLast().deliveryId, second.deliveryId);
}

// A drain lasts ten seconds: the back-off of a long trouble would sleep through it.
void TestAttemptRecorder::hurriesWhenTheWorkerStops()
{
    // Given a recorder whose back-off has grown
    RecordingQueue queue;
    queue.failures = 1'000;
    AttemptRecorder recorder(queue, 0);
    recorder.add(attemptWith(0));
    QTRY_VERIFY(queue.batches.size() >= 4);

    // When the worker stops, six more tries come within seconds; by the back-off they would take 50 s and
    // more
    recorder.hurry();
    const qsizetype before = queue.batches.size();
    QTRY_VERIFY_WITH_TIMEOUT(queue.batches.size() >= before + 6, 25'000);

    // Then the first that passes is the last
    queue.failures = 0;
    QTRY_COMPARE(queue.recorded, 1);
    QCOMPARE(recorder.pending(), 0);
}

QTEST_GUILESS_MAIN(TestAttemptRecorder)
#include "test_attempt_recorder.moc"
