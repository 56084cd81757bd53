#include "app/database/migrator.h"
#include "app/database/migrator_lock.h"
#include "tests/database/migration_files_for_test.h"
#include "tests/support/test_database.h"

#include <QProcess>
#include <QTest>

#include <thread>

using namespace signalbox;

namespace {

constexpr int patienceMs = 120'000;

QString failureOf(const Result<MigrationReport> &report)
{
    return report ? QString() : report.error().line();
}

// Migrators in processes of their own, and one that is killed.
void startDriver(QProcess &process, const TestDatabase &database,
                 const QString &directory = embeddedMigrations())
{
    const ConnectionSettings &settings = database.settings();
    process.start(QStringLiteral(SIGNALBOX_MIGRATE_DRIVER),
                  {settings.host, QString::number(settings.port), settings.database, directory});
}

int invalidIndexes(TestDatabase &database)
{
    return database.value(QStringLiteral("SELECT count(*) FROM pg_index WHERE NOT indisvalid")).toInt();
}

int waitingSessions(TestDatabase &database, const QString &kind)
{
    return database
        .value(QStringLiteral("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = :kind::text"),
               {{QStringLiteral(":kind"), kind}})
        .toInt();
}

} // namespace

class TestMigratorProcesses : public QObject
{
    Q_OBJECT
private slots:
    void twoProcessesAtOnce();
    void killedInATransaction();
    void killedWhileBuildingAnIndex();
    void yieldsToAWaitingSqlx();
};

void TestMigratorProcesses::twoProcessesAtOnce()
{
    TestDatabase database = TestDatabase::empty();
    QProcess first, second;
    startDriver(first, database);
    startDriver(second, database);
    QVERIFY(first.waitForFinished(patienceMs) && second.waitForFinished(patienceMs));
    QVERIFY2(first.exitCode() == 0, first.readAllStandardError().constData());
    QVERIFY2(second.exitCode() == 0, second.readAllStandardError().constData());
    const int files = int(readMigrations(embeddedMigrations())->size());
    QCOMPARE(first.readAllStandardOutput().toInt() + second.readAllStandardOutput().toInt(), files);
    QCOMPARE(database.value(QStringLiteral("SELECT count(*) FROM _sqlx_migrations")).toInt(), files);
    QCOMPARE(invalidIndexes(database), 0);
}

void TestMigratorProcesses::killedInATransaction()
{
    MigrationsForTest files;
    QVERIFY(files.add(QStringLiteral("001_first.sql"), "CREATE TABLE first (id int);"));
    QVERIFY(files.add(QStringLiteral("002_second.sql"),
                      "CREATE TABLE second (id int); SELECT pg_advisory_xact_lock(4711);"
                      " CREATE TABLE third (id int);"));
    TestDatabase database = TestDatabase::empty();
    database.run(QStringLiteral("SELECT pg_advisory_lock(4711)"));
    QProcess driver;
    startDriver(driver, database, files.path());
    QTRY_COMPARE_WITH_TIMEOUT(waitingSessions(database, QStringLiteral("advisory")), 1, patienceMs);
    driver.kill();
    QVERIFY(driver.waitForFinished(patienceMs));
    database.run(QStringLiteral("SELECT pg_advisory_unlock(4711)"));

    const auto report = Migrator(database.connection(), {}, files.path()).up();
    QVERIFY2(report, qPrintable(failureOf(report)));
    QCOMPARE(report->steps.size(), 1);
    QVERIFY(!database.value(QStringLiteral("SELECT to_regclass('third')")).isNull());
}

void TestMigratorProcesses::killedWhileBuildingAnIndex()
{
    TestDatabase database = TestDatabase::empty();
    QVERIFY(Migrator(database.connection()).up(3));
    // An old snapshot keeps the build from finishing.
    const auto reader = database.connect();
    QVERIFY(reader->executeRaw(QStringLiteral("BEGIN ISOLATION LEVEL REPEATABLE READ")));
    QVERIFY(reader->query(QStringLiteral("SELECT count(*) FROM webhook_jobs")));
    QProcess driver;
    startDriver(driver, database);
    QTRY_COMPARE_WITH_TIMEOUT(waitingSessions(database, QStringLiteral("virtualxid")), 1, patienceMs);
    driver.kill();
    QVERIFY(driver.waitForFinished(patienceMs));
    // The server notices that its client is gone.
    QTRY_COMPARE_WITH_TIMEOUT(waitingSessions(database, QStringLiteral("virtualxid")), 0, patienceMs);
    QCOMPARE(invalidIndexes(database), 1);
    reader->rollback();

    const auto report = Migrator(database.connection()).up();
    QVERIFY2(report, qPrintable(failureOf(report)));
    QCOMPARE(invalidIndexes(database), 0);
    QCOMPARE(report->steps.constFirst().version, 4);
}

// sqlx waits for the lock inside a statement, whose snapshot our index build waits for. PostgreSQL resolves
// this against us here, because the other's deadlock check is put off; the other then gets its turn.
void TestMigratorProcesses::yieldsToAWaitingSqlx()
{
    TestDatabase database = TestDatabase::empty();
    const qint64 key = migrationLockKey(database.settings().database);
    const auto observer = database.connect();
    std::thread sqlx;
    bool sqlxHadItsTurn = false;
    const auto waitAsSqlx = [&] {
        const auto connection = database.connect();
        (void)connection->executeRaw(QStringLiteral("SET deadlock_timeout = '10min'"));
        sqlxHadItsTurn =
            connection->executeRaw(QStringLiteral("SELECT pg_advisory_lock(%1)").arg(key)).has_value() &&
            connection->executeRaw(QStringLiteral("SELECT pg_advisory_unlock(%1)").arg(key)).has_value();
    };
    int triesOfTheFirstIndex = 0;
    const auto progress = [&](const QString &line) {
        if (!line.contains(QStringLiteral("004_")) || ++triesOfTheFirstIndex > 1)
            return;
        sqlx = std::thread(waitAsSqlx);
        const QString waiting =
            QStringLiteral("SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'");
        (void)QTest::qWaitFor([&] { return !observer->query(waiting)->isEmpty(); }, patienceMs);
    };
    const auto report = Migrator(database.connection(), progress).up();
    if (sqlx.joinable())
        sqlx.join();
    QVERIFY2(report, qPrintable(failureOf(report)));
    QVERIFY(sqlxHadItsTurn);
    QCOMPARE(triesOfTheFirstIndex, 2);
    QCOMPARE(report->steps.size(), readMigrations(embeddedMigrations())->size());
    QCOMPARE(invalidIndexes(database), 0);
}

QTEST_GUILESS_MAIN(TestMigratorProcesses)
#include "test_migrator_processes.moc"
