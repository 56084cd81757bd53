#include "app/delivery/lease_keeper.h"

#include <QSet>

namespace signalbox {

namespace {

// A request must not start in the last moments of a lease: it would be under way when another worker takes
// the job.
constexpr qint64 safetyMarginMs = 2'000;

} // namespace

LeaseKeeper::LeaseKeeper(DeliveryQueue &queue, int leaseMs, int renewEveryMs, QObject *parent)
    : QObject(parent)
    , m_queue(queue)
    , m_leaseMs(leaseMs)
    , m_timer(this)
{
    m_time.start();
    m_timer.setInterval(renewEveryMs);
    connect(&m_timer, &QTimer::timeout, this, &LeaseKeeper::renew);
}

void LeaseKeeper::hold(const Lease &lease, qint64 askedAt)
{
    m_held.insert(lease.token, {lease, askedAt + m_leaseMs});
    if (!m_timer.isActive())
        m_timer.start();
}

void LeaseKeeper::drop(const QUuid &token)
{
    m_held.remove(token);
    if (m_held.isEmpty())
        m_timer.stop();
}

bool LeaseKeeper::isSafe(const QUuid &token) const
{
    const auto held = m_held.constFind(token);
    return held != m_held.cend() && now() + qMin<qint64>(safetyMarginMs, m_leaseMs / 10) < held->until;
}

void LeaseKeeper::renew()
{
    QList<Lease> leases;
    for (const Held &held : std::as_const(m_held))
        leases.append(held.lease);
    m_queue.renew(leases, m_leaseMs, this, [this, leases, askedAt = now()](const Result<QList<QUuid>> &ours) {
        if (ours)
            renewed(leases, *ours, askedAt);
    });
}

void LeaseKeeper::renewed(const QList<Lease> &asked, const QList<QUuid> &ours, qint64 askedAt)
{
    const QSet<QUuid> kept(ours.begin(), ours.end());
    for (const Lease &lease : asked) {
        const auto held = m_held.find(lease.token);
        if (held == m_held.end())
            continue;
        if (kept.contains(lease.token)) {
            held->until = askedAt + m_leaseMs;
        } else {
            drop(lease.token);
            emit lost(lease.token);
        }
    }
}

} // namespace signalbox
