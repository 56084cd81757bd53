#include "tests/support/test_database.h"

#include "app/database/migration_files.h"
#include "app/database/migrator.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>

#include <csignal>
#include <unistd.h>

namespace signalbox {

namespace {

// Raised when the migrator itself leaves another schema or ledger behind than before.
constexpr int templateEdition = 2;
// Key of the advisory lock under which the template is made.
constexpr int templateLock = 7'317'001;

std::shared_ptr<PrivateCluster> &sharedCluster()
{
    static std::shared_ptr<PrivateCluster> cluster;
    return cluster;
}

void releaseCluster()
{
    sharedCluster().reset();
}

template <typename T> T take(Result<T> result)
{
    if (!result)
        qFatal("%s", qPrintable(result.error().line()));
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

std::unique_ptr<PgConnection> connectTo(PrivateCluster &cluster, const QString &database)
{
    return take(PgConnection::open(cluster.settings(database)));
}

// Databases of test programs that were killed.
void dropAbandoned(PgConnection &server)
{
    const auto rows = take(server.query(
        QStringLiteral("SELECT datname, split_part(datname, '_', 3)::integer AS pid FROM pg_database"
                       " WHERE datname ~ '^signalbox_test_[0-9]+_[0-9]+$'")));
    for (const QSqlRecord &row : rows) {
        const bool isGone = kill(row.value(1).toInt(), 0) != 0 && errno == ESRCH;
        if (isGone)
            (void)server.executeRaw(
                QStringLiteral("DROP DATABASE IF EXISTS %1 WITH (FORCE)").arg(row.value(0).toString()));
    }
}

QString templateNameOf(const QList<MigrationFile> &files)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const MigrationFile &file : files)
        hash.addData(file.checksum);
    return QStringLiteral("signalbox_template_%1_%2")
        .arg(templateEdition)
        .arg(QString::fromLatin1(hash.result().toHex().left(16)));
}

bool databaseExists(PgConnection &server, const QString &name)
{
    return !take(server.query(QStringLiteral("SELECT 1 FROM pg_database WHERE datname = :name::text"),
                              {{QStringLiteral(":name"), name}}))
                .isEmpty();
}

// Makes the migrated template once for all test programs; it gets its name when it is complete.
QString migratedTemplate(PrivateCluster &cluster, PgConnection &server)
{
    const QString name = templateNameOf(take(readMigrations(embeddedMigrations())));
    if (databaseExists(server, name))
        return name;
    take(server.executeRaw(QStringLiteral("SELECT pg_advisory_lock(%1)").arg(templateLock)));
    if (!databaseExists(server, name)) {
        const QString unfinished = QStringLiteral("signalbox_unfinished");
        take(server.executeRaw(QStringLiteral("DROP DATABASE IF EXISTS %1 WITH (FORCE)").arg(unfinished)));
        take(server.executeRaw(QStringLiteral("CREATE DATABASE %1").arg(unfinished)));
        {
            const auto connection = connectTo(cluster, unfinished);
            take(Migrator(*connection).up());
        }
        take(server.executeRaw(QStringLiteral("ALTER DATABASE %1 RENAME TO %2").arg(unfinished, name)));
    }
    take(server.executeRaw(QStringLiteral("SELECT pg_advisory_unlock(%1)").arg(templateLock)));
    return name;
}

} // namespace

ClusterLocation testClusterLocation()
{
    // A test that names a cluster has it for itself.
    const QString build =
        QString::fromUtf8(SIGNALBOX_TEST_BUILD_DIR) + qEnvironmentVariable("SIGNALBOX_TEST_CLUSTER_NAME");
    const QString key = QString::fromLatin1(
        QCryptographicHash::hash(build.toUtf8(), QCryptographicHash::Sha256).toHex().left(8));
    const QString chosen = qEnvironmentVariable("SIGNALBOX_TEST_CLUSTER");
    if (!chosen.isEmpty())
        return {chosen, chosen + QStringLiteral("/run")};
    if (geteuid() == 0)
        return {QStringLiteral("/var/lib/signalbox-test/") + key,
                QStringLiteral("/run/signalbox-test/") + key};
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    const QString data = QString::fromUtf8(SIGNALBOX_TEST_BUILD_DIR) + QStringLiteral("/test-cluster-") + key;
    return {data, runtime.isEmpty() ? data + QStringLiteral("/run")
                                    : runtime + QStringLiteral("/signalbox-test-") + key};
}

std::shared_ptr<PrivateCluster> testCluster()
{
    std::shared_ptr<PrivateCluster> &cluster = sharedCluster();
    if (!cluster) {
        ClusterOptions options;
        options.durable = false;
        cluster = take(PrivateCluster::acquire(testClusterLocation(), {}, options));
        // Before the application object goes: stopping the server needs it.
        qAddPostRoutine(releaseCluster);
        dropAbandoned(*connectTo(*cluster, QStringLiteral("postgres")));
    }
    return cluster;
}

TestDatabase::TestDatabase(const QString &templateName)
    : m_cluster(testCluster())
{
    static int counter = 0;
    const auto server = connectTo(*m_cluster, QStringLiteral("postgres"));
    const QString name = QStringLiteral("signalbox_test_%1_%2").arg(getpid()).arg(++counter);
    const QString source = templateName.isEmpty() ? migratedTemplate(*m_cluster, *server) : templateName;
    take(server->executeRaw(QStringLiteral("DROP DATABASE IF EXISTS %1 WITH (FORCE)").arg(name)));
    take(server->executeRaw(QStringLiteral("CREATE DATABASE %1 TEMPLATE %2").arg(name, source)));
    m_settings = m_cluster->settings(name);
}

TestDatabase::TestDatabase()
    : TestDatabase(QString())
{
}

TestDatabase TestDatabase::empty()
{
    return TestDatabase(QStringLiteral("template0"));
}

TestDatabase::~TestDatabase()
{
    m_connection.reset();
    if (m_cluster) {
        const auto server = PgConnection::open(m_cluster->settings(QStringLiteral("postgres")));
        if (server)
            (void)(*server)->executeRaw(
                QStringLiteral("DROP DATABASE IF EXISTS %1 WITH (FORCE)").arg(m_settings.database));
    }
}

PgConnection &TestDatabase::connection()
{
    if (!m_connection)
        m_connection = connect();
    return *m_connection;
}

std::unique_ptr<PgConnection> TestDatabase::connect(const SessionOptions &options) const
{
    return take(PgConnection::open(m_settings, options));
}

void TestDatabase::run(const QString &sql)
{
    take(connection().executeRaw(sql));
}

QVariant TestDatabase::value(const QString &sql, const Bindings &bindings)
{
    const auto rows = take(connection().query(sql, bindings));
    return rows.isEmpty() ? QVariant() : rows.constFirst().value(0);
}

} // namespace signalbox
