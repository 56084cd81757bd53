#pragma once

#include <QHash>
#include <QSet>
#include <QString>

namespace signalbox {

/// Tells trouble of the machine's own network from trouble of the receivers (design §4, Own trouble), by
/// attempts that failed before a connection for want of a name, a proxy or a route.
///
/// It is likely our own when, with nobody reached in between, at least five endpoints failed so, and these
/// are four fifths of those tried in the last half minute. Whoever failed while another was reached has
/// trouble of its own, and says nothing about ours until it has been reached once: sixty names that are gone
/// for good never stop a worker. Times are milliseconds of any clock that only goes forward.
class OwnTrouble
{
public:
    static constexpr int leastEndpoints = 5;
    static constexpr int leastPercent = 80;
    static constexpr qint64 windowMs = 30'000;

    void reached(const QString &endpointId, qint64 now);
    void failed(const QString &endpointId, qint64 now);

    /// Whether the endpoint's failures say nothing of ours.
    bool isItsOwn(const QString &endpointId) const { return m_own.contains(endpointId); }
    bool isLikely(qint64 now);
    int failing() const { return int(m_failing.size()); } ///< endpoints, with nobody reached since
    int tried() const { return int(m_failing.size() + m_reached.size()); }

private:
    QHash<QString, qint64> m_failing; ///< when last
    QHash<QString, qint64> m_reached; ///< when last
    QSet<QString> m_own;
};

} // namespace signalbox
