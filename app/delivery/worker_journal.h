#pragma once

#include "app/core/delivery_queue.h"
#include "app/core/log_event.h"
#include "app/core/result.h"
#include "app/delivery/failure_fold.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace signalbox {

/// Puts what happens to a worker into log events: transitions once, not each repetition; failures of attempts
/// folded (FailureFold), so that an incident does not fill a disk. Lives on the dispatcher's thread.
class WorkerJournal : public QObject
{
    Q_OBJECT
public:
    explicit WorkerJournal(int foldMs, QObject *parent = nullptr);

    void attemptFinished(const AttemptRecord &attempt);
    void leasesLost(qint64 jobs);
    void rescued(qint64 jobs);
    /// False when it counts as lost already: the worker's connections go and come one by one.
    bool databaseLost(const Error &error);
    /// It answers; said, and counted as back, once it has done so for a while.
    void databaseBack();
    /// Attempts cannot be recorded; said once for each reason until they can.
    void recordingFailed(const Error &error, qint64 unrecorded);
    void recordingBack();
    /// An outcome that is not on record as it was.
    void recordRefused(const RefusedRecord &refused);
    /// A job that no statement could move, failed by itself.
    void jobSetAside(const QString &reason);
    /// The server answers an act with an error, or does it again.
    void statementFailed(const Error &error);
    void statementPassed(const QString &act);
    /// Why fan-out stands still; empty when it moves again.
    void fanOutProblem(const QString &problem);
    void eventPutAside(const SkippedEvent &event);
    /// A circuit breaker changed its state; states as stored ("closed", "open", "half-open", "held").
    void breakerMoved(const QString &endpointId, const QString &to, const QString &reason);
    void endpointDisabled(const QString &endpointId);
    /// The machine's own network, or its means, fail; over after so long.
    void ownTroubleBegan(const QString &problem);
    void ownTroubleEnded(qint64 lastedMs);
    /// Fewer requests at once than was asked for: the limit on open files allows no more.
    void concurrencyBounded(int concurrency, int sockets);
    void drainBegan(qint64 inFlight, qint64 released, int limitMs);
    void drainLimitReached(qint64 released);
    void drainEnded(qint64 unrecorded);

signals:
    void logged(const signalbox::LogEvent &event);

private:
    void log(LogLevel level, const char *component, const char *message, const QList<LogField> &fields);
    void summarise();
    void sayBack();

    FailureFold m_fold;
    FailureFold m_refusals;
    QTimer m_foldTimer;
    QElapsedTimer m_foldSince;
    QTimer m_backTimer;
    QElapsedTimer m_awaySince; ///< valid while the database counts as lost
    QElapsedTimer m_drainSince;
    QString m_fanOutProblem;
    QString m_recordingProblem; ///< what distinguishes it from another; empty while attempts are recorded
    QElapsedTimer m_recordingSince;
};

} // namespace signalbox
