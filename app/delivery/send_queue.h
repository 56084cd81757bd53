#pragma once

#include "app/core/delivery_queue.h"

#include <QHash>
#include <QList>
#include <QStringList>

#include <optional>

namespace signalbox {

/// Claimed jobs that wait for a slot, and the slots. A claim brings more jobs than can be sent at once, so
/// that the next one need not be there the moment a request ends; half of the slots at most go to one
/// endpoint, so that a slow one leaves room for the others.
class SendQueue
{
public:
    explicit SendQueue(int concurrency);

    void enqueue(const ClaimedJob &job);
    /// The oldest waiting job that has a slot, which it takes.
    std::optional<ClaimedJob> takeNext();
    void slotFreed(const QString &endpointId);
    /// Forgets a waiting job; false when it does not wait.
    bool remove(const QUuid &leaseToken);
    QList<Lease> removeAllWaiting();

    int held() const { return int(m_waiting.size()) + m_sending; }
    int sending() const { return m_sending; }
    /// Jobs to hold at most: twice what is sent at once.
    int capacity() const { return 2 * m_concurrency; }
    int capacityPerEndpoint() const { return 2 * m_sendsPerEndpoint; }
    const QHash<QString, int> &heldByEndpoint() const { return m_held; }
    bool isFull(const QString &endpointId) const { return m_held.value(endpointId) >= capacityPerEndpoint(); }

private:
    void forget(const QString &endpointId);

    int m_concurrency;
    int m_sendsPerEndpoint;
    int m_sending = 0;
    QList<ClaimedJob> m_waiting;
    QHash<QString, int> m_held;
    QHash<QString, int> m_sendingByEndpoint;
};

} // namespace signalbox
