#include "app/database/private_cluster_binaries.h"

#include "app/database/private_cluster_process.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>

#include <algorithm>

namespace signalbox {

namespace {

bool isServerDirectory(const QString &directory)
{
    const QStringList programs{QStringLiteral("initdb"), QStringLiteral("pg_ctl"),
                               QStringLiteral("postgres")};
    return std::all_of(programs.begin(), programs.end(), [&directory](const QString &program) {
        return QFileInfo(directory + '/' + program).isExecutable();
    });
}

// "postgres (PostgreSQL) 15.6 (Debian ...)" -> 15
int majorVersionOf(const QString &directory)
{
    const auto finished =
        runProgram({directory + QStringLiteral("/postgres"), {QStringLiteral("--version")}, {}, {}});
    static const QRegularExpression pattern(QStringLiteral("PostgreSQL\\)\\s+(\\d+)"));
    return finished ? pattern.match(QString::fromUtf8(finished->output)).captured(1).toInt() : 0;
}

QString packageHint()
{
    return QStringLiteral("install postgresql-%1, on Debian: apt-get install postgresql-%1")
        .arg(oldestServerVersion);
}

} // namespace

QStringList standardBinaryDirectories()
{
    QStringList directories;
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    for (const QString &version : versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot))
        directories << versions.filePath(version) + QStringLiteral("/bin");
    const QString pgConfig = QStandardPaths::findExecutable(QStringLiteral("pg_config"));
    if (!pgConfig.isEmpty()) {
        if (const auto finished = runProgram({pgConfig, {QStringLiteral("--bindir")}, {}, {}}))
            directories << QString::fromUtf8(finished->output).trimmed();
    }
    const QString onPath = QStandardPaths::findExecutable(QStringLiteral("postgres"));
    if (!onPath.isEmpty())
        directories << QFileInfo(onPath).canonicalPath();
    directories.removeDuplicates();
    return directories;
}

QList<ServerBinaries> findServers(const QStringList &directories)
{
    QList<ServerBinaries> servers;
    for (const QString &directory : directories) {
        const int version = isServerDirectory(directory) ? majorVersionOf(directory) : 0;
        const bool known =
            std::any_of(servers.begin(), servers.end(),
                        [version](const ServerBinaries &server) { return server.majorVersion == version; });
        if (version > 0 && !known)
            servers.append({directory, version});
    }
    std::sort(servers.begin(), servers.end(), [](const ServerBinaries &left, const ServerBinaries &right) {
        return left.majorVersion > right.majorVersion;
    });
    return servers;
}

Result<ServerBinaries> chooseServer(const QList<ServerBinaries> &servers, int dataVersion,
                                    const QString &dataDirectory)
{
    const QString what = QStringLiteral("private cluster");
    if (dataVersion > 0) {
        for (const ServerBinaries &server : servers) {
            if (server.majorVersion == dataVersion)
                return server;
        }
        const QString installed =
            servers.isEmpty()
                ? QStringLiteral("no PostgreSQL server is installed")
                : QStringLiteral("installed is PostgreSQL %1").arg(servers.constFirst().majorVersion);
        return fail(
            Error::Kind::Refused, what,
            QStringLiteral("the data in %1 was written by PostgreSQL %2; %3; nothing was touched")
                .arg(dataDirectory)
                .arg(dataVersion)
                .arg(installed),
            QStringLiteral(
                "install postgresql-%1, or carry the data over with pg_upgrade, or move the folder away")
                .arg(dataVersion));
    }
    if (servers.isEmpty())
        return fail(Error::Kind::NotFound, what, QStringLiteral("no PostgreSQL server is installed"),
                    packageHint());
    if (servers.constFirst().majorVersion < oldestServerVersion) {
        return fail(Error::Kind::NotFound, what,
                    QStringLiteral("PostgreSQL %1 is too old, %2 or newer is needed")
                        .arg(servers.constFirst().majorVersion)
                        .arg(oldestServerVersion),
                    packageHint());
    }
    return servers.constFirst();
}

} // namespace signalbox
