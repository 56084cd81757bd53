#pragma once

#include "app/core/result.h"
#include "app/database/private_cluster_binaries.h"
#include "app/database/private_cluster_location.h"
#include "app/database/private_cluster_process.h"

#include <QString>

#include <functional>
#include <optional>

namespace signalbox {

/// How a private cluster is run.
struct ClusterOptions
{
    /// False gives up safety against power loss for speed. For tests.
    bool durable = true;
    /// Where servers are looked for; empty: standardBinaryDirectories().
    QStringList binaryDirectories;
};

using ClusterProgress = std::function<void(QString)>;

/// Creates, starts and stops the server of one location. Knows nothing of users: PrivateCluster counts them
/// and calls these only while it holds the lock for starting and stopping. Every call blocks its thread.
class PrivateClusterServer
{
public:
    static Result<PrivateClusterServer> prepare(const ClusterLocation &location,
                                                const ClusterOptions &options);

    /// Makes sure that a server runs: creates the data folder when there is none, starts it when nothing
    /// runs.
    Done ensureRunning(const ClusterProgress &progress);
    /// Stops it without waiting for its clients.
    Done stop();
    /// Where the socket of the running server is: another process may have started it with another one.
    QString socketDirectory() const;

private:
    PrivateClusterServer(ClusterLocation location, ClusterOptions options);

    Done makeDirectories() const;
    Done create(const ClusterProgress &progress);
    Done start(const ClusterProgress &progress);
    Done clearLeftovers() const;
    Done writeConfiguration() const;
    int dataVersion() const;
    bool acceptsConnections() const;
    Result<ProgramResult> run(const QString &program, const QStringList &arguments) const;

    ClusterLocation m_location;
    ClusterOptions m_options;
    std::optional<ServerAccount> m_account;
    ServerBinaries m_binaries;
};

} // namespace signalbox
