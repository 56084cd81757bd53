#include "app/database/private_cluster_location.h"

#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include <unistd.h>

namespace signalbox {

namespace {

constexpr qsizetype longestSocketPath = 107;

// The user's runtime directory, or none: a directory that others can write (as /tmp) is never taken.
QString runtimeDirectory()
{
    const QString named = qEnvironmentVariable("XDG_RUNTIME_DIR");
    const QString usual = QStringLiteral("/run/user/%1").arg(getuid());
    for (const QString &candidate : {named, usual}) {
        const QFileInfo info(candidate);
        if (!candidate.isEmpty() && info.isDir() && info.ownerId() == getuid() &&
            !(info.permissions() & QFile::WriteOther))
            return candidate;
    }
    return {};
}

} // namespace

ClusterLocation ClusterLocation::standard()
{
    ClusterLocation location;
    const bool isRoot = geteuid() == 0;
    location.dataDirectory = qEnvironmentVariable("SIGNALBOX_DATA_DIR");
    if (location.dataDirectory.isEmpty()) {
        location.dataDirectory = isRoot
                                     ? QStringLiteral("/var/lib/signalbox")
                                     : QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
                                           QStringLiteral("/signalbox");
    }
    location.socketDirectory = qEnvironmentVariable("SIGNALBOX_RUNTIME_DIR");
    if (location.socketDirectory.isEmpty()) {
        const QString runtime = isRoot ? QStringLiteral("/run") : runtimeDirectory();
        location.socketDirectory = runtime.isEmpty() ? location.dataDirectory + QStringLiteral("/run")
                                                     : runtime + QStringLiteral("/signalbox");
    }
    location.dataDirectory = QFileInfo(location.dataDirectory).absoluteFilePath();
    location.socketDirectory = QFileInfo(location.socketDirectory).absoluteFilePath();
    return location;
}

Done ClusterLocation::validate() const
{
    const QString socket = QStringLiteral("%1/.s.PGSQL.%2").arg(socketDirectory).arg(privateClusterPort);
    if (QFile::encodeName(socket).size() <= longestSocketPath)
        return {};
    return fail(Error::Kind::Refused, QStringLiteral("private cluster"),
                QStringLiteral("the path of its socket, %1, is longer than %2 bytes")
                    .arg(socket)
                    .arg(longestSocketPath),
                QStringLiteral("set SIGNALBOX_RUNTIME_DIR to a directory with a shorter path"));
}

} // namespace signalbox
