#include "app/database/private_cluster_server.h"

#include "app/database/private_cluster_directory.h"
#include "app/database/private_cluster_files.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <libpq-fe.h>
#include <unistd.h>

namespace signalbox {

namespace {

constexpr int startTimeoutSeconds = 120; // crash recovery of a big queue takes a while
constexpr qint64 largestLog = 8 * 1024 * 1024;
constexpr qint64 longestPidFile = 64 * 1024;

QString actName()
{
    return QStringLiteral("private cluster");
}

// Lines of postmaster.pid: 0 pid, 4 socket directory, 7 state ("ready   ").
QStringList postmasterLines(const QString &clusterDirectory)
{
    const QByteArray text =
        readPlainFile(clusterDirectory + QStringLiteral("/postmaster.pid"), longestPidFile);
    return text.isEmpty() ? QStringList() : QString::fromLocal8Bit(text).split('\n');
}

// A path as a value of postgresql.conf; quoted twice because the setting is a list of names.
QString quotedDirectory(QString path)
{
    return QStringLiteral("'\"%1\"'").arg(path.replace('\'', QLatin1String("''")));
}

QString lastLines(const QString &path)
{
    const QStringList lines =
        QString::fromUtf8(readEndOfPlainFile(path, 2000)).split('\n', Qt::SkipEmptyParts);
    return lines.mid(qMax<qsizetype>(0, lines.size() - 4)).join(QLatin1String(" | "));
}

QString configurationText(const ClusterLocation &location, bool durable)
{
    QString text =
        QStringLiteral("# Written by Signalbox before every start; changes here are lost.\n"
                       "listen_addresses = ''\n"
                       "port = %1\n"
                       "unix_socket_directories = %2\n"
                       "unix_socket_permissions = 0700\n"
                       "max_connections = 100\n"
                       "shared_buffers = 128MB\n"
                       "max_wal_size = 1GB\n"
                       "jit = off\n" // costs more than it gives on queries of milliseconds
                       "client_connection_check_interval = 2s\n" // ends what a killed program left running
                       "log_line_prefix = '%m [%p] %q%a@%d '\n"
                       "lc_messages = 'C'\n")
            .arg(privateClusterPort)
            .arg(quotedDirectory(location.socketDirectory));
    if (!durable)
        text += QStringLiteral("fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
                               "max_prepared_transactions = 10\n");
    return text;
}

} // namespace

PrivateClusterServer::PrivateClusterServer(ClusterLocation location, ClusterOptions options)
    : m_location(std::move(location))
    , m_options(std::move(options))
{
}

Result<PrivateClusterServer> PrivateClusterServer::prepare(const ClusterLocation &location,
                                                           const ClusterOptions &options)
{
    if (Done valid = location.validate(); !valid)
        return fail(std::move(valid.error()));
    PrivateClusterServer server(location, options);
    const QStringList directories =
        options.binaryDirectories.isEmpty() ? standardBinaryDirectories() : options.binaryDirectories;
    auto binaries = chooseServer(findServers(directories), server.dataVersion(), location.clusterDirectory());
    if (!binaries)
        return fail(std::move(binaries.error()));
    server.m_binaries = *binaries;
    auto account = ServerAccount::forThisProcess();
    if (!account)
        return fail(std::move(account.error()));
    server.m_account = std::move(*account);
    if (Done made = server.makeDirectories(); !made)
        return fail(std::move(made.error()));
    return server;
}

Done PrivateClusterServer::makeDirectories() const
{
    for (const QString &directory : {m_location.dataDirectory, m_location.socketDirectory}) {
        if (Done prepared = prepareServerDirectory(directory, m_account); !prepared)
            return prepared;
        const QString closed = m_account ? m_account->firstClosedParent(directory) : QString();
        if (!closed.isEmpty()) {
            return fail(
                Error::Kind::Refused, actName(),
                QStringLiteral("user %1, who runs PostgreSQL, cannot enter %2").arg(m_account->name, closed),
                QStringLiteral("choose other places with SIGNALBOX_DATA_DIR and SIGNALBOX_RUNTIME_DIR"));
        }
    }
    return ServerFiles(m_account).makeFiles({m_location.startLockFile(), m_location.usersLockFile()});
}

int PrivateClusterServer::dataVersion() const
{
    const QByteArray text = readPlainFile(m_location.clusterDirectory() + QStringLiteral("/PG_VERSION"), 64);
    return text.trimmed().split('.').constFirst().toInt();
}

Result<ProgramResult> PrivateClusterServer::run(const QString &program, const QStringList &arguments) const
{
    return runProgram({m_binaries.directory + '/' + program, arguments, m_location.dataDirectory, m_account,
                       startTimeoutSeconds + 10});
}

Done PrivateClusterServer::ensureRunning(const ClusterProgress &progress)
{
    if (dataVersion() == 0) {
        if (!QDir(m_location.clusterDirectory()).isEmpty()) {
            return fail(Error::Kind::Refused, actName(),
                        QStringLiteral("%1 holds files but no readable PG_VERSION; nothing was touched")
                            .arg(m_location.clusterDirectory()),
                        QStringLiteral("restore it, or move the folder away"));
        }
        if (Done created = create(progress); !created)
            return created;
    }
    if (acceptsConnections())
        return {};
    return start(progress);
}

Done PrivateClusterServer::create(const ClusterProgress &progress)
{
    progress(QStringLiteral("Creating the private cluster in %1 …").arg(m_location.dataDirectory));
    // Renamed when it is complete, so that a creation that was killed is started over.
    const QString fresh = m_location.clusterDirectory() + QStringLiteral(".new");
    const ServerFiles files(m_account);
    if (Done removed = files.remove({fresh}); !removed)
        return removed;
    const auto attempt = [this, &fresh](const QString &locale) {
        QStringList arguments{QStringLiteral("--pgdata=") + fresh,  QStringLiteral("--username=postgres"),
                              QStringLiteral("--auth-local=trust"), QStringLiteral("--auth-host=reject"),
                              QStringLiteral("--encoding=UTF8"),    QStringLiteral("--locale=") + locale,
                              QStringLiteral("--no-instructions")};
        if (!m_options.durable)
            arguments << QStringLiteral("--no-sync");
        return run(QStringLiteral("initdb"), arguments);
    };
    auto finished = attempt(QStringLiteral("C.UTF-8"));
    if (finished && finished->exitCode != 0 && finished->output.contains("locale")) {
        if (Done removed = files.remove({fresh}); !removed)
            return removed;
        finished = attempt(QStringLiteral("C"));
    }
    if (!finished)
        return fail(std::move(finished.error()));
    if (finished->exitCode != 0)
        return fail(actName(),
                    QStringLiteral("initdb failed: ") + QString::fromUtf8(finished->output).simplified());
    if (Done included =
            files.append(fresh + QStringLiteral("/postgresql.conf"), "\ninclude 'signalbox.conf'\n");
        !included)
        return included;
    return files.rename(fresh, m_location.clusterDirectory());
}

Done PrivateClusterServer::writeConfiguration() const
{
    return ServerFiles(m_account).write(m_location.clusterDirectory() + QStringLiteral("/signalbox.conf"),
                                        configurationText(m_location, m_options.durable).toUtf8());
}

// After a kill the lock files of the server stay behind. PostgreSQL takes them for stale only when no process
// has that number, and in a container the number is soon somebody else's.
Done PrivateClusterServer::clearLeftovers() const
{
    const QString directory = m_location.clusterDirectory();
    // Children of a killed server go by themselves; a new one must not start beside them.
    if (!waitUntil([&directory] { return serverProcessesIn(directory).empty(); }, 15'000)) {
        return fail(actName(),
                    QStringLiteral("processes of an earlier server still work on %1").arg(directory),
                    QStringLiteral("end them, then try again"));
    }
    // One that is no plain file would keep PostgreSQL waiting, an empty one would make it give up.
    const QString pidFile = directory + QStringLiteral("/postmaster.pid");
    if (!QFileInfo::exists(pidFile) && !QFileInfo(pidFile).isSymLink())
        return {};
    QStringList leftovers{pidFile};
    const QString socket =
        QStringLiteral("%1/.s.PGSQL.%2").arg(m_location.socketDirectory).arg(privateClusterPort);
    const QString lock = socket + QStringLiteral(".lock");
    const QByteArray owner = readPlainFile(lock, longestPidFile).split('\n').constFirst().trimmed();
    if (!owner.isEmpty() && owner == postmasterLines(directory).value(0).trimmed().toLatin1())
        leftovers << lock << socket;
    return ServerFiles(m_account).remove(leftovers);
}

Done PrivateClusterServer::start(const ClusterProgress &progress)
{
    // A server that is just starting, or recovering after a crash, only needs to be waited for.
    const QString directory = m_location.clusterDirectory();
    const QStringList lines = postmasterLines(directory);
    const pid_t postmaster = lines.isEmpty() ? 0 : lines.constFirst().trimmed().toInt();
    const auto isRunning = [&directory, postmaster] {
        const std::vector<pid_t> processes = serverProcessesIn(directory);
        return std::find(processes.begin(), processes.end(), postmaster) != processes.end();
    };
    if (postmaster > 0 && isRunning()) {
        progress(QStringLiteral("Waiting for the private cluster …"));
        waitUntil([this, &isRunning] { return acceptsConnections() || !isRunning(); },
                  startTimeoutSeconds * 1000);
        if (acceptsConnections())
            return {};
    }
    if (Done cleared = clearLeftovers(); !cleared)
        return cleared;
    if (Done written = writeConfiguration(); !written)
        return written;
    if (QFileInfo(m_location.logFile()).size() > largestLog) {
        // A log that cannot be put aside only grows.
        (void)ServerFiles(m_account).rename(m_location.logFile(),
                                            m_location.logFile() + QStringLiteral(".old"));
    }
    progress(QStringLiteral("Starting the private cluster …"));
    const auto finished =
        run(QStringLiteral("pg_ctl"),
            {QStringLiteral("start"), QStringLiteral("--wait"), QStringLiteral("--silent"),
             QStringLiteral("--timeout=%1").arg(startTimeoutSeconds), QStringLiteral("--pgdata=") + directory,
             QStringLiteral("--log=") + m_location.logFile()});
    if (!finished)
        return fail(finished.error());
    if (finished->exitCode != 0) {
        return fail(actName(), QStringLiteral("it did not start: ") + lastLines(m_location.logFile()),
                    QStringLiteral("see ") + m_location.logFile());
    }
    return {};
}

Done PrivateClusterServer::stop()
{
    const auto finished =
        run(QStringLiteral("pg_ctl"),
            {QStringLiteral("stop"), QStringLiteral("--mode=fast"), QStringLiteral("--wait"),
             QStringLiteral("--silent"), QStringLiteral("--pgdata=") + m_location.clusterDirectory()});
    if (!finished)
        return fail(finished.error());
    if (finished->exitCode != 0 && !postmasterLines(m_location.clusterDirectory()).isEmpty())
        return fail(actName(), QString::fromUtf8(finished->output).simplified());
    return {};
}

QString PrivateClusterServer::socketDirectory() const
{
    const QString directory = postmasterLines(m_location.clusterDirectory()).value(4);
    return directory.startsWith('/') ? directory : m_location.socketDirectory;
}

bool PrivateClusterServer::acceptsConnections() const
{
    if (postmasterLines(m_location.clusterDirectory()).isEmpty())
        return false;
    const QByteArray host = QFile::encodeName(socketDirectory());
    const QByteArray port = QByteArray::number(privateClusterPort);
    const char *keys[] = {"host", "port", "dbname", "user", "connect_timeout", nullptr};
    const char *values[] = {host.constData(), port.constData(), "postgres", "postgres", "2", nullptr};
    return PQpingParams(keys, values, 0) == PQPING_OK;
}

} // namespace signalbox
