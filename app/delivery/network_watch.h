#pragma once

#include "app/core/delivery.h"
#include "app/core/own_trouble.h"

#include <QElapsedTimer>
#include <QList>
#include <QObject>
#include <QTimer>

namespace signalbox {

/// Keeps this machine's own trouble off the endpoints' records (design §4, Own trouble). An attempt that may
/// have failed for it is kept for a moment: when it turns out to be our own, its job is given back as if it
/// had not been sent; else it is recorded. During trouble a few jobs are tried every now and then, at
/// doubling intervals; one that reaches somebody ends it. Lives on the dispatcher's thread.
class NetworkWatch : public QObject
{
    Q_OBJECT
public:
    explicit NetworkWatch(QObject *parent = nullptr);

    /// Takes a finished attempt, and says by a signal, now or in a moment, what is to become of it.
    void attemptFinished(const AttemptRecord &attempt);
    /// Records at once what is still kept: the worker stops.
    void letGo();
    qsizetype kept() const { return m_kept.size(); }

    bool isTrouble() const { return m_trouble.isValid(); }
    qint64 troubleMs() const { return m_trouble.elapsed(); } ///< while there is
    /// What is wrong, in words; empty while nothing is.
    QString problem() const { return m_problem; }
    /// How many jobs a claim may bring now; none: no limit but the caller's. During trouble a claim is a
    /// trial, and 0 means that it is not time yet.
    std::optional<int> trialJobs() const;
    void trialBegan();

signals:
    void cleared(const signalbox::AttemptRecord &attempt);   ///< to be recorded
    void withdrawn(const signalbox::AttemptRecord &attempt); ///< its job is to be given back, unrecorded
    void troubleBegan(const QString &problem);
    void troubleEnded(qint64 lastedMs);
    void trialDue();

private:
    void suspect(const AttemptRecord &attempt);
    void begin(const QString &problem);
    void reached(const AttemptRecord &attempt);

    OwnTrouble m_judge;
    QElapsedTimer m_time;
    QElapsedTimer m_trouble; ///< valid while there is
    QString m_problem;
    QTimer m_keep;  ///< until what is kept is recorded
    QTimer m_trial; ///< until the next one
    int m_pauseMs = 0;
    QList<AttemptRecord> m_kept;
};

} // namespace signalbox
