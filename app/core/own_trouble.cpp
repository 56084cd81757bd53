#include "app/core/own_trouble.h"

namespace signalbox {

void OwnTrouble::reached(const QString &endpointId, qint64 now)
{
    m_own.remove(endpointId);
    m_failing.remove(endpointId);
    for (auto failing = m_failing.cbegin(); failing != m_failing.cend(); ++failing)
        m_own.insert(failing.key());
    m_failing.clear();
    m_reached.insert(endpointId, now);
}

void OwnTrouble::failed(const QString &endpointId, qint64 now)
{
    if (m_own.contains(endpointId))
        return;
    m_reached.remove(endpointId);
    m_failing.insert(endpointId, now);
}

bool OwnTrouble::isLikely(qint64 now)
{
    if (m_failing.size() < leastEndpoints)
        return false;
    const auto isPast = [now](const auto &seen) { return now - seen.value() > windowMs; };
    m_failing.removeIf(isPast);
    m_reached.removeIf(isPast);
    return m_failing.size() >= leastEndpoints && 100 * m_failing.size() >= leastPercent * qint64(tried());
}

} // namespace signalbox
