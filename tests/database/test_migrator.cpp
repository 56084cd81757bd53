#include "app/database/migrator.h"
#include "app/database/migrator_lock.h"
#include "tests/database/migration_files_for_test.h"
#include "tests/support/test_database.h"

#include <QCryptographicHash>
#include <QTest>

using namespace signalbox;

namespace {

QString failureOf(const Result<MigrationReport> &report)
{
    return report ? QString() : report.error().line();
}

// What the schema consists of, as one text; ledgers apart.
QString schemaOf(TestDatabase &database)
{
    return database
        .value(QStringLiteral(
            "SELECT string_agg(line, E'\\n' ORDER BY line) FROM ("
            " SELECT 'relation ' || relname || ' ' || relkind::text AS line FROM pg_class"
            "  WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE '%\\_migrations%'"
            " UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = "
            "'public'::regnamespace"
            " UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace"
            " UNION ALL SELECT 'column ' || attrelid::regclass || '.' || attname || ' ' || atttypid::regtype"
            "  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            "  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT "
            "attisdropped"
            "  AND relname NOT LIKE '%\\_migrations') AS schema"))
        .toString();
}

} // namespace

class TestMigrator : public QObject
{
    Q_OBJECT
private slots:
    void upDownUp();
    void writesTheLedgerOfSqlx();
    void knowsTheLockOfSqlx();
    void statusReadsOnly();
    void stopsAtVersion();
    void downRefusesToLoseRows();
    void downIsAllOrNothing();
    void failingFileLeavesNothing();
    void errorsNameFileAndLine_data();
    void errorsNameFileAndLine();
    void dropsInvalidLeftovers();
    void unfinishedMigrationStops();
    void keepsToTheFirstSchema();
    void otherBytesOfOursAreRefused();
};

void TestMigrator::upDownUp()
{
    TestDatabase database = TestDatabase::empty();
    Migrator migrator(database.connection());
    const auto up = migrator.up();
    QVERIFY2(up, qPrintable(failureOf(up)));
    QCOMPARE(up->steps.size(), readMigrations(embeddedMigrations())->size());
    QVERIFY(std::all_of(up->steps.begin(), up->steps.end(), [](const MigrationReport::Step &step) {
        return step.kind == MigrationReport::Step::Kind::Applied;
    }));
    QCOMPARE(database.value(QStringLiteral("SELECT enabled FROM signalbox_fan_out")).toBool(), true);
    const QString schema = schemaOf(database);

    const auto again = migrator.up();
    QVERIFY(again && again->steps.isEmpty());

    const auto down = migrator.down({}, false);
    QVERIFY2(down, qPrintable(failureOf(down)));
    QCOMPARE(down->steps.size(), up->steps.size());
    QCOMPARE(down->steps.constFirst().version, up->steps.constLast().version);
    QCOMPARE(schemaOf(database), QString());
    QCOMPARE(database.value(QStringLiteral("SELECT count(*) FROM _sqlx_migrations")).toInt(), 0);

    const auto upAgain = migrator.up();
    QVERIFY2(upAgain, qPrintable(failureOf(upAgain)));
    QCOMPARE(schemaOf(database), schema);
}

