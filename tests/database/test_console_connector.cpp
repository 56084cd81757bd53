// The console on its private cluster: opened from nothing, and found again after the server was killed under
// it.

#include "app/database/cluster_opener.h"
#include "app/database/console_connector.h"
#include "app/database/gateway.h"
#include "app/database/migrator.h"
#include "app/database/private_cluster.h"
#include "tests/support/test_database.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTest>

#include <csignal>
#include <optional>
#include <unistd.h>

using namespace signalbox;

namespace {

constexpr int patienceMs = 60'000;

ConnectionProfile privateProfile()
{
    ConnectionProfile profile;
    profile.name = QStringLiteral("private");
    profile.kind = ConnectionProfile::Kind::PrivateCluster;
    return profile;
}

} // namespace

class TestConsoleConnector : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void opensThePrivateClusterFromNothing();
    void findsTheServerAgainAfterItWasKilled();
    void saysWhichMigrationsAnotherServerLacks();

private:
    pid_t serverPid() const
    {
        QFile file(m_location.clusterDirectory() + QStringLiteral("/postmaster.pid"));
        return file.open(QIODevice::ReadOnly) ? file.readLine().trimmed().toInt() : 0;
    }
    ConnectionStatus::State state() const { return m_gateway->status().state; }

    ClusterLocation m_location;
    std::optional<ClusterHost> m_host;
    std::optional<Gateway> m_gateway;
    std::optional<ConsoleConnector> m_connector;
};

void TestConsoleConnector::init()
{
    const ClusterLocation shared = testClusterLocation();
    const QString suffix = QStringLiteral("-console-%1").arg(getpid());
    m_location = {shared.dataDirectory + suffix, shared.socketDirectory + suffix};
    qputenv("SIGNALBOX_DATA_DIR", m_location.dataDirectory.toUtf8());
    qputenv("SIGNALBOX_RUNTIME_DIR", m_location.socketDirectory.toUtf8());
    m_host.emplace();
    m_gateway.emplace();
    m_connector.emplace(*m_gateway, *m_host);
}

void TestConsoleConnector::cleanup()
{
    m_connector.reset();
    m_gateway.reset();
    m_host.reset();
    QDir(m_location.dataDirectory).removeRecursively();
    QDir(m_location.socketDirectory).removeRecursively();
}

void TestConsoleConnector::opensThePrivateClusterFromNothing()
{
    // Given no cluster, when the console opens it
    QSignalSpy opened(&*m_connector, &ConsoleConnector::opened);
    m_connector->connectTo(privateProfile(), Secret());

    // Then it is created, migrated and connected to
    QVERIFY(opened.wait(patienceMs));
    QTRY_COMPARE_WITH_TIMEOUT(state(), ConnectionStatus::State::Connected, patienceMs);
    std::optional<qint64> endpoints;
    m_gateway->railCounts(this, [&endpoints](const Result<RailCounts> &counts) {
        if (counts)
            endpoints = counts->endpoints;
    });
    QTRY_COMPARE_WITH_TIMEOUT(endpoints, std::optional<qint64>(0), patienceMs);
}

void TestConsoleConnector::findsTheServerAgainAfterItWasKilled()
{
    // Given a console on its cluster
    m_connector->connectTo(privateProfile(), Secret());
    QTRY_COMPARE_WITH_TIMEOUT(state(), ConnectionStatus::State::Connected, patienceMs);
    const pid_t before = serverPid();

    // When the server is killed
    QVERIFY(before > 0);
    kill(before, SIGKILL);
    QTRY_COMPARE_WITH_TIMEOUT(state(), ConnectionStatus::State::Lost, patienceMs);

    // Then it is started again, and the console is back without anybody's help
    QTRY_COMPARE_WITH_TIMEOUT(state(), ConnectionStatus::State::Connected, patienceMs);
    QVERIFY(serverPid() > 0);
    QVERIFY(serverPid() != before);
}

void TestConsoleConnector::saysWhichMigrationsAnotherServerLacks()
{
    // Given a server without the schema
    const TestDatabase bare = TestDatabase::empty();
    ConnectionProfile profile;
    profile.name = QStringLiteral("bare");

    // When the console is pointed at it, then it refuses, says what to do, and touches nothing
    QSignalSpy failed(&*m_connector, &ConsoleConnector::failed);
    m_connector->connectToAddress(bare.settings(), profile);
    QVERIFY(failed.wait(patienceMs));
    const Error error = failed.constFirst().constFirst().value<Error>();
    QCOMPARE(error.kind, Error::Kind::Refused);
    QVERIFY2(error.hint.contains(QLatin1String("migrate up")), qPrintable(error.line()));

    // And once that is done, "Retry now" opens it
    const auto connection = PgConnection::open(bare.settings());
    QVERIFY(connection && Migrator(**connection).up());
    m_connector->retryNow();
    QTRY_COMPARE_WITH_TIMEOUT(state(), ConnectionStatus::State::Connected, patienceMs);
}

QTEST_GUILESS_MAIN(TestConsoleConnector)
#include "test_console_connector.moc"
