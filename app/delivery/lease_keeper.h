#pragma once

#include "app/core/delivery_queue.h"

#include <QHash>
#include <QObject>
#include <QTimer>

namespace signalbox {

/// Renews the leases of everything the worker holds: waiting, running, finished but not yet recorded. A
/// renewal that fails is tried again every second, so that a short loss of the database costs no lease.
class LeaseKeeper : public QObject
{
    Q_OBJECT
public:
    LeaseKeeper(DeliveryQueue &queue, int leaseMs, int renewEveryMs, QObject *parent = nullptr);

    /// Milliseconds of a clock that never jumps and goes on while the machine sleeps; leases count from the
    /// moment they were asked for.
    static qint64 now();
    void hold(const Lease &lease, qint64 askedAt);
    void drop(const QUuid &token);
    QList<QUuid> tokens() const { return m_held.keys(); }
    /// Whether nobody else can have taken the job yet: with the database away, a lease runs out unseen.
    bool isSafe(const QUuid &token) const;

signals:
    /// Somebody else moved the job: cancelled, rescued.
    void lost(const QUuid &token);
    void renewalFailed(const signalbox::Error &error);
    void renewalPassed();

private:
    struct Held
    {
        Lease lease;
        qint64 until = 0;
    };
    void renew();
    void renewed(const QList<Lease> &asked, const QList<QUuid> &ours, qint64 askedAt);

    DeliveryQueue &m_queue;
    int m_leaseMs;
    QTimer m_timer;
    QTimer m_retry;
    bool m_isAsking = false;
    QHash<QUuid, Held> m_held;
};

} // namespace signalbox
