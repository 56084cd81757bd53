#pragma once

#include "app/core/result.h"

#include <QString>

namespace signalbox {

/// Where a private cluster lives. The data directory holds `cluster/` (PostgreSQL's own folder), the log and
/// the lock files by which processes count the cluster's users; the socket directory is the only way in.
struct ClusterLocation
{
    QString dataDirectory;
    QString socketDirectory;

    /// SIGNALBOX_DATA_DIR and SIGNALBOX_RUNTIME_DIR where set; else as root /var/lib/signalbox and
    /// /run/signalbox, because PostgreSQL refuses root and cannot enter root's home; else the user's data and
    /// runtime directories.
    static ClusterLocation standard();

    QString clusterDirectory() const { return dataDirectory + QStringLiteral("/cluster"); }
    QString startLockFile() const { return dataDirectory + QStringLiteral("/start.lock"); }
    QString usersLockFile() const { return dataDirectory + QStringLiteral("/users.lock"); }
    QString logFile() const { return dataDirectory + QStringLiteral("/server.log"); }

    /// Checks the length of the socket's path: a Unix socket address ends at 107 bytes. Errors: Refused.
    Done validate() const;
};

/// The port in the socket's file name; nothing listens on TCP.
constexpr int privateClusterPort = 5432;

} // namespace signalbox
