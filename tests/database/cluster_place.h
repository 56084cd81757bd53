#pragma once

#include "app/database/private_cluster.h"
#include "tests/support/test_database.h"

#include <QDir>
#include <QFile>

#include <unistd.h>

namespace signalbox {

/// A place of its own for one cluster, removed with it.
class ClusterPlace
{
public:
    ClusterPlace()
    {
        static int counter = 0;
        const ClusterLocation shared = testClusterLocation();
        const QString suffix = QStringLiteral("-%1-%2").arg(getpid()).arg(++counter);
        m_location = {shared.dataDirectory + suffix, shared.socketDirectory + suffix};
    }
    ~ClusterPlace()
    {
        for (const QString &directory : {m_location.dataDirectory, m_location.socketDirectory}) {
            if (!QFile::remove(directory)) // a link that a test made
                QDir(directory).removeRecursively();
        }
    }
    ClusterPlace(const ClusterPlace &) = delete;

    const ClusterLocation &location() const { return m_location; }
    QString path(const QString &name) const { return m_location.clusterDirectory() + '/' + name; }
    bool isRunning() const { return QFile::exists(path(QStringLiteral("postmaster.pid"))); }
    pid_t serverPid() const
    {
        QFile file(path(QStringLiteral("postmaster.pid")));
        return file.open(QIODevice::ReadOnly) ? file.readLine().trimmed().toInt() : 0;
    }

private:
    ClusterLocation m_location;
};

inline Result<std::unique_ptr<PrivateCluster>> acquireCluster(const ClusterPlace &place)
{
    ClusterOptions options;
    options.durable = false;
    return PrivateCluster::acquire(place.location(), {}, options);
}

inline QString errorOf(const Result<std::unique_ptr<PrivateCluster>> &result)
{
    return result ? QString() : result.error().line();
}

} // namespace signalbox
