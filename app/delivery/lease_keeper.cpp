#include "app/delivery/lease_keeper.h"

#include <QSet>

#include <ctime>

namespace signalbox {

namespace {

// A request must not start in the last moments of a lease: it would be under way when another worker takes
// the job.
constexpr qint64 safetyMarginMs = 2'000;
constexpr int retryMs = 1'000;

} // namespace

LeaseKeeper::LeaseKeeper(DeliveryQueue &queue, int leaseMs, int renewEveryMs, QObject *parent)
    : QObject(parent)
    , m_queue(queue)
    , m_leaseMs(leaseMs)
    , m_timer(this)
    , m_retry(this)
{
    m_timer.setInterval(renewEveryMs);
    m_retry.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &LeaseKeeper::renew);
    connect(&m_retry, &QTimer::timeout, this, &LeaseKeeper::renew);
}

qint64 LeaseKeeper::now()
{
    // Not QElapsedTimer: its clock stands still while the machine is suspended, and the server's does not.
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return qint64(time.tv_sec) * 1'000 + time.tv_nsec / 1'000'000;
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
    if (!m_held.isEmpty())
        return;
    m_timer.stop();
    m_retry.stop();
}

bool LeaseKeeper::isSafe(const QUuid &token) const
{
    const auto held = m_held.constFind(token);
    return held != m_held.cend() && now() + qMin<qint64>(safetyMarginMs, m_leaseMs / 10) < held->until;
}

void LeaseKeeper::renew()
{
    // A server that hangs is asked once, not once more with every interval.
    if (m_isAsking || m_held.isEmpty())
        return;
    m_isAsking = true;
    QList<Lease> leases;
    for (const Held &held : std::as_const(m_held))
        leases.append(held.lease);
    m_queue.renew(leases, m_leaseMs, this, [this, leases, askedAt = now()](const Result<QList<QUuid>> &ours) {
        m_isAsking = false;
        if (ours) {
            renewed(leases, *ours, askedAt);
            emit renewalPassed();
        } else {
            m_retry.start(retryMs);
            emit renewalFailed(ours.error());
        }
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
