#include "app/delivery/send_queue.h"

#include <algorithm>

namespace signalbox {

SendQueue::SendQueue(int concurrency)
    : m_concurrency(qMax(1, concurrency))
{
    m_time.start();
}

void SendQueue::enqueue(const ClaimedJob &job)
{
    Lane &lane = m_lanes[job.endpointId];
    if (lane.waiting.isEmpty())
        m_turns.enqueue(job.endpointId);
    lane.maxInFlight = job.maxInFlight;
    lane.isThrottled = job.isThrottled;
    lane.waiting.enqueue(job);
    ++m_waiting;
    weigh(lane, job.payload.size());
}

bool SendQueue::mayStart(const Lane &lane) const
{
    return lane.sending < lane.maxInFlight && lane.sending < m_concurrency - m_sending;
}

std::optional<ClaimedJob> SendQueue::takeNext()
{
    for (qsizetype turns = m_turns.size(); turns > 0 && m_sending < m_concurrency; --turns) {
        const QString endpointId = m_turns.dequeue();
        Lane &lane = m_lanes[endpointId];
        if (!mayStart(lane)) {
            m_turns.enqueue(endpointId);
            continue;
        }
        ClaimedJob job = lane.waiting.dequeue();
        if (!lane.waiting.isEmpty())
            m_turns.enqueue(endpointId);
        ++lane.sending;
        ++m_sending;
        --m_waiting;
        return job;
    }
    return std::nullopt;
}

// A lane that was idle for a second counts from nothing.
void SendQueue::count(Lane &lane) const
{
    const qint64 second = m_time.elapsed() / 1000;
    if (second == lane.second)
        return;
    lane.doneBefore = second == lane.second + 1 ? lane.done : 0;
    lane.done = 0;
    lane.second = second;
}

int SendQueue::mostHeld(const Lane &lane) const
{
    const int most = qMin(lane.maxInFlight, mostSlots());
    if (lane.isThrottled)
        return most;
    Lane now = lane;
    count(now);
    return most + qMin((claimAhead - 1) * most, qMax(now.done, now.doneBefore));
}

bool SendQueue::slotFreed(const QString &endpointId, qsizetype payloadBytes)
{
    Lane &lane = m_lanes[endpointId];
    weigh(lane, -payloadBytes);
    count(lane);
    ++lane.done;
    --m_sending;
    --lane.sending;
    const bool isWorthAClaim = lane.mayHaveMore && lane.waiting.size() <= 2 * lane.sending;
    forgetIfEmpty(endpointId);
    return isWorthAClaim;
}

void SendQueue::claimAnswered(const ClaimRequest &request, const QList<ClaimedJob> &jobs)
{
    QHash<QString, int> brought;
    for (const ClaimedJob &job : jobs)
        ++brought[job.endpointId];
    for (auto lane = m_lanes.begin(); lane != m_lanes.end(); ++lane)
        lane->mayHaveMore = brought.value(lane.key()) >= request.places.value(lane.key());
    for (const ClaimedJob &job : jobs) {
        if (!m_lanes.contains(job.endpointId))
            m_lanes[job.endpointId].mayHaveMore =
                brought.value(job.endpointId) >= qMin(job.maxInFlight, request.freshPlaces);
    }
}

bool SendQueue::remove(const QUuid &leaseToken)
{
    for (auto lane = m_lanes.begin(); lane != m_lanes.end(); ++lane) {
        const auto job =
            std::find_if(lane->waiting.begin(), lane->waiting.end(),
                         [&leaseToken](const ClaimedJob &one) { return one.leaseToken == leaseToken; });
        if (job == lane->waiting.end())
            continue;
        const QString endpointId = lane.key();
        weigh(*lane, -job->payload.size());
        lane->waiting.erase(job);
        --m_waiting;
        if (lane->waiting.isEmpty())
            m_turns.removeOne(endpointId);
        forgetIfEmpty(endpointId);
        return true;
    }
    return false;
}

QList<Lease> SendQueue::removeWaitingOf(const QString &endpointId)
{
    const auto lane = m_lanes.find(endpointId);
    if (lane == m_lanes.end())
        return {};
    const QList<Lease> leases = clear(*lane);
    m_turns.removeOne(endpointId);
    forgetIfEmpty(endpointId);
    return leases;
}

QList<Lease> SendQueue::removeAllWaiting()
{
    QList<Lease> leases;
    for (Lane &lane : m_lanes)
        leases += clear(lane);
    m_turns.clear();
    m_lanes.removeIf([](const auto &lane) { return lane->held() == 0; });
    return leases;
}

QList<Lease> SendQueue::clear(Lane &lane)
{
    QList<Lease> leases;
    for (const ClaimedJob &job : std::as_const(lane.waiting)) {
        leases.append({job.id, job.leaseToken});
        weigh(lane, -job.payload.size());
    }
    m_waiting -= int(lane.waiting.size());
    lane.waiting.clear();
    return leases;
}

void SendQueue::weigh(Lane &lane, qint64 bytes)
{
    lane.bytes += bytes;
    m_heldBytes += bytes;
}

QHash<QString, int> SendQueue::places() const
{
    const int free = capacity() - held();
    QHash<QString, int> places;
    for (auto lane = m_lanes.cbegin(); lane != m_lanes.cend(); ++lane) {
        const int left = qMin(mostHeld(*lane) - lane->held(), (free - lane->held()) / 2);
        places.insert(lane.key(), lane->bytes < freeBytes() ? qMax(0, left) : 0);
    }
    return places;
}

void SendQueue::forgetIfEmpty(const QString &endpointId)
{
    const auto lane = m_lanes.constFind(endpointId);
    if (lane != m_lanes.cend() && lane->held() == 0)
        m_lanes.erase(lane);
}

} // namespace signalbox
