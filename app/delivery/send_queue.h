#pragma once

#include "app/core/delivery_queue.h"
#include "app/delivery/slot_limits.h"

#include <QHash>
#include <QList>
#include <QQueue>

#include <array>
#include <functional>
#include <limits>
#include <optional>

namespace signalbox {

/// Claimed jobs that wait for a slot, and the slots. A claim brings more jobs than can be sent at once, so
/// that the next one need not be there the moment a request ends.
///
/// Fairness: each endpoint has a lane; slots go round the lanes. Beside its own limit an endpoint may hold no
/// more than is left free after it (a dynamic threshold): one alone takes half, two that hang a third each,
/// and there is always room for one more. The same holds for the jobs that wait; beyond its slots a lane
/// holds no more of them than it got done within a second, so that a receiver that hangs keeps no jobs here.
/// And it holds for their bytes.
///
/// Receivers that hang: a lane with a request older than two seconds, or whose last one timed out, is a
/// suspect. Suspects leave a quarter of the slots to the others, and so do lanes that are not known yet, once
/// any is known to answer: many that hang at once, each seen for the first time, would have all slots before
/// anybody can tell. Beside old requests another quarter beyond the slots is kept for the requests of lanes
/// that are known to answer, and one for lanes that are not known yet. Old requests cost a socket each and no
/// more; there are at most eight times as many requests as slots.
///
/// Nor may those that hang take the room of claims: while a quarter of it holds jobs of lanes that are not
/// known to answer, only jobs of those that are get claimed.
class SendQueue
{
public:
    /// `now`: milliseconds of a clock that only goes forward; the system's without.
    explicit SendQueue(int concurrency, std::function<qint64()> now = {});

    /// Takes effect with the next request; what is in flight stays.
    void setConcurrency(int concurrency) { m_concurrency = qMax(1, concurrency); }
    int concurrency() const { return m_concurrency; }
    /// Requests at once that the machine allows, whatever the concurrency.
    void setMostSending(int most) { m_mostSending = qMax(1, most); }

    void enqueue(const ClaimedJob &job);
    /// The next waiting job that has a slot, which it takes.
    std::optional<ClaimedJob> takeNext();
    /// Whether a claim is worth its price now: the endpoint may have more, and little of it waits here. The
    /// claim takes its time: what waits until then must last.
    bool slotFreed(const ClaimedJob &job, SlotEnd end);
    /// What a claim was asked for and brought, before it is enqueued: who may have more.
    void claimAnswered(const ClaimRequest &request, const QList<ClaimedJob> &jobs);
    /// While jobs of lanes that are not known to answer take a quarter of the room or more.
    bool isCrowded() const { return strangers() >= qMax(2, capacity() / 4); }
    /// Endpoints that answered others; whether that was news. What this one has seen itself counts more.
    bool learned(const QStringList &answering) { return m_limits.learned(answering); }
    /// Forgets a waiting job; false when it does not wait.
    bool remove(const QUuid &leaseToken);
    QList<Lease> removeWaitingOf(const QString &endpointId);
    QList<Lease> removeAllWaiting();
    /// What waits for endpoints that do not answer: another worker may know better, and it takes room here.
    QList<Lease> removeStuck();

    int held() const { return m_waiting + m_sending; }
    int sending() const { return m_sending; }
    /// Of jobs that may still be claimed; 0 or less: none.
    qint64 freeBytes() const { return heldBytesLimit - m_heldBytes; }
    /// Whether producers should tell of what they bring: it could be claimed at once.
    bool wantsMore() const;
    /// Jobs to hold at most, of all endpoints, old requests aside.
    int capacity() const { return claimAhead * m_concurrency; }
    int room() const { return qMax(0, capacity() - held() + m_old); }
    /// How many more jobs may be claimed of each endpoint that it holds jobs of or knows something of.
    QHash<QString, int> places() const;
    /// The same for each of the others.
    int freshPlaces() const { return isCrowded() ? 0 : mostFresh(); }
    /// Endpoints that answered 429, 502 or 504 and get fewer slots since.
    QStringList overloaded() const { return m_limits.overloaded(); }

private:
    enum Group { Unknown, Proven, Suspect };
    struct Lane
    {
        QQueue<ClaimedJob> waiting;
        int sending = 0;
        int old = 0; ///< of those
        int maxInFlight = 1;
        bool isThrottled = false;
        bool mayHaveMore = false;
        qint64 bytes = 0;  ///< of its jobs
        qint64 second = 0; ///< the one that is counted
        int done = 0;      ///< requests that ended in it
        int doneBefore = 0;
        int held() const { return int(waiting.size()) + sending; }
    };
    struct Request
    {
        QString endpointId;
        qint64 startedAt = 0;
        Group group = Unknown; ///< when it started
        bool isOld = false;
    };
    int mostSlots() const { return qMax(1, m_concurrency / 2); }
    int kept() const { return qMax(1, m_concurrency / 4); }
    int mostFresh() const { return qMin(mostSlots(), room() / 2); }
    int strangers() const;
    int limitOf(const QString &endpointId, const Lane &lane) const;
    int mostHeld(const QString &endpointId, const Lane &lane) const;
    bool isStuck(const Lane &lane) const;
    void count(Lane &lane) const;
    Group groupOf(const QString &endpointId, const Lane &lane) const;
    bool mayStart(const QString &endpointId, const Lane &lane) const;
    void start(const ClaimedJob &job, Lane &lane);
    qint64 end(const ClaimedJob &job, Lane &lane);
    void ageRequests();
    void weigh(Lane &lane, qint64 bytes);
    QList<Lease> clear(Lane &lane);
    void forgetIfEmpty(const QString &endpointId);

    int m_concurrency;
    int m_mostSending = std::numeric_limits<int>::max();
    std::function<qint64()> m_now;
    SlotLimits m_limits;
    int m_sending = 0;
    int m_waiting = 0;
    int m_old = 0;                    ///< requests older than two seconds
    std::array<int, 3> m_young{};     ///< the others, by Group
    QHash<QUuid, Request> m_requests; ///< by lease token
    QQueue<QUuid> m_byAge;            ///< young ones, those included that have ended
    qint64 m_heldBytes = 0;
    QHash<QString, Lane> m_lanes;
    QQueue<QString> m_turns; ///< lanes in which jobs wait, each once
};

} // namespace signalbox
