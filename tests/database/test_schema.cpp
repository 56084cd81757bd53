#include "app/database/migrator.h"
#include "tests/support/test_database.h"

#include <QTest>

using namespace signalbox;

// What the SQL files themselves promise.
class TestSchema : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { m_migrated = std::make_unique<TestDatabase>(); }
    void cleanupTestCase() { m_migrated.reset(); }
    void seedGrantsAreEnough();
    void grantsAfterwardsAreEnoughToo();
    void ownerOfTheDatabaseMigrates();
    void statisticsCountEachJobOnce();
    void streamVersionOnlyRises();
    void eventFilterMatches_data();
    void eventFilterMatches();
    void jobEventType_data();
    void jobEventType();
    void defaultsOfTheOriginal();

private:
    std::unique_ptr<TestDatabase> m_migrated; ///< for tests that only ask its functions
    // Inserts as a producer of the original schema does.
    void insertAsProducer(TestDatabase &database, const QString &role);
};

void TestSchema::insertAsProducer(TestDatabase &database, const QString &role)
{
    QVERIFY(database.connection().begin());
    database.run(QStringLiteral("SET LOCAL ROLE ") + role);
    database.run(QStringLiteral(
        "INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep', 'https://x.test', 's') ON CONFLICT DO "
        "NOTHING;"
        "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp)"
        " VALUES (gen_random_uuid(), 'user.created.v1', gen_random_uuid()::text, 1, '{}', '{}', now());"
        "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, "
        "status, timeout_ms)"
        " VALUES (gen_random_uuid(), 'ep', 'https://x.test', '{}', 's', 4, now(), 'pending', 30000);"
        "UPDATE webhook_jobs SET status = 'cancelled' WHERE attempts = 0"));
    QVERIFY(database.connection().commit());
}

// Also while a worker sleeps, when the triggers send their notifications.
void TestSchema::seedGrantsAreEnough()
{
    TestDatabase database = TestDatabase::empty();
    QVERIFY(Migrator(database.connection()).up(2));
    const QString role = database.settings().database + QStringLiteral("_app");
    database.run(
        QStringLiteral("CREATE ROLE %1; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO %1")
            .arg(role));
    QVERIFY(Migrator(database.connection()).up());
    insertAsProducer(database, role);
    database.run(QStringLiteral("INSERT INTO signalbox_workers (id, host, pid, version, idle)"
                                " VALUES (gen_random_uuid(), 'h', 1, '0', true)"));
    insertAsProducer(database, role);
    QCOMPARE(database
                 .value(QStringLiteral(
                     "SELECT count(*) FROM events WHERE txid IS NOT NULL AND position IS NOT NULL"))
                 .toInt(),
             2);
    QCOMPARE(database.value(QStringLiteral("SELECT count(*) FROM webhook_jobs WHERE status = 'cancelled'"))
                 .toInt(),
             2);
    database.run(QStringLiteral("DROP OWNED BY %1; DROP ROLE %1").arg(role));
}

void TestSchema::grantsAfterwardsAreEnoughToo()
{
    TestDatabase database;
    const QString role = database.settings().database + QStringLiteral("_late");
    database.run(
        QStringLiteral(
            "CREATE ROLE %1; GRANT SELECT, INSERT, UPDATE ON events, event_streams, webhook_endpoints,"
            " webhook_jobs TO %1")
            .arg(role));
    insertAsProducer(database, role);
    database.run(QStringLiteral("DROP OWNED BY %1; DROP ROLE %1").arg(role));
}

// Who migrates need not be a superuser.
void TestSchema::ownerOfTheDatabaseMigrates()
{
    TestDatabase database = TestDatabase::empty();
    const QString name = database.settings().database;
    const QString role = name + QStringLiteral("_owner");
    database.run(QStringLiteral("CREATE ROLE %1 LOGIN; ALTER DATABASE %2 OWNER TO %1").arg(role, name));
    ConnectionSettings settings = database.settings();
    settings.user = role;
    {
        const auto owner = PgConnection::open(settings);
        QVERIFY(owner);
        const auto up = Migrator(**owner).up();
        QVERIFY2(up, qPrintable(up ? QString() : up.error().line()));
        insertAsProducer(database, role);
        const auto down = Migrator(**owner).down({}, true);
        QVERIFY2(down, qPrintable(down ? QString() : down.error().line()));
    }
    database.run(QStringLiteral("ALTER DATABASE %2 OWNER TO postgres; DROP OWNED BY %1; DROP ROLE %1")
                     .arg(role, name));
}

// The original view joined jobs with deliveries and counted each job once per delivery.
void TestSchema::statisticsCountEachJobOnce()
{
    TestDatabase database;
    database.run(QStringLiteral(
        "INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep', 'https://x.test', 's'), ('idle', "
        "'https://y.test', 's');"
        "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, "
        "status, timeout_ms)"
        " SELECT gen_random_uuid(), 'ep', 'https://x.test', '{}', 's', 4, now(), state, 30000"
        " FROM unnest(ARRAY['completed', 'completed', 'failed', 'pending']) AS state;"
        "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms)"
        " SELECT gen_random_uuid(), id, 'ep', 't', code, CASE code WHEN 200 THEN 10 ELSE 99 END"
        " FROM webhook_jobs, unnest(ARRAY[500, 404, 200]) AS code WHERE status = 'completed'"));
    QCOMPARE(
        database
            .value(QStringLiteral(
                "SELECT concat_ws(' ', total_jobs, completed_jobs, failed_jobs, pending_jobs, "
                "avg_success_duration_ms::int,"
                " successful_deliveries, failed_deliveries, last_delivery_at IS NOT NULL) FROM webhook_stats"
                " WHERE endpoint_id = 'ep'"))
            .toString(),
        QStringLiteral("4 2 1 1 10 2 4 t"));
    QCOMPARE(database
                 .value(QStringLiteral(
                     "SELECT total_jobs + successful_deliveries + failed_deliveries FROM webhook_stats"
                     " WHERE endpoint_id = 'idle'"))
                 .toInt(),
             0);
}

