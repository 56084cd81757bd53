#pragma once

#include "app/core/result.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace signalbox {

/// One installed PostgreSQL server.
struct ServerBinaries
{
    QString directory; ///< holds initdb, pg_ctl and postgres
    int majorVersion = 0;
};

/// Oldest major version Signalbox works with, and the one it names when none is installed.
constexpr int oldestServerVersion = 15;

/// Where servers are looked for: pg_config's bindir, Debian's version folders, PATH.
QStringList standardBinaryDirectories();

/// Complete servers in these directories, newest first, each major version once. Asks each `postgres
/// --version`.
QList<ServerBinaries> findServers(const QStringList &directories);

/// The server for a data folder of `dataVersion` (0: none yet, newest wins). Errors: NotFound with the
/// package to install, Refused when the folder belongs to a major version that is not installed.
Result<ServerBinaries> chooseServer(const QList<ServerBinaries> &servers, int dataVersion,
                                    const QString &dataDirectory);

} // namespace signalbox
