// A profile that is read-only stays so in every command.

#include "app/platform/settings_profile_store.h"
#include "tests/cli/command_runner.h"
#include "tests/support/test_database.h"

#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

class TestReadOnlyProfile : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void writersEndWithOneSentence_data();
    void writersEndWithOneSentence();
    void readersRead();

private:
    std::unique_ptr<TestDatabase> m_database;
    std::unique_ptr<QTemporaryDir> m_config;
    std::unique_ptr<CommandRunner> m_runner;
};

void TestReadOnlyProfile::init()
{
    m_database = std::make_unique<TestDatabase>();
    m_database->run(
        "INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep_1', 'https://example.com/', 's')");
    m_config = std::make_unique<QTemporaryDir>();
    const ConnectionSettings settings = m_database->settings();
    ConnectionProfile profile;
    profile.name = "ro";
    profile.host = settings.host;
    profile.port = settings.port;
    profile.database = settings.database;
    profile.user = settings.user;
    profile.readOnly = true;
    SettingsProfileStore store(m_config->path() + "/signalbox/connections.ini");
    const Done saved = store.saveProfile(profile);
    QVERIFY2(saved, saved ? "" : qPrintable(saved.error().line()));
    m_runner = std::make_unique<CommandRunner>();
    m_runner->setEnvironment("XDG_CONFIG_HOME", m_config->path());
}

void TestReadOnlyProfile::writersEndWithOneSentence_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("worker") << QStringList{"worker"};
    QTest::newRow("worker until idle") << QStringList{"worker", "--until-idle"};
    QTest::newRow("test event") << QStringList{"endpoint", "test", "ep_1"};
    QTest::newRow("enable") << QStringList{"endpoint", "enable", "ep_1"};
    QTest::newRow("append") << QStringList{"append", "--stream", "s", "--type", "a.b", "-"};
    QTest::newRow("migrate") << QStringList{"migrate", "up"};
}

void TestReadOnlyProfile::writersEndWithOneSentence()
{
    QFETCH(QStringList, arguments);
    const CommandOutcome outcome = m_runner->run(arguments + QStringList{"--profile", "ro"}, "{}");
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.err.count('\n') == 1 && outcome.err.contains("the profile \"ro\" is read-only"),
             outcome.err.constData());
    QCOMPARE(m_database->value("SELECT count(*) FROM webhook_deliveries").toInt(), 0);
    QCOMPARE(m_database->value("SELECT count(*) FROM events").toInt(), 0);
}

void TestReadOnlyProfile::readersRead()
{
    const CommandOutcome listed = m_runner->run({"endpoint", "list", "--profile", "ro", "--format", "json"});
    QVERIFY2(listed.exitCode == 0, listed.err.constData());
    QVERIFY(listed.out.contains("ep_1"));
}

QTEST_GUILESS_MAIN(TestReadOnlyProfile)
#include "test_read_only_profile.moc"
