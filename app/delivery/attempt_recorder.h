#pragma once

#include "app/core/delivery_queue.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <optional>

namespace signalbox {

/// Records finished attempts in batches: what finishes while one batch is under way makes the next. Keeps
/// them whatever the database says, and tries again with back-off; attempts carry their own ids, so recording
/// again after a commit that was not seen is harmless. Bounded by the worker, which sends nothing while
/// attempts cannot be recorded.
class AttemptRecorder : public QObject
{
    Q_OBJECT
public:
    AttemptRecorder(DeliveryQueue &queue, int flushMs, QObject *parent = nullptr);

    void add(const AttemptRecord &attempt);
    /// The database is back: ends the wait after a lost connection. What the server refuses waits its time.
    void retryNow();
    /// The worker stops: what is not recorded within seconds may never be. Tries at once, and again after
    /// half a second at most.
    void hurry();
    qsizetype pending() const { return m_waiting.size() + m_underWay.size(); }
    /// Of what receivers sent and were sent, in memory until it is recorded.
    qint64 pendingBytes() const { return m_bytes; }
    /// Why attempts cannot be recorded; none while they can.
    const std::optional<Error> &problem() const { return m_problem; }
    qint64 problemMs() const { return m_problem ? m_problemSince.elapsed() : 0; }

signals:
    void recorded(const QList<signalbox::AttemptRecord> &attempts, const signalbox::RecordResult &result);
    /// Of what was recorded, so many jobs were no longer ours to move.
    void leasesLost(qint64 jobs);
    void failed(const signalbox::Error &error);

private:
    static constexpr int patientBackOffMs = 30'000;

    void retry();
    void flush();
    void flushed(const Result<RecordResult> &result);
    void tryAgain(const Error &error);

    DeliveryQueue &m_queue;
    int m_flushMs;
    QTimer m_timer;
    QList<AttemptRecord> m_waiting;
    QList<AttemptRecord> m_underWay;
    qint64 m_bytes = 0;
    qsizetype m_mostInBatch; ///< halved when a batch fails, doubled when one passes
    int m_backOffMs = 0;
    int m_longestBackOffMs = patientBackOffMs;
    std::optional<Error> m_problem;
    QElapsedTimer m_problemSince;
};

} // namespace signalbox