void TestMigrator::writesTheLedgerOfSqlx()
{
    TestDatabase database;
    const auto columns = database.value(
        QStringLiteral("SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod) || ' ' || "
                       "attnotnull, ', ' ORDER BY attnum)"
                       " FROM pg_attribute WHERE attrelid = '_sqlx_migrations'::regclass AND attnum > 0"));
    QCOMPARE(columns.toString(),
             QStringLiteral(
                 "version bigint true, description text true, installed_on timestamp with time zone true, "
                 "success boolean true, checksum bytea true, execution_time bigint true"));
    const auto files = readMigrations(embeddedMigrations());
    for (const MigrationFile &file : *files) {
        const auto rows = database.connection().query(
            QStringLiteral("SELECT description, success, checksum, execution_time FROM _sqlx_migrations"
                           " WHERE version = :version::bigint"),
            {{QStringLiteral(":version"), file.version}});
        QVERIFY(rows && rows->size() == 1);
        const QSqlRecord &row = rows->constFirst();
        QString description = file.fileName.section('_', 1);
        description = description.left(description.size() - 4).replace('_', ' ');
        QCOMPARE(row.value(0).toString(), description);
        QCOMPARE(row.value(1).toBool(), true);
        QCOMPARE(row.value(2).toByteArray(), QCryptographicHash::hash(file.sql, QCryptographicHash::Sha384));
        QVERIFY(row.value(3).toLongLong() > 0);
    }
    QCOMPARE(database.value(QStringLiteral("SELECT description FROM _sqlx_migrations WHERE version = 1"))
                 .toString(),
             QStringLiteral("create event store"));
}

// CRC-32 of "123456789" is cbf43926, the check value of the algorithm.
void TestMigrator::knowsTheLockOfSqlx()
{
    QCOMPARE(migrationLockKey(QStringLiteral("123456789")), Q_INT64_C(0x3d32ad9e) * Q_INT64_C(0xcbf43926));
}

void TestMigrator::statusReadsOnly()
{
    TestDatabase database = TestDatabase::empty();
    const auto reader = PgConnection::open(database.settings().forReading());
    QVERIFY(reader);
    auto status = Migrator(**reader).status();
    QVERIFY(status);
    QCOMPARE(status->size(), readMigrations(embeddedMigrations())->size());
    for (const MigrationStatus &each : *status)
        QCOMPARE(each.checksum, MigrationStatus::Checksum::Pending);
    QVERIFY(database.value(QStringLiteral("SELECT to_regclass('_sqlx_migrations')")).isNull());

    QVERIFY(Migrator(database.connection()).up());
    status = Migrator(**reader).status();
    QVERIFY(status);
    for (const MigrationStatus &each : *status) {
        QCOMPARE(each.checksum, MigrationStatus::Checksum::Same);
        QCOMPARE(each.ledger, QStringLiteral("_sqlx_migrations"));
        QVERIFY(each.installedOn && each.installedOn->isValid());
    }
}

void TestMigrator::stopsAtVersion()
{
    TestDatabase database = TestDatabase::empty();
    Migrator migrator(database.connection());
    QCOMPARE(migrator.up(2)->steps.size(), 2);
    QVERIFY(database.value(QStringLiteral("SELECT to_regclass('signalbox_settings')")).isNull());
    QCOMPARE(migrator.up(4)->steps.size(), 2);
    QCOMPARE(migrator.down(2, false)->steps.size(), 2);
    QCOMPARE(database.value(QStringLiteral("SELECT max(version) FROM _sqlx_migrations")).toInt(), 2);
}

void TestMigrator::downRefusesToLoseRows()
{
    TestDatabase database;
    database.run(QStringLiteral(
        "INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep', 'https://x.test', 's');"
        "INSERT INTO event_snapshots (stream_id, version, state) VALUES ('a', 1, '{}'), ('b', 1, '{}')"));
    const QString schema = schemaOf(database);
    Migrator migrator(database.connection());
    const auto refused = migrator.down({}, false);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Refused);
    QVERIFY2(refused.error().why.contains(QStringLiteral("webhook_endpoints (1 row)")),
             qPrintable(failureOf(refused)));
    QVERIFY2(refused.error().why.contains(QStringLiteral("event_snapshots (2 rows)")),
             qPrintable(failureOf(refused)));
    QVERIFY2(!refused.error().why.contains(QStringLiteral("signalbox_")), qPrintable(failureOf(refused)));
    QCOMPARE(schemaOf(database), schema);

    QVERIFY2(migrator.down(3, false), "no table is dropped above version 3");
    database.run(QStringLiteral(
        "UPDATE signalbox_settings SET value = 'false', updated_at = now() WHERE name = 'wake'"));
    QVERIFY(migrator.down(2, false).error().why.contains(QStringLiteral("signalbox_settings (1 row)")));

    const auto forced = migrator.down({}, true);
    QVERIFY2(forced, qPrintable(failureOf(forced)));
    QCOMPARE(forced->losses.size(), 3);
    QCOMPARE(schemaOf(database), QString());
}

