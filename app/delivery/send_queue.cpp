#include "app/delivery/send_queue.h"

#include <QElapsedTimer>

#include <algorithm>

namespace signalbox {

namespace {

constexpr qint64 oldAfterMs = 2'000;
// Sockets are cheap, not free.
constexpr int mostOldShare = 8;

std::function<qint64()> systemTime()
{
    QElapsedTimer time;
    time.start();
    return [time] { return time.elapsed(); };
}

} // namespace

SendQueue::SendQueue(int concurrency, std::function<qint64()> now)
    : m_concurrency(qMax(1, concurrency))
    , m_now(now ? std::move(now) : systemTime())
{
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
    weigh(lane, job.bytes());
}

int SendQueue::limitOf(const QString &endpointId, const Lane &lane) const
{
    return m_limits.limit(endpointId, lane.maxInFlight);
}

SendQueue::Group SendQueue::groupOf(const QString &endpointId, const Lane &lane) const
{
    if (lane.old > 0 || m_limits.hasTimedOut(endpointId))
        return Suspect;
    return m_limits.isProven(endpointId) ? Proven : Unknown;
}

bool SendQueue::mayStart(const QString &endpointId, const Lane &lane) const
{
    if (lane.sending >= limitOf(endpointId, lane))
        return false;
    const Group group = groupOf(endpointId, lane);
    const bool leavesRoom = group == Suspect || (group == Unknown && !m_limits.proven().isEmpty());
    const int unsure = m_old + m_young[Suspect] + m_young[Unknown];
    const bool isInTurn = !leavesRoom || m_concurrency == 1 || unsure < m_concurrency - kept();
    if (lane.sending < m_concurrency - m_sending && isInTurn)
        return true;
    return group != Suspect && m_old > 0 && m_young[group] < kept() &&
           m_sending < mostOldShare * m_concurrency;
}

std::optional<ClaimedJob> SendQueue::takeNext()
{
    ageRequests();
    for (qsizetype turns = m_turns.size(); turns > 0 && m_sending < m_mostSending; --turns) {
        const QString endpointId = m_turns.dequeue();
        Lane &lane = m_lanes[endpointId];
        if (!mayStart(endpointId, lane)) {
            m_turns.enqueue(endpointId);
            continue;
        }
        ClaimedJob job = lane.waiting.dequeue();
        if (!lane.waiting.isEmpty())
            m_turns.enqueue(endpointId);
        start(job, lane);
        return job;
    }
    return std::nullopt;
}

void SendQueue::start(const ClaimedJob &job, Lane &lane)
{
    const Request request{job.endpointId, m_now(), groupOf(job.endpointId, lane), false};
    m_requests.insert(job.leaseToken, request);
    m_byAge.enqueue(job.leaseToken);
    ++m_young[request.group];
    ++lane.sending;
    ++m_sending;
    --m_waiting;
}

void SendQueue::ageRequests()
{
    while (!m_byAge.isEmpty()) {
        const auto request = m_requests.find(m_byAge.constFirst());
        if (request != m_requests.end()) {
            if (m_now() - request->startedAt < oldAfterMs)
                return;
            request->isOld = true;
            --m_young[request->group];
            ++m_old;
            ++m_lanes[request->endpointId].old;
        }
        m_byAge.dequeue();
    }
}

// Replies when it began.
qint64 SendQueue::end(const ClaimedJob &job, Lane &lane)
{
    const Request request = m_requests.take(job.leaseToken);
    if (request.isOld) {
        --m_old;
        --lane.old;
    } else {
        --m_young[request.group];
    }
    --m_sending;
    --lane.sending;
    return request.startedAt;
}

// A lane that was idle for a second counts from nothing.
void SendQueue::count(Lane &lane) const
{
    const qint64 second = m_now() / 1000;
    if (second == lane.second)
        return;
    lane.doneBefore = second == lane.second + 1 ? lane.done : 0;
    lane.done = 0;
    lane.second = second;
}

bool SendQueue::isStuck(const Lane &lane) const
{
    Lane now = lane;
    count(now);
    return lane.old > 0 && now.done + now.doneBefore == 0;
}

int SendQueue::mostHeld(const QString &endpointId, const Lane &lane) const
{
    if (isStuck(lane))
        return lane.sending;
    const int most = qMin(limitOf(endpointId, lane), mostSlots());
    if (lane.isThrottled)
        return most;
    Lane now = lane;
    count(now);
    return most + qMin((claimAhead - 1) * most, qMax(now.done, now.doneBefore));
}

bool SendQueue::slotFreed(const ClaimedJob &job, SlotEnd how)
{
    Lane &lane = m_lanes[job.endpointId];
    weigh(lane, -job.bytes());
    const qint64 startedAt = end(job, lane);
    m_limits.ended(job.endpointId, how, startedAt, m_now(), lane.maxInFlight);
    if (how != SlotEnd::Unsent && how != SlotEnd::TimedOut) {
        count(lane);
        ++lane.done;
    }
    // While it is crowded a claim would bring nothing of a lane that is not known to answer.
    const bool isWelcome = groupOf(job.endpointId, lane) == Proven || !lane.mayHaveMore || !isCrowded();
    const bool isWorthAClaim = lane.mayHaveMore && isWelcome && lane.waiting.size() <= 2 * lane.sending;
    forgetIfEmpty(job.endpointId);
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
                brought.value(job.endpointId) >=
                request.places.value(job.endpointId, qMin(job.maxInFlight, request.freshPlaces));
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
        weigh(*lane, -job->bytes());
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

QList<Lease> SendQueue::removeStuck()
{
    ageRequests();
    QStringList stuck;
    for (auto lane = m_lanes.cbegin(); lane != m_lanes.cend(); ++lane) {
        if (!lane->waiting.isEmpty() && isStuck(*lane))
            stuck << lane.key();
    }
    QList<Lease> leases;
    for (const QString &endpointId : std::as_const(stuck))
        leases += removeWaitingOf(endpointId);
    return leases;
}

QList<Lease> SendQueue::clear(Lane &lane)
{
    QList<Lease> leases;
    for (const ClaimedJob &job : std::as_const(lane.waiting)) {
        leases.append({job.id, job.leaseToken});
        weigh(lane, -job.bytes());
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

// Jobs that take room, of lanes that are not known to answer.
int SendQueue::strangers() const
{
    int jobs = 0;
    for (auto lane = m_lanes.cbegin(); lane != m_lanes.cend(); ++lane) {
        if (groupOf(lane.key(), *lane) != Proven)
            jobs += lane->held() - lane->old;
    }
    return jobs;
}

bool SendQueue::wantsMore() const
{
    return room() > 0 && held() - m_old - strangers() < capacity() / 2;
}

QHash<QString, int> SendQueue::places() const
{
    const int free = room();
    const bool crowded = isCrowded();
    QHash<QString, int> places;
    // Not otherwise: there may be thousands of them.
    if (crowded) {
        for (const QString &endpointId : m_limits.proven())
            places.insert(endpointId, mostFresh());
    }
    for (auto it = m_limits.reduced().cbegin(); it != m_limits.reduced().cend(); ++it)
        places.insert(it.key(), crowded && !m_limits.isProven(it.key()) ? 0 : qMin(it.value(), mostFresh()));
    for (auto lane = m_lanes.cbegin(); lane != m_lanes.cend(); ++lane) {
        const int left = qMin(mostHeld(lane.key(), *lane) - lane->held(), (free - lane->held()) / 2);
        const bool isWelcome =
            lane->bytes < freeBytes() && (!crowded || groupOf(lane.key(), *lane) == Proven);
        places.insert(lane.key(), isWelcome ? qMax(0, left) : 0);
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
