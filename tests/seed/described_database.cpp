#include "tests/seed/described_database.h"

#include "tests/support/test_database.h"

#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>

namespace signalbox {

namespace {

std::unique_ptr<PgConnection> open(const ConnectionSettings &settings)
{
    auto connection = PgConnection::open(settings);
    if (!connection)
        qFatal("%s", qPrintable(connection.error().line()));
    return std::move(*connection);
}

void runOrEnd(PgConnection &connection, const QString &sql)
{
    if (const Done done = connection.executeRaw(sql); !done)
        qFatal("%s", qPrintable(done.error().line()));
}

} // namespace

DescribedDatabase::DescribedDatabase()
    : m_cluster(testCluster())
    , m_settings(m_cluster->settings(QStringLiteral("better_auth")))
{
    m_settings.user = QStringLiteral("user");
    const auto server = open(m_cluster->settings(QStringLiteral("postgres")));
    runOrEnd(*server,
             QStringLiteral("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'user') THEN"
                            " CREATE ROLE \"user\" LOGIN SUPERUSER; END IF; END $$"));
    recreate();
}

DescribedDatabase::~DescribedDatabase()
{
    m_connection.reset();
    const auto server = PgConnection::open(m_cluster->settings(QStringLiteral("postgres")));
    if (server)
        (void)(*server)->executeRaw(QStringLiteral("DROP DATABASE IF EXISTS better_auth WITH (FORCE)"));
}

void DescribedDatabase::recreate()
{
    m_connection.reset();
    const auto server = open(m_cluster->settings(QStringLiteral("postgres")));
    runOrEnd(*server, QStringLiteral("DROP DATABASE IF EXISTS better_auth WITH (FORCE)"));
    runOrEnd(*server, QStringLiteral("CREATE DATABASE better_auth OWNER \"user\" TEMPLATE template0"));
}

CommandOutcome DescribedDatabase::shell(const QString &command, const QString &input,
                                        const QString &directory)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("PGHOST"), m_settings.host);
    if (m_settings.port > 0)
        environment.insert(QStringLiteral("PGPORT"), QString::number(m_settings.port));
    environment.insert(QStringLiteral("LC_MESSAGES"), QStringLiteral("C"));
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(directory.isEmpty() ? m_directory.path() : directory);
    process.start(QStringLiteral("sh"), {QStringLiteral("-c"), command});
    process.write(input.toUtf8());
    process.closeWriteChannel();
    return CommandRunner::finish(process, 120'000);
}

CommandOutcome DescribedDatabase::runFile(const QString &name)
{
    const QString source = QString::fromUtf8(SIGNALBOX_SOURCE_DIR);
    QFile file(source + QStringLiteral("/tests/seed/") + name);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s is missing", qPrintable(file.fileName()));
    const QString text = QString::fromUtf8(file.readAll());
    if (name.endsWith(QLatin1String(".sh")))
        return shell(text);
    return shell(QStringLiteral("psql -U user -d better_auth"), text, source);
}

PgConnection &DescribedDatabase::connection()
{
    if (!m_connection)
        m_connection = open(m_settings);
    return *m_connection;
}

QVariant DescribedDatabase::value(const QString &sql)
{
    const auto rows = connection().query(sql);
    if (!rows)
        qFatal("%s", qPrintable(rows.error().line()));
    return rows->isEmpty() ? QVariant() : rows->constFirst().value(0);
}

} // namespace signalbox
