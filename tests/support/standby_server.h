#pragma once

#include "app/database/connection_settings.h"
#include "app/database/private_cluster.h"

#include <QString>

namespace signalbox {

class PgConnection;

/// A real standby of a private cluster: copied by pg_basebackup, streaming from it until it is promoted. Ends
/// the test program when it does not come up.
class StandbyServer
{
public:
    explicit StandbyServer(const PrivateCluster &primary);
    ~StandbyServer();
    StandbyServer(const StandbyServer &) = delete;

    ConnectionSettings settings(const QString &database) const;
    /// Waits until all is replayed that the primary has written by now.
    bool catchesUp(PgConnection &primary) const;
    /// Replay stands still, or goes on.
    void pauseReplay(bool paused) const;
    void promote() const;

private:
    QString m_data;
    QString m_sockets;
};

} // namespace signalbox
