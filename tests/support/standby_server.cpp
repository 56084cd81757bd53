#include "tests/support/standby_server.h"

#include "app/database/pg_connection.h"
#include "tests/support/server_program.h"
#include "tests/support/test_database.h"

#include <QDir>
#include <QTest>

#include <unistd.h>

namespace signalbox {

StandbyServer::StandbyServer(const PrivateCluster &primary)
{
    const QString suffix = QStringLiteral("-standby-%1").arg(getpid());
    m_data = testClusterLocation().dataDirectory + suffix;
    m_sockets = testClusterLocation().socketDirectory + suffix;
    makeServerDirectory(m_data);
    makeServerDirectory(m_sockets);
    const ConnectionSettings from = primary.settings(QStringLiteral("postgres"));
    runServerProgram(QStringLiteral("pg_basebackup"),
                     {"--pgdata", m_data, "--write-recovery-conf", "--checkpoint", "fast", "--no-sync",
                      "--host", from.host, "--port", QString::number(from.port), "--username", from.user},
                     m_data);
    runServerProgram(QStringLiteral("pg_ctl"),
                     {"start", "--wait", "--timeout", "60", "--pgdata", m_data, "--log",
                      m_data + "/server.log", "--options",
                      QStringLiteral("-c unix_socket_directories=%1").arg(m_sockets)},
                     m_data);
}

StandbyServer::~StandbyServer()
{
    runServerProgram(QStringLiteral("pg_ctl"), {"stop", "--wait", "--mode", "immediate", "--pgdata", m_data},
                     "/");
    QDir(m_data).removeRecursively();
    QDir(m_sockets).removeRecursively();
}

ConnectionSettings StandbyServer::settings(const QString &database) const
{
    ConnectionSettings settings;
    settings.host = m_sockets;
    settings.port = privateClusterPort;
    settings.database = database;
    settings.user = QStringLiteral("postgres");
    return settings;
}

bool StandbyServer::catchesUp(PgConnection &primary) const
{
    const auto written = primary.query(QStringLiteral("SELECT pg_current_wal_insert_lsn()::text"));
    const auto standby = PgConnection::open(settings(QStringLiteral("postgres")).forReading());
    if (!written || !standby)
        return false;
    const Bindings bindings{{QStringLiteral(":written"), written->constFirst().value(0)}};
    return QTest::qWaitFor(
        [&] {
            const auto replayed = (*standby)->query(
                QStringLiteral("SELECT pg_last_wal_replay_lsn() >= :written::pg_lsn"), bindings);
            return replayed && replayed->constFirst().value(0).toBool();
        },
        30'000);
}

void StandbyServer::pauseReplay(bool paused) const
{
    const auto standby = PgConnection::open(settings(QStringLiteral("postgres")).forReading());
    const QString act = paused ? QStringLiteral("SELECT pg_wal_replay_pause()")
                               : QStringLiteral("SELECT pg_wal_replay_resume()");
    if (!standby || !(*standby)->executeRaw(act))
        qFatal("replay cannot be paused");
}

void StandbyServer::promote() const
{
    runServerProgram(QStringLiteral("pg_ctl"), {"promote", "--wait", "--pgdata", m_data}, "/");
}

} // namespace signalbox
