// On a read replica: the console reads, says how far behind it is and finds out about a promotion; whoever
// would write ends at once.

#include "app/database/cluster_opener.h"
#include "app/database/console_connector.h"
#include "app/database/gateway.h"
#include "tests/cli/command_runner.h"
#include "tests/support/standby_server.h"
#include "tests/support/test_database.h"

#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

namespace {

constexpr int patienceMs = 30'000;

} // namespace

class TestStandby : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();
    void readersRead();
    void writersEndWithOneSentence_data();
    void writersEndWithOneSentence();
    void picturesAreTaken();
    void theConsoleReadsAndSaysHowFarBehindItIs();
    void theConsoleFindsOutAboutAPromotion(); // last: it is no standby afterwards

private:
    ConnectionSettings replica() const { return m_standby->settings(m_database->settings().database); }

    std::optional<TestDatabase> m_database;
    std::optional<StandbyServer> m_standby;
};

void TestStandby::initTestCase()
{
    m_database.emplace();
    m_database->run("INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep_1', 'https://example.com/', "
                    "'topsecret')");
    m_standby.emplace(*testCluster());
    QVERIFY(m_standby->catchesUp(m_database->connection()));
}

void TestStandby::cleanupTestCase()
{
    m_standby.reset();
    m_database.reset();
}

void TestStandby::readersRead()
{
    const CommandRunner runner(replica());
    const CommandOutcome listed = runner.run({"endpoint", "list", "--format", "json"});
    QVERIFY2(listed.exitCode == 0, listed.err.constData());
    QVERIFY(listed.out.contains("ep_1"));
    const CommandOutcome status = runner.run({"migrate", "status"});
    QVERIFY2(status.exitCode == 0, status.err.constData());
}

void TestStandby::writersEndWithOneSentence_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("worker") << QStringList{"worker"};
    QTest::newRow("worker until idle") << QStringList{"worker", "--until-idle"};
    QTest::newRow("append") << QStringList{"append", "--stream", "s", "--type", "a.b", "-"};
    QTest::newRow("test event") << QStringList{"endpoint", "test", "ep_1"};
    QTest::newRow("migrate") << QStringList{"migrate", "up"};
}

void TestStandby::writersEndWithOneSentence()
{
    QFETCH(QStringList, arguments);
    const CommandOutcome outcome = CommandRunner(replica()).run(arguments, "{}");
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.err.count('\n') == 1 && outcome.err.contains("it is a read replica"),
             outcome.err.constData());
}

void TestStandby::picturesAreTaken()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("endpoints.png");
    const CommandOutcome taken = CommandRunner(replica()).run({"shot", "endpoints", "--out", file});
    QVERIFY2(taken.exitCode == 0, taken.err.constData());
    QVERIFY(QFileInfo(file).size() > 0);
}

void TestStandby::theConsoleReadsAndSaysHowFarBehindItIs()
{
    // Given the console on the replica
    ClusterHost host;
    Gateway gateway;
    ConsoleConnector connector(gateway, host);
    ConnectionProfile profile;
    profile.name = "replica";
    connector.connectToAddress(replica(), profile);
    QTRY_COMPARE_WITH_TIMEOUT(gateway.status().state, ConnectionStatus::State::Connected, patienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(gateway.status().readOnly, patienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(gateway.status().replica && gateway.status().replica->isStreaming, patienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(gateway.status().replica->lagMs, std::optional<qint64>(0), patienceMs);

    // Changes are refused with the reason
    std::optional<Error> refused;
    gateway.setEndpointEnabled("ep_1", false, {}, this, [&refused](const Result<QString> &result) {
        refused = result ? Error() : result.error();
    });
    QTRY_VERIFY(refused);
    QCOMPARE(refused->kind, Error::Kind::Refused);
    QVERIFY2(refused->why.contains("replica"), qPrintable(refused->line()));

    // What the primary writes is noticed without a notification
    QSignalSpy noticed(&gateway.signals_(), &ConsoleSignals::dataChanged);
    QVERIFY(noticed.wait(patienceMs));

    // When replay stands still, then it says for how long; what came before is the measure
    m_database->run("UPDATE webhook_endpoints SET description = 'newer'");
    QVERIFY(m_standby->catchesUp(m_database->connection()));
    m_standby->pauseReplay(true);
    m_database->run("UPDATE webhook_endpoints SET description = 'newest'");
    QTRY_VERIFY_WITH_TIMEOUT(gateway.status().replica->lagMs.value_or(0) > 0, patienceMs);
    QCOMPARE(gateway.status().state, ConnectionStatus::State::Connected);
    m_standby->pauseReplay(false);
    QTRY_COMPARE_WITH_TIMEOUT(gateway.status().replica->lagMs, std::optional<qint64>(0), patienceMs);
}

void TestStandby::theConsoleFindsOutAboutAPromotion()
{
    Gateway gateway;
    gateway.connectTo(replica());
    QTRY_VERIFY_WITH_TIMEOUT(gateway.status().replica, patienceMs);

    // When the standby is promoted, then the console writes
    m_standby->promote();
    QTRY_VERIFY_WITH_TIMEOUT(!gateway.status().replica, patienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!gateway.status().readOnly, patienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(gateway.status().state, ConnectionStatus::State::Connected, patienceMs);
    std::optional<bool> changed;
    gateway.setEndpointEnabled("ep_1", false, {}, this,
                               [&changed](const Result<QString> &result) { changed = result.has_value(); });
    QTRY_COMPARE_WITH_TIMEOUT(changed, std::optional<bool>(true), patienceMs);
    const auto promoted = PgConnection::open(replica());
    QVERIFY(promoted);
    QCOMPARE((*promoted)->query("SELECT enabled FROM webhook_endpoints")->constFirst().value(0),
             QVariant(false));
}

QTEST_GUILESS_MAIN(TestStandby)
#include "test_standby.moc"
