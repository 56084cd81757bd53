#include "app/delivery/slot_limits.h"

#include <algorithm>

namespace signalbox {

void SlotLimits::ended(const QString &endpointId, SlotEnd end, qint64 startedAt, qint64 now, int maxInFlight)
{
    if (end == SlotEnd::Unsent)
        return;
    Known &known = m_known[endpointId];
    known.hasTimedOut = end == SlotEnd::TimedOut;
    if (known.hasTimedOut)
        m_proven.remove(endpointId);
    else
        m_proven.insert(endpointId);
    if (end == SlotEnd::Overloaded)
        halve(known, startedAt, now, maxInFlight);
    else if (end == SlotEnd::Succeeded && known.allowed > 0 && ++known.allowed >= maxInFlight)
        known.allowed = 0;
    if (known.hasTimedOut || known.allowed > 0)
        m_reduced.insert(endpointId, known.hasTimedOut ? 1 : known.allowed);
    else
        m_reduced.remove(endpointId);
}

bool SlotLimits::learned(const QStringList &answering)
{
    const qsizetype before = m_proven.size();
    for (const QString &endpointId : answering) {
        if (!m_known.contains(endpointId))
            m_proven.insert(endpointId);
    }
    return m_proven.size() > before;
}

// What was sent before the last cut says nothing of whether that was enough.
void SlotLimits::halve(Known &known, qint64 startedAt, qint64 now, int maxInFlight) const
{
    if (known.allowed > 0 && startedAt <= known.cutAt)
        return;
    const int before = known.allowed > 0 ? std::min(known.allowed, maxInFlight) : maxInFlight;
    known.allowed = std::max(1, before / 2);
    known.cutAt = now;
}

int SlotLimits::limit(const QString &endpointId, int maxInFlight) const
{
    return std::min(maxInFlight, m_reduced.value(endpointId, maxInFlight));
}

QStringList SlotLimits::overloaded() const
{
    QStringList endpoints;
    for (auto it = m_reduced.cbegin(); it != m_reduced.cend(); ++it) {
        if (m_known.value(it.key()).allowed > 0)
            endpoints << it.key();
    }
    endpoints.sort();
    return endpoints;
}

} // namespace signalbox
