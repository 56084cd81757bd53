#include "tests/chaos/chaos_server.h"

#include "tests/support/test_database.h"

#include <QFile>

#include <csignal>

namespace signalbox {

namespace {

PrivateClusterServer prepared()
{
    ClusterOptions options;
    options.durable = false;
    auto server = PrivateClusterServer::prepare(testClusterLocation(), options);
    if (!server)
        qFatal("%s", qPrintable(server.error().line()));
    return std::move(*server);
}

pid_t postmaster()
{
    QFile file(testClusterLocation().clusterDirectory() + QStringLiteral("/postmaster.pid"));
    return file.open(QIODevice::ReadOnly) ? file.readLine().trimmed().toInt() : 0;
}

void require(const Done &done)
{
    if (!done)
        qFatal("%s", qPrintable(done.error().line()));
}

} // namespace

ChaosPostgres::ChaosPostgres()
    : m_server(prepared())
{
}

void ChaosPostgres::stopFast()
{
    require(m_server.stop());
}

void ChaosPostgres::stopImmediate()
{
    const pid_t process = postmaster();
    const QString directory = testClusterLocation().clusterDirectory();
    if (process <= 0 || !sendSignal(process, SIGQUIT) ||
        !waitUntil([&directory] { return serverProcessesIn(directory).empty(); }, 30'000))
        qFatal("PostgreSQL did not stop");
}

void ChaosPostgres::start()
{
    require(m_server.ensureRunning([](const QString &) {}));
}

bool sendSignal(pid_t process, int number)
{
    return process > 1 && kill(process, number) == 0;
}

} // namespace signalbox