void TestMigrator::downIsAllOrNothing()
{
    MigrationsForTest files;
    QVERIFY(files.add(QStringLiteral("001_first.sql"), "CREATE TABLE first (id int);",
                      "DROP TABLE first; SELECT broken;"));
    QVERIFY(
        files.add(QStringLiteral("002_second.sql"), "CREATE TABLE second (id int);", "DROP TABLE second;"));
    TestDatabase database = TestDatabase::empty();
    Migrator migrator(database.connection(), {}, files.path());
    QVERIFY(migrator.up());
    const auto down = migrator.down({}, true);
    QVERIFY(!down);
    QCOMPARE(down.error().what, QStringLiteral("rollback/001_first.sql, line 1"));
    QVERIFY(!database.value(QStringLiteral("SELECT to_regclass('second')")).isNull());
    QCOMPARE(database.value(QStringLiteral("SELECT count(*) FROM _sqlx_migrations")).toInt(), 2);
}

void TestMigrator::failingFileLeavesNothing()
{
    MigrationsForTest files;
    QVERIFY(files.add(QStringLiteral("001_good.sql"), "CREATE TABLE good (id int);"));
    QVERIFY(files.add(QStringLiteral("002_bad.sql"),
                      "CREATE TABLE bad (id int);\nINSERT INTO bad VALUES (1);\n"
                      "-- a comment; with a semicolon\nINSERT INTO bad\nVALUES ('one');\n"));
    TestDatabase database = TestDatabase::empty();
    const auto report = Migrator(database.connection(), {}, files.path()).up();
    QVERIFY(!report);
    QCOMPARE(report.error().what, QStringLiteral("002_bad.sql, line 5"));
    QCOMPARE(report.error().why, QStringLiteral("invalid input syntax for type integer: \"one\""));
    QVERIFY(database.value(QStringLiteral("SELECT to_regclass('bad')")).isNull());
    QCOMPARE(database.value(QStringLiteral("SELECT string_agg(version::text, ',') FROM _sqlx_migrations"))
                 .toString(),
             QStringLiteral("1"));
}

void TestMigrator::errorsNameFileAndLine_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<int>("line");
    QTest::addColumn<QString>("message");
    QTest::newRow("syntax") << QByteArray("SELECT 1;\n\nSELECT\n  1 FRM x;\n") << 4
                            << QStringLiteral("syntax error at or near \"x\"");
    QTest::newRow("no position") << QByteArray(
                                        "SELECT 1;\n\nDO $$ BEGIN\n RAISE 'enough; of this';\nEND $$;\n")
                                 << 3 << QStringLiteral("enough; of this");
    QTest::newRow("body of a function")
        << QByteArray(
               "\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS $f$\n SELECT 1;\n SELECT nothing;\n$f$;")
        << 4 << QStringLiteral("column \"nothing\" does not exist");
    QTest::newRow("first line") << QByteArray("DROP TABLE nowhere;") << 1
                                << QStringLiteral("table \"nowhere\" does not exist");
    QTest::newRow("without transaction")
        << QByteArray("-- no-transaction\n\nCREATE INDEX CONCURRENTLY x ON nowhere (id);") << 3
        << QStringLiteral("relation \"nowhere\" does not exist");
}