void TestSchema::streamVersionOnlyRises()
{
    TestDatabase database;
    const auto insert = [&database](int version) {
        database.run(
            QStringLiteral(
                "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp)"
                " VALUES (gen_random_uuid(), 't', 's', %1, '{}', '{}', now())")
                .arg(version));
        return database.value(QStringLiteral("SELECT current_version FROM event_streams WHERE id = 's'"))
            .toInt();
    };
    QCOMPARE(insert(5), 5);
    QCOMPARE(insert(2), 5);
    QCOMPARE(insert(6), 6);
}

void TestSchema::eventFilterMatches_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<bool>("matches");
    // Against type user.created.v1 with payload {"user": {"id": 42, "plan": "a_b"}, "tags": ["x", "y"]}.
    const auto row = [](const char *filter, bool matches) {
        QTest::newRow(filter) << QString::fromUtf8(filter) << matches;
    };
    row("null", true);
    row("[]", false);
    row(R"(["user.created.v1"])", true);
    row(R"(["user.created"])", false);
    row(R"(["user.*"])", true);
    row(R"(["*.v1"])", true);
    row(R"(["*"])", true);
    row(R"(["user.*.v2", "order.*"])", false);
    row(R"(["order.*", "*created*"])", true);
    row(R"(["user_created_v1"])", false);
    row(R"(["user%"])", false);
    row(R"(["USER.*"])", false);
    row(R"({})", true);
    row(R"({"types": ["user.*"]})", true);
    row(R"({"types": []})", false);
    row(R"({"types": null})", true);
    row(R"({"types": "user.*"})", false);
    row(R"({"payload": {"user": {"id": 42}}})", true);
    row(R"({"payload": {"user": {"id": 43}}})", false);
    row(R"({"payload": {"tags": ["y"]}})", true);
    row(R"({"types": ["user.*"], "payload": {"user": {"id": 43}}})", false);
    row(R"({"types": ["order.*"], "payload": {"user": {"id": 42}}})", false);
    row(R"("user.*")", false);
    row("42", false);
}

void TestSchema::eventFilterMatches()
{
    QFETCH(QString, filter);
    QFETCH(bool, matches);
    TestDatabase &database = *m_migrated;
    QCOMPARE(database
                 .value(QStringLiteral("SELECT signalbox_event_matches(:filter::jsonb, 'user.created.v1',"
                                       " '{\"user\": {\"id\": 42}, \"tags\": [\"x\", \"y\"]}')"),
                        {{QStringLiteral(":filter"), filter}})
                 .toBool(),
             matches);
    QCOMPARE(database.value(QStringLiteral("SELECT signalbox_event_matches(NULL, 'x', '{}')")).toBool(),
             true);
}

void TestSchema::jobEventType_data()
{
    QTest::addColumn<QString>("column");
    QTest::addColumn<QString>("payload");
    QTest::addColumn<QString>("type");
    const auto row = [](const char *column, const char *payload, const char *type) {
        QTest::newRow(payload) << QString::fromUtf8(column) << QString::fromUtf8(payload)
                               << QString::fromUtf8(type);
    };
    row("a", R"({"event_type": "b", "type": "c"})", "a");
    row("", R"({"event_type": "b", "type": "d"})", "b");
    row("", R"({"type": "c"})", "c");
    row("", R"({"event_type": 7, "type": "c"})", "c");
    row("", R"({})", "unknown");
    row("", R"([1])", "unknown");
}

void TestSchema::jobEventType()
{
    QFETCH(QString, column);
    QFETCH(QString, payload);
    QFETCH(QString, type);
    TestDatabase &database = *m_migrated;
    QCOMPARE(database
                 .value(QStringLiteral(
                            "SELECT signalbox_job_event_type(nullif(:column::text, ''), :payload::jsonb)"),
                        {{QStringLiteral(":column"), column}, {QStringLiteral(":payload"), payload}})
                 .toString(),
             type);
}

void TestSchema::defaultsOfTheOriginal()
{
    TestDatabase database;
    insertAsProducer(database, QStringLiteral("postgres"));
    QCOMPARE(database
                 .value(QStringLiteral(
                     "SELECT concat_ws(' ', timeout_ms, max_retries, enabled, description IS NULL,"
                     " event_filter IS NULL, created_at IS NOT NULL) FROM webhook_endpoints"))
                 .toString(),
             QStringLiteral("30000 3 t t t t"));
    QCOMPARE(database.value(QStringLiteral("SELECT attempts FROM webhook_jobs")).toInt(), 0);
    database.run(QStringLiteral("DELETE FROM webhook_endpoints"));
    QCOMPARE(database.value(QStringLiteral("SELECT count(*) FROM webhook_jobs")).toInt(), 0);
}

QTEST_GUILESS_MAIN(TestSchema)
#include "test_schema.moc"
