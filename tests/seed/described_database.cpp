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
    : DescribedDatabase(testCluster()->settings(QStringLiteral("postgres")))
{
    m_cluster = testCluster();
}

DescribedDatabase::DescribedDatabase(const ConnectionSettings &server)
    : m_server(server)
    , m_settings(server)
{
    m_settings.database = QStringLiteral("better_auth");
    m_settings.user = QStringLiteral("user");
    const auto superuser = open(m_server);
    runOrEnd(*superuser,
             QStringLiteral("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'user') THEN"
                            " CREATE ROLE \"user\" LOGIN SUPERUSER; END IF; END $$"));
    recreate();
}

DescribedDatabase::~DescribedDatabase()
{
    m_connection.reset();
    const auto server = PgConnection::open(m_server);
    if (server)
        (void)(*server)->executeRaw(QStringLiteral("DROP DATABASE IF EXISTS better_auth WITH (FORCE)"));
}

void DescribedDatabase::recreate()
{
    m_connection.reset();
    const auto server = open(m_server);
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

CommandRunner DescribedDatabase::as(const QString &role) const
{
    ConnectionSettings settings = m_settings;
    settings.user = role;
    return CommandRunner(settings);
}

void DescribedDatabase::insertRows()
{
    const CommandOutcome done = psql(QStringLiteral(R"(
INSERT INTO webhook_endpoints (id, url, secret, enabled)
SELECT 'ep_' || n, 'https://x.test', 's', n > 1 FROM generate_series(1, 3) AS n;
INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp)
SELECT gen_random_uuid(), 't', 's' || n % 50, n / 50 + 1, '{}', '{}', now() FROM generate_series(0, 499) AS n;
INSERT INTO event_snapshots (stream_id, version, state) VALUES ('s1', 3, '{}');
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, status, timeout_ms)
SELECT gen_random_uuid(), 'ep_1', 'https://x.test', '{}', 's', 4, now(), 'completed', 30000 FROM generate_series(1, 20);
INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms)
SELECT gen_random_uuid(), id, endpoint_id, 't', 200, 3 FROM webhook_jobs;
)"));
    if (done.err.contains("ERROR"))
        qFatal("%s", done.err.constData());
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
