#include "app/database/cluster_opener.h"

#include "app/database/console_rights_query.h"
#include "app/database/migrator.h"
#include "app/database/pg_connection.h"
#include "app/database/private_cluster.h"

namespace signalbox {

QString clusterDatabase(ConnectionProfile::Kind kind)
{
    return kind == ConnectionProfile::Kind::Demo ? QStringLiteral("signalbox_demo")
                                                 : QStringLiteral("signalbox");
}

ClusterOpener::ClusterOpener() = default;
ClusterOpener::~ClusterOpener() = default;

Result<ConnectionSettings> ClusterOpener::openCluster(ConnectionProfile::Kind kind,
                                                      const std::function<void(QString)> &progress)
{
    if (!m_cluster) {
        auto acquired = PrivateCluster::acquire(ClusterLocation::standard(), progress);
        if (!acquired)
            return fail(acquired.error());
        m_cluster = std::move(*acquired);
    }
    auto settings = m_cluster->ensureDatabase(clusterDatabase(kind));
    if (!settings)
        return settings;
    progress(tr("Bringing the schema up to date…"));
    const auto connection = PgConnection::open(*settings);
    if (!connection)
        return fail(connection.error());
    if (const auto migrated = Migrator(**connection).up(); !migrated)
        return fail(migrated.error());
    return settings;
}

Result<ConnectionSettings> ClusterOpener::checkServer(const ConnectionSettings &settings)
{
    const auto connection = PgConnection::open(settings.forReading());
    if (!connection) {
        if (connection.error().kind == Error::Kind::Unavailable)
            return settings;
        return fail(connection.error());
    }
    if (const Done fits = checkSchema(**connection, tr("open %1").arg(settings.label())); !fits)
        return fail(fits.error());
    return settings;
}

void ClusterOpener::revive()
{
    if (!m_cluster)
        return;
    if (const Done running = m_cluster->ensureRunning(); !running)
        qWarning("%s", qPrintable(running.error().line()));
}

Result<QString> ClusterOpener::tryOut(const ConnectionSettings &settings)
{
    const auto connection = PgConnection::open(settings.forReading());
    if (!connection)
        return fail(connection.error());
    const auto rows = (*connection)
                          ->query(QStringLiteral("SELECT current_setting('server_version')"), {},
                                  tr("ask for the server's version"));
    if (!rows)
        return fail(rows.error());
    const QString version = tr("PostgreSQL %1").arg(rows->constFirst().value(0).toString());
    if (const Done fits = checkSchema(**connection, version); !fits)
        return fail(fits.error());
    return version;
}

ClusterHost::ClusterHost()
    : m_opener(new ClusterOpener)
{
    m_thread.setObjectName(QStringLiteral("opening databases"));
    m_opener->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_opener, &QObject::deleteLater);
    m_thread.start();
}

ClusterHost::~ClusterHost()
{
    m_thread.quit();
    m_thread.wait();
}

void ClusterHost::run(std::function<void(ClusterOpener &)> act)
{
    QMetaObject::invokeMethod(
        m_opener, [opener = m_opener, act = std::move(act)] { act(*opener); }, Qt::QueuedConnection);
}

} // namespace signalbox
