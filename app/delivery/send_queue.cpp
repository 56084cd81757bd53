#include "app/delivery/send_queue.h"

#include <algorithm>

namespace signalbox {

SendQueue::SendQueue(int concurrency)
    : m_concurrency(qMax(1, concurrency))
    , m_sendsPerEndpoint(qMax(1, m_concurrency / 2))
{
}

void SendQueue::enqueue(const ClaimedJob &job)
{
    m_waiting.append(job);
    ++m_held[job.endpointId];
}

std::optional<ClaimedJob> SendQueue::takeNext()
{
    if (m_sending >= m_concurrency)
        return std::nullopt;
    const auto next = std::find_if(m_waiting.begin(), m_waiting.end(), [this](const ClaimedJob &job) {
        return m_sendingByEndpoint.value(job.endpointId) < m_sendsPerEndpoint;
    });
    if (next == m_waiting.end())
        return std::nullopt;
    ClaimedJob job = std::move(*next);
    m_waiting.erase(next);
    ++m_sendingByEndpoint[job.endpointId];
    ++m_sending;
    return job;
}

void SendQueue::slotFreed(const QString &endpointId)
{
    --m_sending;
    if (--m_sendingByEndpoint[endpointId] == 0)
        m_sendingByEndpoint.remove(endpointId);
    forget(endpointId);
}

bool SendQueue::remove(const QUuid &leaseToken)
{
    const auto job = std::find_if(m_waiting.begin(), m_waiting.end(), [&leaseToken](const ClaimedJob &one) {
        return one.leaseToken == leaseToken;
    });
    if (job == m_waiting.end())
        return false;
    forget(job->endpointId);
    m_waiting.erase(job);
    return true;
}

QList<Lease> SendQueue::removeAllWaiting()
{
    QList<Lease> leases;
    for (const ClaimedJob &job : std::as_const(m_waiting)) {
        leases.append({job.id, job.leaseToken});
        forget(job.endpointId);
    }
    m_waiting.clear();
    return leases;
}

void SendQueue::forget(const QString &endpointId)
{
    if (--m_held[endpointId] == 0)
        m_held.remove(endpointId);
}

} // namespace signalbox
