#include "app/database/migrator.h"
#include "app/database/schema_inventory.h"
#include "tests/support/test_database.h"

#include <QMap>
#include <QTest>

using namespace signalbox;
using Checksum = MigrationStatus::Checksum;

namespace {

QMap<QString, QString> catalogOf(TestDatabase &database)
{
    QMap<QString, QString> names;
    const auto objects = objectsOfSchema(database.connection());
    if (!objects)
        qFatal("%s", qPrintable(objects.error().line()));
    for (const SchemaObject &object : *objects)
        names.insert(object.name, object.definition);
    return names;
}

// The lines of catalog.txt for what came and went.
QStringList linesOf(qint64 version, const QMap<QString, QString> &before, const QMap<QString, QString> &after)
{
    const QString number = QStringLiteral("%1 ").arg(version, 3, 10, QLatin1Char('0'));
    QStringList lines;
    for (auto object = after.cbegin(); object != after.cend(); ++object) {
        if (!before.contains(object.key()))
            lines << number + object.key() +
                         (object->isEmpty() ? QString() : QStringLiteral(" = ") + *object);
    }
    for (auto object = before.cbegin(); object != before.cend(); ++object) {
        if (!after.contains(object.key()))
            lines << number + QStringLiteral("no ") + object.key();
    }
    lines.sort();
    return lines;
}

QStringList linesOf(const MigrationFile &file)
{
    QMap<QString, QString> before;
    QMap<QString, QString> after;
    for (const SchemaObject &object : file.change.added)
        after.insert(object.name, object.definition);
    for (const QString &name : file.change.removed)
        before.insert(name, QString());
    return linesOf(file.version, before, after);
}

QString failureOf(const Result<MigrationReport> &report)
{
    return report ? QString() : report.error().line();
}

MigrationStatus statusOf(TestDatabase &database, qint64 version)
{
    return Migrator(database.connection()).status()->at(version - 1);
}

bool isWhole(TestDatabase &database)
{
    const auto statuses = Migrator(database.connection()).status();
    return std::all_of(statuses->cbegin(), statuses->cend(), [](const MigrationStatus &status) {
        return status.checksum == Checksum::Same && status.missing.isEmpty();
    });
}

} // namespace

// What the ledger says and what is there.
class TestMigratorCatalog : public QObject
{
    Q_OBJECT
private slots:
    void catalogListsWhatFilesLeave();
    void restores_data();
    void restores();
    void removesStateWithoutEndpoints();
    void neverRemovesJobs();
    void raisesPositions();
    void leavesAdoptedTablesAlone();
    void fanOutOfALostRowIsOff();
    void downRestoresFirst();
};

// A new migration puts its lines into migrations/catalog.txt; they are printed here.
void TestMigratorCatalog::catalogListsWhatFilesLeave()
{
    TestDatabase database = TestDatabase::empty();
    const auto files = readMigrations(embeddedMigrations());
    QMap<QString, QString> before = catalogOf(database);
    QStringList wrong;
    for (const MigrationFile &file : *files) {
        const auto up = Migrator(database.connection()).up(file.version);
        QVERIFY2(up, qPrintable(failureOf(up)));
        const QMap<QString, QString> after = catalogOf(database);
        const QStringList expected = linesOf(file.version, before, after);
        if (expected != linesOf(file))
            wrong << expected;
        before = after;
    }
    QVERIFY2(wrong.isEmpty(), qPrintable(QStringLiteral("these versions should have exactly these lines:\n") +
                                         wrong.join('\n')));
}

