#pragma once

#include "app/core/profile.h"
#include "app/core/result.h"
#include "app/database/connection_settings.h"

#include <QObject>
#include <QThread>

#include <functional>
#include <memory>

namespace signalbox {

class PrivateCluster;

/// Name of the database in the private cluster that a built-in profile means.
QString clusterDatabase(ConnectionProfile::Kind kind);

/// Opens databases for the console: waits for servers, so it lives on a thread of its own.
class ClusterOpener : public QObject
{
    Q_OBJECT
public:
    ClusterOpener();
    ~ClusterOpener() override;

    /// Private cluster and demo: starts the server, creates the database, migrates it. Returns where it is.
    Result<ConnectionSettings> openCluster(ConnectionProfile::Kind kind,
                                           const std::function<void(QString)> &progress);

    /// Any other server: checks that its schema is ours and up to date. A server that cannot be reached right
    /// now is no failure: the gateway goes on trying. Errors: Refused with what to do.
    Result<ConnectionSettings> checkServer(const ConnectionSettings &settings);

    /// Starts the private cluster's server again where it died while in use. What fails is logged; the caller
    /// goes on looking for the server.
    void revive();

    /// Connects once and returns the server's version text. Refused when our schema is not there.
    static Result<QString> tryOut(const ConnectionSettings &settings);

private:
    std::unique_ptr<PrivateCluster> m_cluster;
};

/// The thread a ClusterOpener lives on. Made before, and so destroyed after, everything that holds
/// connections to the private cluster: letting go of it as the last user stops the server.
class ClusterHost
{
public:
    ClusterHost();
    ~ClusterHost();

    /// Runs `act` on the thread, one after the other. Any thread.
    void run(std::function<void(ClusterOpener &)> act);

private:
    QThread m_thread;
    ClusterOpener *m_opener;
};

} // namespace signalbox
