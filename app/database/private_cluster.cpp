#include "app/database/private_cluster.h"

#include "app/database/pg_connection.h"

#include <QFileInfo>

namespace signalbox {

PrivateCluster::PrivateCluster(PrivateClusterServer server, FileLock startLock, FileLock usersLock,
                               std::function<void(QString)> progress)
    : m_server(std::move(server))
    , m_startLock(std::move(startLock))
    , m_usersLock(std::move(usersLock))
    , m_progress(std::move(progress))
{
}

Result<std::unique_ptr<PrivateCluster>> PrivateCluster::acquire(const ClusterLocation &location,
                                                                std::function<void(QString)> progress,
                                                                const ClusterOptions &options)
{
    if (!progress)
        progress = [](const QString &) {};
    auto server = PrivateClusterServer::prepare(location, options);
    if (!server)
        return fail(std::move(server.error()));
    auto startLock = FileLock::open(location.startLockFile());
    if (!startLock)
        return fail(std::move(startLock.error()));
    auto usersLock = FileLock::open(location.usersLockFile());
    if (!usersLock)
        return fail(std::move(usersLock.error()));
    std::unique_ptr<PrivateCluster> cluster(new PrivateCluster(std::move(*server), std::move(*startLock),
                                                               std::move(*usersLock), std::move(progress)));
    if (Done entered = cluster->enter(); !entered)
        return fail(std::move(entered.error()));
    return cluster;
}

Done PrivateCluster::enter()
{
    if (!m_startLock.tryLockExclusive()) {
        m_progress(
            QStringLiteral("Waiting for another Signalbox that starts or stops the private cluster …"));
        if (Done locked = m_startLock.lockExclusive(); !locked)
            return locked;
    }
    Done running = m_usersLock.lockShared();
    if (running) {
        m_entered = true;
        running = m_server.ensureRunning(m_progress);
    }
    m_startLock.unlock();
    return running;
}

PrivateCluster::~PrivateCluster()
{
    // Under the start lock nobody enters meanwhile, so an exclusive users lock means that we were the last.
    if (m_entered && m_startLock.lockExclusive() && m_usersLock.tryLockExclusive())
        (void)m_server.stop();
}

Done PrivateCluster::ensureRunning()
{
    if (Done locked = m_startLock.lockExclusive(); !locked)
        return locked;
    Done running = m_server.ensureRunning(m_progress);
    m_startLock.unlock();
    return running;
}

ConnectionSettings PrivateCluster::settings(const QString &database) const
{
    ConnectionSettings settings;
    settings.host = m_server.socketDirectory();
    settings.port = privateClusterPort;
    settings.database = database;
    settings.user = QStringLiteral("postgres");
    return settings;
}

bool PrivateCluster::exists(const ClusterLocation &location)
{
    return QFileInfo::exists(location.clusterDirectory());
}

Result<ConnectionSettings> PrivateCluster::existingDatabase(const QString &name) const
{
    const QString what = QStringLiteral("open the database ") + name;
    const auto connection = PgConnection::open(settings(QStringLiteral("postgres")));
    if (!connection)
        return fail(connection.error());
    const auto rows = (*connection)
                          ->query(QStringLiteral(R"(
SELECT count(1) FILTER (WHERE datname = :name::text) AS found
FROM pg_database)"),
                                  {{QStringLiteral(":name"), name}}, what);
    if (!rows)
        return fail(rows.error());
    if (rows->constFirst().value(0).toInt() == 0)
        return fail(Error::Kind::NotFound, what,
                    QStringLiteral("the private cluster has none of that name yet"));
    return settings(name);
}

Result<ConnectionSettings> PrivateCluster::ensureDatabase(const QString &name)
{
    auto connection = PgConnection::open(settings(QStringLiteral("postgres")));
    if (!connection)
        return fail(std::move(connection.error()));
    const QString what = QStringLiteral("create the database ") + name;
    const auto existing = (*connection)
                              ->query(QStringLiteral("SELECT 1 FROM pg_database WHERE datname = :name::text"),
                                      {{QStringLiteral(":name"), name}}, what);
    if (!existing)
        return fail(existing.error());
    if (existing->isEmpty()) {
        m_progress(QStringLiteral("Creating the database %1 …").arg(name));
        const Done created = (*connection)
                                 ->executeRaw(QStringLiteral("CREATE DATABASE \"%1\"")
                                                  .arg(QString(name).replace('"', QLatin1String("\"\""))),
                                              what);
        // 42P04: another process was faster; 23505: at the very same time.
        if (!created && created.error().sqlState != QLatin1String("42P04") &&
            created.error().sqlState != QLatin1String("23505"))
            return fail(created.error());
    }
    return settings(name);
}

} // namespace signalbox
