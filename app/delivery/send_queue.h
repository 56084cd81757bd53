#pragma once

#include "app/core/delivery_queue.h"

#include <QHash>
#include <QList>
#include <QQueue>

#include <optional>

namespace signalbox {

/// Claimed jobs that wait for a slot, and the slots. A claim brings more jobs than can be sent at once, so that the
/// next one need not be there the moment a request ends.
///
/// Fairness: each endpoint has a lane; slots go round the lanes. Beside its own limit an endpoint may hold no more
/// than is left free after it (a dynamic threshold): one alone takes half, two that hang a third each, and there is
/// always room for one more. The same holds for the places of jobs that wait.
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
    void slotFreed(const QString &endpointId);
    /// Forgets a waiting job; false when it does not wait.
    bool remove(const QUuid &leaseToken);
    QList<Lease> removeWaitingOf(const QString &endpointId);
    QList<Lease> removeAllWaiting();

    int held() const { return m_waiting + m_sending; }
    int sending() const { return m_sending; }
    /// Jobs to hold at most, of all endpoints.
    int capacity() const { return claimAhead * m_concurrency; }
    /// How many more jobs of each endpoint that it holds jobs of may be claimed.
    QHash<QString, int> places() const;
    /// The same for an endpoint it holds nothing of.
    int freshPlaces() const { return qMax(0, (capacity() - held()) / 2); }
    /// Whether so few jobs of the endpoint wait that a claim is worth its price.
    bool runsLow(const QString &endpointId) const;

private:
    struct Lane
    {
        QQueue<ClaimedJob> waiting;
        int sending = 0;
        int maxInFlight = 1;
        bool isThrottled = false;
        int held() const { return int(waiting.size()) + sending; }
        int mostHeld() const { return isThrottled ? maxInFlight : claimAhead * maxInFlight; }
    };
    bool mayStart(const Lane &lane) const;
    QList<Lease> clear(Lane &lane);
    void forgetIfEmpty(const QString &endpointId);

    int m_concurrency;
    int m_sending = 0;
    int m_waiting = 0;
    QHash<QString, Lane> m_lanes;
    QQueue<QString> m_turns; ///< lanes in which jobs wait, each once
};

} // namespace signalbox
