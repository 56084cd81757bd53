#include "app/database/migrator.h"
#include "tests/support/test_database.h"

#include <QTest>

using namespace signalbox;

namespace {

// A role without a grant, and what it tries.
class Attacker
{
public:
    explicit Attacker(TestDatabase &database)
        : m_database(database)
        , m_role(database.settings().database + QStringLiteral("_nobody"))
    {
        m_database.run(QStringLiteral("CREATE ROLE %1 LOGIN").arg(m_role));
    }
    ~Attacker() { m_database.run(QStringLiteral("DROP OWNED BY %1; DROP ROLE %1").arg(m_role)); }

    const QString &role() const { return m_role; }
    std::unique_ptr<PgConnection> connect() const
    {
        ConnectionSettings settings = m_database.settings();
        settings.user = m_role;
        auto session = PgConnection::open(settings);
        return session ? std::move(*session) : nullptr;
    }
    // Whether the SQL made the role a superuser; it is none afterwards.
    bool succeedsWith(const QString &sql) const
    {
        const auto session = connect();
        if (!session)
            qFatal("the role cannot connect");
        (void)session->executeRaw(sql);
        const bool isSuper =
            m_database.value(QStringLiteral("SELECT rolsuper FROM pg_roles WHERE rolname = '%1'").arg(m_role))
                .toBool();
        m_database.run(QStringLiteral("ALTER ROLE %1 NOSUPERUSER").arg(m_role));
        return isSuper;
    }

    // The id has a type of its own, whose cast to varchar runs as the function's owner.
    bool abusesEndpointState() const
    {
        return succeedsWith(QStringLiteral(R"(
CREATE TYPE pg_temp.lure AS ENUM ('x');
CREATE FUNCTION pg_temp.spring(pg_temp.lure) RETURNS varchar LANGUAGE plpgsql AS $$
BEGIN
    ALTER ROLE %1 SUPERUSER;
    RETURN (SELECT id FROM public.webhook_endpoints LIMIT 1);
END $$;
CREATE CAST (pg_temp.lure AS varchar) WITH FUNCTION pg_temp.spring(pg_temp.lure) AS ASSIGNMENT;
CREATE TEMP TABLE bait (id pg_temp.lure);
CREATE TRIGGER bite AFTER INSERT ON bait FOR EACH ROW EXECUTE FUNCTION signalbox_add_endpoint_state();
INSERT INTO bait VALUES ('x');)")
                                .arg(m_role));
    }
    // The function looks for its tables where the trigger's table is.
    bool abusesWake() const
    {
        return succeedsWith(QStringLiteral(R"(
CREATE FUNCTION pg_temp.spring() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    ALTER ROLE %1 SUPERUSER;
    RETURN false;
END $$;
CREATE TEMP VIEW signalbox_workers AS SELECT pg_temp.spring() AS idle, now() AS heartbeat_at;
CREATE TEMP TABLE signalbox_settings (name text, value jsonb);
CREATE TEMP TABLE bait (id integer);
CREATE TRIGGER bite AFTER INSERT ON bait FOR EACH STATEMENT EXECUTE FUNCTION signalbox_wake();
INSERT INTO bait VALUES (1);)")
                                .arg(m_role));
    }

private:
    TestDatabase &m_database;
    QString m_role;
};

// Functions of the schema that run with their owner's rights although others may execute them, or whose
// search path is not fixed or does not end in pg_temp.
QString openFunctions(TestDatabase &database)
{
    return database
        .value(QStringLiteral(R"(
SELECT string_agg(proc.oid::regprocedure::text, ', ')
FROM pg_proc proc
WHERE proc.pronamespace = 'public'::regnamespace AND proc.prosecdef
  AND (EXISTS (SELECT FROM aclexplode(coalesce(proc.proacl, acldefault('f', proc.proowner))) acl WHERE acl.grantee = 0)
       OR NOT EXISTS (SELECT FROM unnest(proc.proconfig) AS setting WHERE setting ~ '^search_path=.*pg_temp$')))"))
        .toString();
}

void insertEndpoint(TestDatabase &database, const QString &id)
{
    database.run(
        QStringLiteral("INSERT INTO webhook_endpoints (id, url, secret) VALUES ('%1', 'https://x.test', 's')")
            .arg(id));
}

// As psql and sqlx do.
void runFiles(TestDatabase &database, qint64 from, qint64 to)
{
    const auto files = readMigrations(embeddedMigrations());
    for (const MigrationFile &file : *files) {
        if (file.version >= from && file.version <= to)
            database.run(QString::fromUtf8(file.sql));
    }
}

} // namespace

// Whom the functions of the schema obey.
class TestSchemaSecurity : public QObject
{
    Q_OBJECT
private slots:
    void closedAtEveryVersion();
    void closesWhatOthersLeftOpen();
    void attachedTriggersAreRefused();
    void rolesThatWereGrantedEverythingToo();
    void ownTablesAreServed();
};

void TestSchemaSecurity::closedAtEveryVersion()
{
    TestDatabase database = TestDatabase::empty();
    const Attacker attacker(database);
    Migrator migrator(database.connection());
    QVERIFY(migrator.up(2));
    insertEndpoint(database, QStringLiteral("ep"));
    const qint64 last = readMigrations(embeddedMigrations())->constLast().version;
    const auto check = [&](qint64 version) {
        const QString open = openFunctions(database);
        QVERIFY2(open.isEmpty(), qPrintable(QStringLiteral("at %1: %2").arg(version).arg(open)));
        QVERIFY2(!attacker.abusesWake(), qPrintable(QString::number(version)));
        QVERIFY2(!attacker.abusesEndpointState(), qPrintable(QString::number(version)));
    };
    for (qint64 version = 3; version <= last; ++version) {
        const auto up = migrator.up(version);
        QVERIFY2(up, qPrintable(up ? QString() : up.error().line()));
        QVERIFY2(!up->notes.join(' ').contains(QStringLiteral("Closed a hole")), "it was never open");
        check(version);
        if (QTest::currentTestFailed())
            return;
    }
    for (qint64 version = last - 1; version >= 3; --version) {
        const auto down = migrator.down(version, true);
        QVERIFY2(down, qPrintable(down ? QString() : down.error().line()));
        check(version);
        if (QTest::currentTestFailed())
            return;
        insertEndpoint(database, QStringLiteral("ep%1").arg(version)); // what is left of the triggers works
        database.run(QStringLiteral(
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp)"
            " VALUES (gen_random_uuid(), 't', gen_random_uuid()::text, 1, '{}', '{}', now())"));
    }
}