void TestMigratorCatalog::restores_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<int>("version");
    QTest::addColumn<QString>("missing");
    QTest::addColumn<bool>("isUsable");
    const auto row = [](const char *sql, int version, const char *missing, bool isUsable) {
        QTest::newRow(missing) << QString::fromUtf8(sql) << version << QString::fromUtf8(missing) << isUsable;
    };
    row("DROP TABLE event_snapshots", 1, "table event_snapshots", false);
    row("DROP TABLE webhook_endpoints CASCADE", 3,
        "foreign key signalbox_endpoint_state (endpoint_id) to webhook_endpoints", false);
    row("DROP TABLE signalbox_settings", 3, "table signalbox_settings", false);
    row("ALTER TABLE webhook_jobs DROP COLUMN lease_until", 3, "column webhook_jobs.lease_until", false);
    row("ALTER TABLE events ALTER COLUMN txid DROP DEFAULT", 3, "default events.txid", true);
    row("ALTER TABLE webhook_deliveries DROP CONSTRAINT webhook_deliveries_job_id_fkey", 2,
        "foreign key webhook_deliveries (job_id) to webhook_jobs", true);
    row("DROP TRIGGER trigger_signalbox_wake ON events", 3, "trigger trigger_signalbox_wake on events", true);
    row("DROP FUNCTION update_stream_version() CASCADE", 1, "function update_stream_version()", false);
    row("DROP FUNCTION signalbox_wake() CASCADE", 3, "function signalbox_wake()", false);
    row("DROP VIEW webhook_stats", 2, "view webhook_stats", true);
    row("DROP INDEX uq_webhook_jobs_event_run", 4, "index uq_webhook_jobs_event_run on webhook_jobs", true);
    row("ALTER TABLE webhook_endpoints DROP CONSTRAINT signalbox_signature_scheme", 22,
        "check signalbox_signature_scheme on webhook_endpoints", true);
    row("DROP SEQUENCE signalbox_event_position CASCADE", 3, "sequence signalbox_event_position", false);
}

void TestMigratorCatalog::restores()
{
    QFETCH(QString, sql);
    QFETCH(int, version);
    QFETCH(QString, missing);
    QFETCH(bool, isUsable);
    TestDatabase database;
    QVERIFY(isWhole(database));
    const auto before = catalogOf(database);
    database.run(sql);
    const MigrationStatus status = statusOf(database, version);
    QCOMPARE(status.checksum, Checksum::Incomplete);
    QVERIFY2(status.missing.contains(missing), qPrintable(status.missing.join('\n')));
    const auto statuses = Migrator(database.connection()).status();
    QCOMPARE(std::all_of(statuses->cbegin(), statuses->cend(),
                         [](const MigrationStatus &each) { return each.isUsable; }),
             isUsable);

    const auto up = Migrator(database.connection()).up();
    QVERIFY2(up, qPrintable(failureOf(up)));
    QVERIFY2(up->notes.join('\n').contains(missing), qPrintable(up->notes.join('\n')));
    QCOMPARE(up->steps.constFirst().kind, MigrationReport::Step::Kind::Restored);
    QCOMPARE(catalogOf(database), before);
    QVERIFY(isWhole(database));
    QVERIFY(Migrator(database.connection()).up()->steps.isEmpty());
    QCOMPARE(
        database
            .value(QStringLiteral("SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
                                  " AND prosecdef AND has_function_privilege('public', oid, 'EXECUTE')"))
            .toInt(),
        0);
}

void TestMigratorCatalog::removesStateWithoutEndpoints()
{
    TestDatabase database;
    database.run(QStringLiteral(
        "INSERT INTO webhook_endpoints (id, url, secret) VALUES ('a', 'https://x.test', 's'),"
        " ('b', 'https://x.test', 's');"
        "ALTER TABLE signalbox_endpoint_state DROP CONSTRAINT signalbox_endpoint_state_endpoint_id_fkey;"
        "DELETE FROM webhook_endpoints WHERE id = 'a'"));
    const auto up = Migrator(database.connection()).up();
    QVERIFY2(up, qPrintable(failureOf(up)));
    QVERIFY2(up->notes.join('\n').contains(QStringLiteral("Removed from signalbox_endpoint_state")),
             qPrintable(up->notes.join('\n')));
    QCOMPARE(
        database.value(QStringLiteral("SELECT string_agg(endpoint_id, ',') FROM signalbox_endpoint_state"))
            .toString(),
        QStringLiteral("b"));
}

