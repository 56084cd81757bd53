#pragma once

#include "app/core/delivery_queue.h"

#include <QElapsedTimer>
#include <QHash>
#include <QList>
#include <QQueue>

#include <optional>

namespace signalbox {

/// Claimed jobs that wait for a slot, and the slots. A claim brings more jobs than can be sent at once, so
/// that the next one need not be there the moment a request ends.
///
/// Fairness: each endpoint has a lane; slots go round the lanes. Beside its own limit an endpoint may hold no
/// more than is left free after it (a dynamic threshold): one alone takes half, two that hang a third each,
/// and there is always room for one more. The same holds for the jobs that wait; beyond its slots a lane
/// holds no more of them than it got done within a second, so that a receiver that hangs keeps no jobs here.
/// And it holds for the bytes of their payloads.
class SendQueue
{
public:
    explicit SendQueue(int concurrency);

    /// Takes effect with the next request; what is in flight stays.
    void setConcurrency(int concurrency) { m_concurrency = qMax(1, concurrency); }
    int concurrency() const { return m_concurrency; }

    void enqueue(const ClaimedJob &job);
    /// The next waiting job that has a slot, which it takes.
    std::optional<ClaimedJob> takeNext();
    /// Whether a claim is worth its price now: the endpoint may have more, and little of it waits here. The
    /// claim takes its time: what waits until then must last.
    bool slotFreed(const QString &endpointId, qsizetype payloadBytes);
    /// What a claim was asked for and brought, before it is enqueued: who may have more.
    void claimAnswered(const ClaimRequest &request, const QList<ClaimedJob> &jobs);
    /// Forgets a waiting job; false when it does not wait.
    bool remove(const QUuid &leaseToken);
    QList<Lease> removeWaitingOf(const QString &endpointId);
    QList<Lease> removeAllWaiting();

    int held() const { return m_waiting + m_sending; }
    int sending() const { return m_sending; }
    /// Of payloads that may still be claimed; 0 or less: none.
    qint64 freeBytes() const { return heldBytesLimit - m_heldBytes; }
    /// Jobs to hold at most, of all endpoints.
    int capacity() const { return claimAhead * m_concurrency; }
    /// How many more jobs of each endpoint that it holds jobs of may be claimed.
    QHash<QString, int> places() const;
    /// The same for an endpoint it holds nothing of.
    int freshPlaces() const { return qMin(mostSlots(), qMax(0, (capacity() - held()) / 2)); }

private:
    struct Lane
    {
        QQueue<ClaimedJob> waiting;
        int sending = 0;
        int maxInFlight = 1;
        bool isThrottled = false;
        bool mayHaveMore = false;
        qint64 bytes = 0;  ///< of payloads
        qint64 second = 0; ///< the one that is counted
        int done = 0;      ///< requests that ended in it
        int doneBefore = 0;
        int held() const { return int(waiting.size()) + sending; }
    };
    int mostSlots() const { return qMax(1, m_concurrency / 2); }
    int mostHeld(const Lane &lane) const;
    void count(Lane &lane) const;
    bool mayStart(const Lane &lane) const;
    void weigh(Lane &lane, qint64 bytes);
    QList<Lease> clear(Lane &lane);
    void forgetIfEmpty(const QString &endpointId);

    int m_concurrency;
    QElapsedTimer m_time;
    int m_sending = 0;
    int m_waiting = 0;
    qint64 m_heldBytes = 0;
    QHash<QString, Lane> m_lanes;
    QQueue<QString> m_turns; ///< lanes in which jobs wait, each once
};

} // namespace signalbox
