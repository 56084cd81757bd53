#pragma once

#include "app/core/delivery_queue.h"

#include <QObject>
#include <QTimer>

namespace signalbox {

/// Records finished attempts in batches: what finishes while one batch is under way makes the next. Keeps
/// them while the database is away; attempts carry their own ids, so recording again after a commit that was
/// not seen is harmless. Bounded by the worker, which claims nothing while much is unrecorded.
class AttemptRecorder : public QObject
{
    Q_OBJECT
public:
    AttemptRecorder(DeliveryQueue &queue, int flushMs, QObject *parent = nullptr);

    void add(const AttemptRecord &attempt);
    /// The database is back.
    void retryNow();
    qsizetype pending() const { return m_waiting.size() + m_underWay.size(); }

signals:
    void recorded(const QList<signalbox::AttemptRecord> &attempts, const signalbox::RecordResult &result);
    /// Of what was recorded, so many jobs were no longer ours to move.
    void leasesLost(qint64 jobs);
    void failed(const signalbox::Error &error);

private:
    void flush();
    void flushed(const Result<RecordResult> &result);

    DeliveryQueue &m_queue;
    int m_flushMs;
    QTimer m_timer;
    QList<AttemptRecord> m_waiting;
    QList<AttemptRecord> m_underWay;
};

} // namespace signalbox