void TestMigratorCatalog::neverRemovesJobs()
{
    TestDatabase database;
    database.run(QStringLiteral(
        "INSERT INTO webhook_endpoints (id, url, secret) VALUES ('a', 'https://x.test', 's');"
        "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, "
        "status, timeout_ms)"
        " VALUES (gen_random_uuid(), 'a', 'https://x.test', '{}', 's', 4, now(), 'failed', 30000);"
        "ALTER TABLE webhook_jobs DROP CONSTRAINT webhook_jobs_endpoint_id_fkey;"
        "DELETE FROM webhook_endpoints"));
    const auto up = Migrator(database.connection()).up();
    QVERIFY2(up, qPrintable(failureOf(up)));
    QVERIFY2(up->notes.join('\n').contains(
                 QStringLiteral("webhook_jobs holds rows whose row of webhook_endpoints")),
             qPrintable(up->notes.join('\n')));
    QCOMPARE(database.value(QStringLiteral("SELECT count(*) FROM webhook_jobs")).toInt(), 1);
    QVERIFY(isWhole(database));
}

void TestMigratorCatalog::raisesPositions()
{
    TestDatabase database;
    const QString insert =
        QStringLiteral("INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp)"
                       " SELECT gen_random_uuid(), 't', gen_random_uuid()::text, 1, '{}', '{}', now()"
                       " FROM generate_series(1, 5)");
    database.run(insert);
    database.run(QStringLiteral("DROP SEQUENCE signalbox_event_position CASCADE"));
    QVERIFY(Migrator(database.connection()).up());
    database.run(insert);
    QCOMPARE(database.value(QStringLiteral("SELECT count(DISTINCT position) FROM events")).toInt(), 10);
}

// The host program's triggers, keys and indexes are its own.
void TestMigratorCatalog::leavesAdoptedTablesAlone()
{
    TestDatabase database = TestDatabase::empty();
    const auto files = readMigrations(embeddedMigrations());
    database.run(QString::fromUtf8(files->at(0).sql + files->at(1).sql));
    QVERIFY(Migrator(database.connection()).up());
    database.run(QStringLiteral(
        "DROP TRIGGER trigger_update_stream_version ON events; DROP INDEX idx_events_timestamp"));
    QVERIFY(isWhole(database));
    QVERIFY(Migrator(database.connection()).up()->steps.isEmpty());
    database.run(QStringLiteral("DROP TABLE event_snapshots"));
    QCOMPARE(statusOf(database, 1).missing, QStringList{QStringLiteral("table event_snapshots")});
    const auto up = Migrator(database.connection()).up();
    QVERIFY2(up, qPrintable(failureOf(up)));
    QVERIFY(isWhole(database));
}

void TestMigratorCatalog::fanOutOfALostRowIsOff()
{
    TestDatabase database;
    database.run(
        QStringLiteral("INSERT INTO webhook_endpoints (id, url, secret) VALUES ('a', 'https://x.test', 's');"
                       "DROP TABLE signalbox_fan_out"));
    const auto up = Migrator(database.connection()).up();
    QVERIFY2(up, qPrintable(failureOf(up)));
    QVERIFY(!database.value(QStringLiteral("SELECT enabled FROM signalbox_fan_out")).toBool());
    QVERIFY2(up->notes.join('\n').contains(QStringLiteral("Fan-out is off")),
             qPrintable(up->notes.join('\n')));
}

void TestMigratorCatalog::downRestoresFirst()
{
    TestDatabase database;
    database.run(QStringLiteral("DROP TABLE webhook_deliveries, webhook_jobs, webhook_endpoints CASCADE"));
    const auto down = Migrator(database.connection()).down(2, true);
    QVERIFY2(down, qPrintable(failureOf(down)));
    QVERIFY(database.value(QStringLiteral("SELECT to_regclass('webhook_jobs') IS NOT NULL")).toBool());
    QVERIFY(database.value(QStringLiteral("SELECT to_regclass('signalbox_settings') IS NULL")).toBool());
    const auto up = Migrator(database.connection()).up();
    QVERIFY2(up, qPrintable(failureOf(up)));
    QVERIFY(isWhole(database));
}

QTEST_GUILESS_MAIN(TestMigratorCatalog)
#include "test_migrator_catalog.moc"
