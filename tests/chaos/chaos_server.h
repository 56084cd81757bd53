#pragma once

#include "app/database/private_cluster_server.h"

#include <QList>

#include <sys/types.h>

namespace signalbox {

/// The PostgreSQL server of the test's own cluster, to be mistreated. Ends the program when the server does
/// not come back.
class ChaosPostgres
{
public:
    ChaosPostgres();

    void stopFast();
    /// As after a crash: no checkpoint, recovery at the next start.
    void stopImmediate();
    void start();

private:
    PrivateClusterServer m_server;
};

/// Whether the signal reached the process.
bool sendSignal(pid_t process, int number);

} // namespace signalbox
