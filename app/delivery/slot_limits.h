#pragma once

#include <QHash>
#include <QSet>
#include <QString>
#include <QStringList>

namespace signalbox {

/// How a request gave its slot back.
enum class SlotEnd {
    Succeeded,  ///< 2xx
    Answered,   ///< anything else that came of it in time, a refused connection too
    Overloaded, ///< 429, 502 or 504: the receiver asks for less
    TimedOut,
    Unsent ///< says nothing of the receiver
};

/// What a worker has learned of its endpoints, and how many requests at once each gets beside its own limit
/// (design §4, Overload). One that asks for less is halved, once for all requests that were on their way
/// together, and gets one more with each success. One whose last request timed out gets a single slot until
/// it answers. Times are milliseconds of any clock that only goes forward.
class SlotLimits
{
public:
    void ended(const QString &endpointId, SlotEnd end, qint64 startedAt, qint64 now, int maxInFlight);

    /// What others have learned, for endpoints that this worker knows nothing of. Whether that was news.
    bool learned(const QStringList &answering);

    int limit(const QString &endpointId, int maxInFlight) const;
    bool hasTimedOut(const QString &endpointId) const { return m_known.value(endpointId).hasTimedOut; }
    /// Its last request was answered in time.
    bool isProven(const QString &endpointId) const { return m_proven.contains(endpointId); }
    const QSet<QString> &proven() const { return m_proven; }
    /// Endpoints that get less than they may have, with what they get.
    const QHash<QString, int> &reduced() const { return m_reduced; }
    /// Of those, the ones that asked for less, sorted.
    QStringList overloaded() const;

private:
    struct Known
    {
        bool hasTimedOut = false;
        int allowed = 0; ///< after an overload; 0: as many as it may have
        qint64 cutAt = 0;
    };
    void halve(Known &known, qint64 startedAt, qint64 now, int maxInFlight) const;

    QHash<QString, Known> m_known;
    QSet<QString> m_proven;
    QHash<QString, int> m_reduced;
};

} // namespace signalbox
