#pragma once

#include "app/core/result.h"
#include "app/database/connection_settings.h"
#include "app/database/private_cluster_location.h"
#include "app/database/private_cluster_lock.h"
#include "app/database/private_cluster_server.h"

#include <functional>
#include <memory>

namespace signalbox {

/// One user's hold on a PostgreSQL server of Signalbox's own (design §2.1). The first user creates and starts
/// it, further ones in this or other processes share it, the last one stops it. A user that is killed is
/// forgotten by the kernel; a server that was killed is started again by the next user.
///
/// Every member blocks for as long as initdb, start or stop take (seconds), so acquire, ensureRunning and the
/// destructor are called off the GUI thread.
class PrivateCluster
{
public:
    /// `progress` receives short lines while it takes time, on the calling thread. Errors: NotFound without
    /// server binaries (names the package), Refused for a data folder of another major version (nothing is
    /// touched) or an unusable place.
    static Result<std::unique_ptr<PrivateCluster>> acquire(const ClusterLocation &location,
                                                           std::function<void(QString)> progress = {},
                                                           const ClusterOptions &options = {});
    /// Whether one was created there; nothing is started or made.
    static bool exists(const ClusterLocation &location);
    ~PrivateCluster(); ///< the last user stops the server
    PrivateCluster(const PrivateCluster &) = delete;
    PrivateCluster &operator=(const PrivateCluster &) = delete;

    /// Starts the server again when it died while we were using it.
    Done ensureRunning();
    ConnectionSettings settings(const QString &database) const;
    /// Errors: NotFound where nobody created it.
    Result<ConnectionSettings> existingDatabase(const QString &name) const;
    /// Creates the database when it is missing.
    Result<ConnectionSettings> ensureDatabase(const QString &name);

private:
    PrivateCluster(PrivateClusterServer server, FileLock startLock, FileLock usersLock,
                   std::function<void(QString)> progress);
    Done enter();

    PrivateClusterServer m_server;
    FileLock m_startLock; ///< held while somebody creates, starts or stops
    FileLock m_usersLock; ///< every user holds it shared
    std::function<void(QString)> m_progress;
    bool m_entered = false;
};

} // namespace signalbox
