#include "app/delivery/attempt_recorder.h"

namespace signalbox {

namespace {

constexpr qsizetype batchSize = 500;
// What receivers sent is escaped, bound and parsed: full answers to a full batch would take hundreds of
// megabytes.
constexpr qsizetype batchBytes = 4 * 1024 * 1024;
constexpr int firstBackOffMs = 200;
constexpr int hurriedBackOffMs = 500;

qsizetype bytesOf(const AttemptRecord &attempt)
{
    qsizetype bytes = attempt.result.responseBody.size();
    for (const QList<HttpHeader> *headers :
         {&attempt.result.responseHeaders, &attempt.result.requestHeaders}) {
        for (const HttpHeader &header : *headers)
            bytes += header.name.size() + header.value.size();
    }
    return bytes;
}

// How many of the attempts make one batch; at least one.
qsizetype nextBatch(const QList<AttemptRecord> &waiting, qsizetype most)
{
    qsizetype bytes = 0;
    for (qsizetype count = 0; count < qMin(waiting.size(), most); ++count) {
        bytes += bytesOf(waiting[count]);
        if (bytes > batchBytes)
            return qMax<qsizetype>(1, count);
    }
    return qMin(waiting.size(), most);
}

} // namespace

AttemptRecorder::AttemptRecorder(DeliveryQueue &queue, int flushMs, QObject *parent)
    : QObject(parent)
    , m_queue(queue)
    , m_flushMs(flushMs)
    , m_timer(this)
    , m_mostInBatch(batchSize)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &AttemptRecorder::flush);
}

void AttemptRecorder::add(const AttemptRecord &attempt)
{
    m_waiting.append(attempt);
    m_bytes += bytesOf(attempt);
    if (!m_underWay.isEmpty() || m_problem)
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
    if (m_problem && m_problem->kind == Error::Kind::Unavailable)
        retry();
}

void AttemptRecorder::retry()
{
    if (m_underWay.isEmpty() && !m_waiting.isEmpty())
        m_timer.start(0);
}

void AttemptRecorder::hurry()
{
    m_longestBackOffMs = hurriedBackOffMs;
    m_backOffMs = 0;
    retry();
}

void AttemptRecorder::flush()
{
    if (m_waiting.isEmpty() || !m_underWay.isEmpty())
        return;
    m_underWay = m_waiting.mid(0, nextBatch(m_waiting, m_mostInBatch));
    m_waiting.remove(0, m_underWay.size());
    m_queue.record(m_underWay, this, [this](const Result<RecordResult> &result) { flushed(result); });
}

void AttemptRecorder::flushed(const Result<RecordResult> &result)
{
    if (!result)
        return tryAgain(result.error());
    const QList<AttemptRecord> batch = std::exchange(m_underWay, {});
    m_problem.reset();
    m_backOffMs = 0;
    m_longestBackOffMs = patientBackOffMs; // the worker may be started again
    m_mostInBatch = qMin(batchSize, 2 * m_mostInBatch);
    for (const AttemptRecord &attempt : batch)
        m_bytes -= bytesOf(attempt);
    if (!m_waiting.isEmpty())
        m_timer.start(0);
    if (result->lost > 0)
        emit leasesLost(result->lost);
    emit recorded(batch, *result);
}

void AttemptRecorder::tryAgain(const Error &error)
{
    const bool isLost = error.kind == Error::Kind::Unavailable;
    if (isLost) {
        for (AttemptRecord &attempt : m_underWay)
            attempt.mayBeStored = true;
    } else {
        m_mostInBatch = qMax<qsizetype>(1, m_underWay.size() / 2);
    }
    m_waiting = std::exchange(m_underWay, {}) + m_waiting;
    m_backOffMs = qBound(firstBackOffMs, 2 * m_backOffMs, m_longestBackOffMs);
    m_timer.start(m_backOffMs);
    if (!m_problem)
        m_problemSince.start();
    m_problem = error;
    emit failed(error);
}

} // namespace signalbox
