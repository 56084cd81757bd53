#include "tests/support/standby_server.h"

#include "app/database/pg_connection.h"
#include "tests/support/server_program.h"

#include <QTest>

namespace signalbox {

StandbyServer::StandbyServer(const PrivateCluster &primary)
{
    const ConnectionSettings from = primary.settings(QStringLiteral("postgres"));
    runServerProgram(QStringLiteral("pg_basebackup"),
                     {"--pgdata", m_server.dataDirectory(), "--write-recovery-conf", "--checkpoint", "fast",
                      "--no-sync", "--host", from.host, "--port", QString::number(from.port), "--username",
                      from.user},
                     m_server.dataDirectory());
    m_server.start();
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
    runServerProgram(QStringLiteral("pg_ctl"), {"promote", "--wait", "--pgdata", m_server.dataDirectory()},
                     "/");
}

} // namespace signalbox
