#include "tests/cli/command_runner.h"
#include "tests/support/test_database.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace signalbox;

class TestMigrateCommands : public QObject
{
    Q_OBJECT
private slots:
    void upStatusDown();
    void planIsSqlToCopy();
    void otherCommandsNameTheSchemaOfTheTables();
    void downSaysWhatWouldGo();
    void downAloneIsOneStep();
    void otherCommandsAskForTheSchema_data();
    void otherCommandsAskForTheSchema();
};

void TestMigrateCommands::upStatusDown()
{
    TestDatabase database = TestDatabase::empty();
    const CommandRunner runner(database.settings());
    const CommandOutcome before = runner.run({"migrate", "status"});
    QCOMPARE(before.exitCode, 0);
    QVERIFY(before.lines().value(1).contains("create event store"));
    QVERIFY(before.lines().value(1).contains("pending"));

    QCOMPARE(runner.run({"migrate", "up", "--to", "2"}).lines().size(), 2);
    QCOMPARE(runner.run({"migrate", "up"}).exitCode, 0);
    const auto status =
        nlohmann::json::parse(runner.run({"migrate", "status", "--format", "json"}).out.toStdString());
    for (const auto &row : status) {
        QVERIFY(row["checksum"] == "same");
        QVERIFY(row["installed_on"].is_string());
    }
    QVERIFY(status[0]["version"] == 1);

    const CommandOutcome again = runner.run({"migrate", "up"});
    QCOMPARE(again.exitCode, 0);
    QCOMPARE(again.out, QByteArray());
    QCOMPARE(runner.run({"migrate", "down", "--to", "2", "--yes"}).exitCode, 0);
    QVERIFY(database.value("SELECT to_regclass('signalbox_fan_out') IS NULL").toBool());
    QVERIFY(database.value("SELECT to_regclass('webhook_jobs') IS NOT NULL").toBool());
}

void TestMigrateCommands::planIsSqlToCopy()
{
    TestDatabase database = TestDatabase::empty();
    const CommandRunner runner(database.settings());
    const CommandOutcome fresh = runner.run({"migrate", "plan", "--to", "2"});
    QCOMPARE(fresh.exitCode, 0);
    QCOMPARE(fresh.lines(),
             (QStringList{"-- apply 001 create event store", "-- apply 002 create webhook queue"}));
    QVERIFY(database.value("SELECT to_regclass('events') IS NULL").toBool());

    QCOMPARE(runner.run({"migrate", "up", "--to", "2"}).exitCode, 0);
    database.run(
        QStringLiteral("DROP TABLE _sqlx_migrations; ALTER TABLE events ALTER COLUMN version TYPE bigint"));
    const CommandOutcome refused = runner.run({"migrate", "up"});
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2(refused.err.contains("signalbox migrate plan"), refused.err.constData());
    const CommandOutcome plan = runner.run({"migrate", "plan"});
    QCOMPARE(plan.exitCode, 0);
    QVERIFY2(plan.out.contains("\nALTER TABLE events ALTER COLUMN version TYPE integer"),
             plan.out.constData());
    database.run(QString::fromUtf8(plan.out));
    const CommandOutcome done = runner.run({"migrate", "up"});
    QVERIFY2(done.exitCode == 0, done.err.constData());
    QCOMPARE(runner.run({"migrate", "plan"}).out, QByteArray("-- nothing to do\n"));
}

// A second, empty set beside the real one is what "run migrate up" would lead to.
void TestMigrateCommands::otherCommandsNameTheSchemaOfTheTables()
{
    TestDatabase database = TestDatabase::empty();
    database.run(QStringLiteral("CREATE SCHEMA shop; ALTER DATABASE %1 SET search_path = shop")
                     .arg(database.settings().database));
    const CommandRunner runner(database.settings());
    QCOMPARE(runner.run({"migrate", "up", "--to", "2"}).exitCode, 0);
    database.run(QStringLiteral("ALTER DATABASE %1 RESET search_path").arg(database.settings().database));
    for (const QStringList &arguments : {QStringList{"jobs", "list"}, QStringList{"migrate", "up"}}) {
        const CommandOutcome outcome = runner.run(arguments);
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("in schema shop"), outcome.err.constData());
    }
    QVERIFY(runner.run({"migrate", "status"}).err.contains("in schema shop"));
}

void TestMigrateCommands::downSaysWhatWouldGo()
{
    TestDatabase database;
    database.run(QStringLiteral(
        "INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep_1', 'http://example.com', 's')"));
    const CommandRunner runner(database.settings());
    const CommandOutcome asked = runner.run({"migrate", "down", "--to", "1"});
    QCOMPARE(asked.exitCode, 2);
    QVERIFY2(asked.out.contains("would lose webhook_endpoints (1 row)"), asked.out.constData());
    QVERIFY2(asked.err.contains("--yes"), asked.err.constData());
    QCOMPARE(runner.run({"migrate", "down", "--to", "1", "--dry-run"}).out, asked.out);
    QCOMPARE(database.value("SELECT count(1) FROM webhook_endpoints").toInt(), 1);
    const CommandOutcome done = runner.run({"migrate", "down", "--to", "1", "--yes"});
    QCOMPARE(done.exitCode, 0);
    QVERIFY2(done.err.contains("webhook_endpoints"), done.err.constData());
    QVERIFY(database.value("SELECT to_regclass('webhook_endpoints') IS NULL").toBool());
}

void TestMigrateCommands::downAloneIsOneStep()
{
    TestDatabase database;
    const CommandRunner runner(database.settings());
    const int newest = database.value("SELECT max(version) FROM _sqlx_migrations").toInt();
    const CommandOutcome asked = runner.run({"migrate", "down"});
    QCOMPARE(asked.exitCode, 2);
    QCOMPARE(asked.lines().size(), 1);
    QVERIFY2(asked.out.contains(QByteArray::number(newest)), asked.out.constData());
    QCOMPARE(runner.run({"migrate", "down", "--yes"}).exitCode, 0);
    QCOMPARE(database.value("SELECT max(version) FROM _sqlx_migrations").toInt(), newest - 1);
    // What up does stands in its answer, and is not said a second time.
    const CommandOutcome up = runner.run({"migrate", "up"});
    QCOMPARE(up.lines().size(), 1);
    QVERIFY2(!up.err.contains("pplying"), up.err.constData());
}

void TestMigrateCommands::otherCommandsAskForTheSchema_data()
{
    QTest::addColumn<QStringList>("arguments");
    for (const QStringList &arguments :
         {QStringList{"jobs", "list"}, QStringList{"endpoint", "list"}, QStringList{"worker", "--until-idle"},
          QStringList{"append", "--stream", "s", "--type", "t", "-"},
          QStringList{"jobs", "retry", "--filter", "status:failed", "--reason", "r", "--yes"}})
        QTest::newRow(qPrintable(arguments.join(' '))) << arguments;
}

void TestMigrateCommands::otherCommandsAskForTheSchema()
{
    QFETCH(const QStringList, arguments);
    TestDatabase database = TestDatabase::empty();
    const CommandOutcome outcome = CommandRunner(database.settings()).run(arguments, "{}");
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.err.contains("signalbox migrate up"), outcome.err.constData());
    QVERIFY2(outcome.saidOneLine(), outcome.err.constData());
}

QTEST_GUILESS_MAIN(TestMigrateCommands)
#include "test_migrate_commands.moc"
