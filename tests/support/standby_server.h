#pragma once

#include "app/database/private_cluster.h"
#include "tests/support/own_server.h"

namespace signalbox {

class PgConnection;

/// A real standby of a private cluster: copied by pg_basebackup, streaming from it until it is promoted. Ends
/// the test program when it does not come up.
class StandbyServer
{
public:
    explicit StandbyServer(const PrivateCluster &primary);

    ConnectionSettings settings(const QString &database) const { return m_server.settings(database); }
    /// Waits until all is replayed that the primary has written by now.
    bool catchesUp(PgConnection &primary) const;
    /// Replay stands still, or goes on.
    void pauseReplay(bool paused) const;
    void promote() const;

private:
    OwnServer m_server{QStringLiteral("standby")};
};

} // namespace signalbox