void TestMigrator::errorsNameFileAndLine()
{
    QFETCH(QByteArray, sql);
    QFETCH(int, line);
    QFETCH(QString, message);
    MigrationsForTest files;
    QVERIFY(files.add(QStringLiteral("001_x.sql"), sql));
    TestDatabase database = TestDatabase::empty();
    const auto report = Migrator(database.connection(), {}, files.path()).up();
    QVERIFY(!report);
    QCOMPARE(report.error().what, QStringLiteral("001_x.sql, line %1").arg(line));
    QVERIFY2(report.error().why.startsWith(message), qPrintable(report.error().why));
}

void TestMigrator::dropsInvalidLeftovers()
{
    TestDatabase database = TestDatabase::empty();
    Migrator migrator(database.connection());
    QVERIFY(migrator.up(3));
    const QString isValid = QStringLiteral(
        "SELECT indisvalid FROM pg_index WHERE indexrelid = 'uq_webhook_jobs_event_run'::regclass");
    // What an interrupted build leaves, on other columns so that one sees it was not kept.
    database.run(QStringLiteral("CREATE INDEX uq_webhook_jobs_event_run ON webhook_jobs (status);"
                                "UPDATE pg_index SET indisvalid = false"
                                " WHERE indexrelid = 'uq_webhook_jobs_event_run'::regclass"));
    QCOMPARE(database.value(isValid).toBool(), false);
    const auto report = migrator.up();
    QVERIFY2(report, qPrintable(failureOf(report)));
    QCOMPARE(database.value(isValid).toBool(), true);
    QCOMPARE(database
                 .value(QStringLiteral("SELECT indnatts FROM pg_index"
                                       " WHERE indexrelid = 'uq_webhook_jobs_event_run'::regclass"))
                 .toInt(),
             3);
}

void TestMigrator::unfinishedMigrationStops()
{
    TestDatabase database = TestDatabase::empty();
    Migrator migrator(database.connection());
    QVERIFY(migrator.up(4));
    database.run(QStringLiteral("UPDATE _sqlx_migrations SET success = false WHERE version = 4"));
    const auto report = migrator.up();
    QVERIFY(!report);
    QCOMPARE(report.error().kind, Error::Kind::Refused);
    QVERIFY(report.error().why.contains(
        QStringLiteral("version 4 (index jobs event) is marked as not finished")));
    QVERIFY(migrator.status()->at(3).isDirty);
}

void TestMigrator::keepsToTheFirstSchema()
{
    TestDatabase database = TestDatabase::empty();
    database.run(QStringLiteral("CREATE SCHEMA \"Odd Schema\"; SET search_path = \"Odd Schema\", public"));
    const auto report = Migrator(database.connection()).up();
    QVERIFY2(report, qPrintable(failureOf(report)));
    QCOMPARE(schemaOf(database), QString());
    QCOMPARE(database.value(QStringLiteral("SELECT count(*) FROM \"Odd Schema\"._sqlx_migrations")).toInt(),
             report->steps.size());
    database.run(QStringLiteral("SET search_path = nowhere"));
    QCOMPARE(Migrator(database.connection()).up().error().kind, Error::Kind::Refused);
}

// Our own ledger names a version that another edition of the file made: it is not overwritten.
void TestMigrator::otherBytesOfOursAreRefused()
{
    TestDatabase database = TestDatabase::empty();
    database.run(QStringLiteral(
        "CREATE TABLE signalbox_migrations (version bigint PRIMARY KEY, description text NOT NULL,"
        " installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL,"
        " checksum bytea NOT NULL, execution_time bigint NOT NULL);"
        "INSERT INTO signalbox_migrations VALUES (3, 'signalbox delivery engine', now(), true, '', 1)"));
    const auto report = Migrator(database.connection()).up();
    QVERIFY(!report);
    QCOMPARE(report.error().kind, Error::Kind::Refused);
    QVERIFY(report.error().why.contains(QStringLiteral("version 3 was applied from other bytes")));
    QCOMPARE(Migrator(database.connection()).status()->at(2).checksum, MigrationStatus::Checksum::Differs);
}

QTEST_GUILESS_MAIN(TestMigrator)
#include "test_migrator.moc"
