#include "tests/support/own_server.h"

#include "app/database/private_cluster.h"
#include "tests/support/server_program.h"
#include "tests/support/test_database.h"

#include <QDir>

#include <unistd.h>

namespace signalbox {

OwnServer::OwnServer(const QString &name)
{
    const QString suffix = QStringLiteral("-%1-%2").arg(name).arg(getpid());
    m_data = testClusterLocation().dataDirectory + suffix;
    m_sockets = testClusterLocation().socketDirectory + suffix;
    makeServerDirectory(m_data);
    makeServerDirectory(m_sockets);
}

OwnServer::~OwnServer()
{
    runServerProgram(QStringLiteral("pg_ctl"), {"stop", "--wait", "--mode", "immediate", "--pgdata", m_data},
                     "/");
    QDir(m_data).removeRecursively();
    QDir(m_sockets).removeRecursively();
}

void OwnServer::initialise() const
{
    runServerProgram(QStringLiteral("initdb"),
                     {"--pgdata", m_data, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8",
                      "--no-locale", "--no-sync"},
                     m_data);
}

void OwnServer::start(const QStringList &settings) const
{
    QStringList options{QStringLiteral("-c unix_socket_directories=%1").arg(m_sockets),
                        QStringLiteral("-c listen_addresses=''"),
                        QStringLiteral("-c port=%1").arg(privateClusterPort)};
    for (const QString &setting : settings)
        options << QStringLiteral("-c ") + setting;
    runServerProgram(QStringLiteral("pg_ctl"),
                     {"start", "--wait", "--timeout", "60", "--pgdata", m_data, "--log", logFile(),
                      "--options", options.join(' ')},
                     m_data);
}

ConnectionSettings OwnServer::settings(const QString &database) const
{
    ConnectionSettings settings;
    settings.host = m_sockets;
    settings.port = privateClusterPort;
    settings.database = database;
    settings.user = QStringLiteral("postgres");
    return settings;
}

} // namespace signalbox