// The attacks are real ones: they succeed where psql ran the files before 035.
void TestSchemaSecurity::closesWhatOthersLeftOpen()
{
    TestDatabase database = TestDatabase::empty();
    const Attacker attacker(database);
    runFiles(database, 1, 3);
    insertEndpoint(database, QStringLiteral("ep"));
    QVERIFY(attacker.abusesWake());
    runFiles(database, 4, 34);
    QVERIFY(attacker.abusesEndpointState());
    QVERIFY(!openFunctions(database).isEmpty());

    const auto up = Migrator(database.connection()).up();
    QVERIFY2(up, qPrintable(up ? QString() : up.error().line()));
    QVERIFY2(up->notes.join(' ').contains(QStringLiteral("Closed a hole")), qPrintable(up->notes.join('\n')));
    QCOMPARE(openFunctions(database), QString());
    QVERIFY(!attacker.abusesWake());
    QVERIFY(!attacker.abusesEndpointState());
}

// psql and sqlx close it with 035; a trigger that was attached before fires without the right to execute.
void TestSchemaSecurity::attachedTriggersAreRefused()
{
    TestDatabase database = TestDatabase::empty();
    const Attacker attacker(database);
    runFiles(database, 1, 34);
    database.run(QStringLiteral("CREATE SCHEMA lair AUTHORIZATION %1").arg(attacker.role()));
    const auto session = attacker.connect();
    QVERIFY(session->executeRaw(QStringLiteral(
        "CREATE TABLE lair.a (id text); CREATE TABLE lair.b (id text);"
        "CREATE TRIGGER bite AFTER INSERT ON lair.a FOR EACH ROW EXECUTE FUNCTION "
        "signalbox_add_endpoint_state();"
        "CREATE TRIGGER bite AFTER INSERT ON lair.b FOR EACH STATEMENT EXECUTE FUNCTION signalbox_wake()")));
    QVERIFY(session->executeRaw(QStringLiteral("INSERT INTO lair.b VALUES ('x')")));
    runFiles(database, 35, 35);
    QCOMPARE(openFunctions(database), QString());
    for (const char *table : {"a", "b"}) {
        const Done done =
            session->executeRaw(QStringLiteral("INSERT INTO lair.%1 VALUES ('x')").arg(QLatin1String(table)));
        QVERIFY(!done);
        QCOMPARE(done.error().sqlState, QStringLiteral("42501"));
    }
}

// Default privileges, or GRANT … ON ALL FUNCTIONS, open it for a role by name.
void TestSchemaSecurity::rolesThatWereGrantedEverythingToo()
{
    TestDatabase database = TestDatabase::empty();
    const Attacker attacker(database);
    database.run(
        QStringLiteral("ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO %1").arg(attacker.role()));
    Migrator migrator(database.connection());
    QVERIFY(migrator.up(2));
    insertEndpoint(database, QStringLiteral("ep"));
    QVERIFY(migrator.up(3));
    QVERIFY(!attacker.abusesWake());
    QVERIFY(migrator.up(34));
    QVERIFY(!attacker.abusesEndpointState());
    QVERIFY(migrator.up());
    database.run(
        QStringLiteral("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO %1").arg(attacker.role()));
    QVERIFY(!attacker.abusesWake());
    QVERIFY(!attacker.abusesEndpointState());
    database.run(
        QStringLiteral("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM %1").arg(attacker.role()));
}

// Also in a schema of another name, and where a producer has no right to execute.
void TestSchemaSecurity::ownTablesAreServed()
{
    TestDatabase database = TestDatabase::empty();
    const Attacker producer(database);
    database.run(QStringLiteral("CREATE SCHEMA \"Odd Schema\"; SET search_path = \"Odd Schema\""));
    QVERIFY(Migrator(database.connection()).up());
    database.run(QStringLiteral("GRANT USAGE ON SCHEMA \"Odd Schema\" TO %1;"
                                "GRANT INSERT ON webhook_endpoints TO %1")
                     .arg(producer.role()));
    QVERIFY(
        producer.connect()->executeRaw(QStringLiteral("INSERT INTO \"Odd Schema\".webhook_endpoints (id, "
                                                      "url, secret) VALUES ('ep', 'https://x.test', 's')")));
    QCOMPARE(database.value(QStringLiteral("SELECT count(*) FROM signalbox_endpoint_state")).toInt(), 1);
}

QTEST_GUILESS_MAIN(TestSchemaSecurity)
#include "test_schema_security.moc"
