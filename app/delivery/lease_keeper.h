#pragma once

#include "app/core/delivery_queue.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QTimer>

namespace signalbox {

/// Renews the leases of everything the worker holds: waiting, running, finished but not yet recorded.
class LeaseKeeper : public QObject
{
    Q_OBJECT
public:
    LeaseKeeper(DeliveryQueue &queue, int leaseMs, int renewEveryMs, QObject *parent = nullptr);

    /// Milliseconds of a clock that never jumps; leases count from the moment they were asked for.
    qint64 now() const { return m_time.elapsed(); }
    void hold(const Lease &lease, qint64 askedAt);
    void drop(const QUuid &token);
    /// Whether nobody else can have taken the job yet: with the database away, a lease runs out unseen.
    bool isSafe(const QUuid &token) const;

signals:
    /// Somebody else moved the job: cancelled, rescued.
    void lost(const QUuid &token);

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
    QElapsedTimer m_time;
    QTimer m_timer;
    QHash<QUuid, Held> m_held;
};

} // namespace signalbox
