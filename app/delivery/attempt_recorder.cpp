#include "app/delivery/attempt_recorder.h"

namespace signalbox {

namespace {

constexpr qsizetype batchSize = 500;
// What receivers sent is escaped, bound and parsed: full answers to a full batch would take hundreds of
// megabytes.
constexpr qsizetype batchBytes = 4 * 1024 * 1024;
constexpr int retryMs = 1'000;

qsizetype bytesOf(const AttemptRecord &attempt)
{
    qsizetype bytes = attempt.result.responseBody.size();
    for (const HttpHeader &header : attempt.result.responseHeaders)
        bytes += header.name.size() + header.value.size();
    return bytes;
}

// How many of the attempts make one batch; at least one.
qsizetype nextBatch(const QList<AttemptRecord> &waiting)
{
    qsizetype bytes = 0;
    for (qsizetype count = 0; count < qMin(waiting.size(), batchSize); ++count) {
        bytes += bytesOf(waiting[count]);
        if (bytes > batchBytes)
            return qMax<qsizetype>(1, count);
    }
    return qMin(waiting.size(), batchSize);
}

} // namespace

AttemptRecorder::AttemptRecorder(DeliveryQueue &queue, int flushMs, QObject *parent)
    : QObject(parent)
    , m_queue(queue)
    , m_flushMs(flushMs)
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &AttemptRecorder::flush);
}

void AttemptRecorder::add(const AttemptRecord &attempt)
{
    m_waiting.append(attempt);
    if (!m_underWay.isEmpty())
        return;
    // Somebody waits for these: the next job of the stream, the jobs behind a probe, whoever sent the test.
    const bool isAwaited = !attempt.orderKey.isEmpty() || attempt.isProbe || attempt.isTest;
    if (isAwaited || m_waiting.size() >= batchSize)
        m_timer.start(0);
    else if (!m_timer.isActive())
        m_timer.start(m_flushMs);
}

void AttemptRecorder::retryNow()
{
    if (m_underWay.isEmpty() && !m_waiting.isEmpty())
        m_timer.start(0);
}

void AttemptRecorder::flush()
{
    if (m_waiting.isEmpty() || !m_underWay.isEmpty())
        return;
    m_underWay = m_waiting.mid(0, nextBatch(m_waiting));
    m_waiting.remove(0, m_underWay.size());
    m_queue.record(m_underWay, this, [this](const Result<RecordResult> &result) { flushed(result); });
}

void AttemptRecorder::flushed(const Result<RecordResult> &result)
{
    const QList<AttemptRecord> batch = std::exchange(m_underWay, {});
    if (!result) {
        m_waiting = batch + m_waiting;
        m_timer.start(retryMs);
        emit failed(result.error());
        return;
    }
    if (!m_waiting.isEmpty())
        m_timer.start(0);
    if (result->lost > 0)
        emit leasesLost(result->lost);
    emit recorded(batch, *result);
}

} // namespace signalbox
