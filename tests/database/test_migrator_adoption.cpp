#include "app/database/migration_plan.h"
#include "app/database/migrator.h"
#include "app/database/schema_comparison.h"
#include "tests/support/test_database.h"

#include <QTest>

using namespace signalbox;

namespace {

using Checksum = MigrationStatus::Checksum;

MigrationFile fileOf(qint64 version)
{
    const auto files = readMigrations(embeddedMigrations());
    for (const MigrationFile &file : *files) {
        if (file.version == version)
            return file;
    }
    return {};
}

// As psql does it: the statements, no ledger.
void runByPsql(TestDatabase &database, qint64 version)
{
    database.run(QString::fromUtf8(fileOf(version).sql));
}

void makeHostLedger(TestDatabase &database, const QString &rows)
{
    database.run(
        QStringLiteral("CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL,"
                       " installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL,"
                       " checksum bytea NOT NULL, execution_time bigint NOT NULL);"
                       "INSERT INTO _sqlx_migrations (version, description, success, checksum, "
                       "execution_time) VALUES ") +
        rows);
}

// As somebody makes them who has read the tables of the description, and no more.
void runTheWordsOfTheDescription(TestDatabase &database)
{
    database.run(QStringLiteral(R"(
CREATE TABLE events (
    id UUID PRIMARY KEY, event_type VARCHAR(255), stream_id VARCHAR(255), version INTEGER, payload JSONB,
    metadata JSONB, correlation_id UUID, causation_id UUID, timestamp TIMESTAMPTZ, created_at TIMESTAMPTZ,
    UNIQUE (stream_id, version));
CREATE TABLE event_streams (
    id VARCHAR(255) PRIMARY KEY, current_version INTEGER, created_at TIMESTAMPTZ, updated_at TIMESTAMPTZ);
CREATE TABLE event_snapshots (stream_id VARCHAR(255), version INTEGER, state JSONB, created_at TIMESTAMPTZ);
CREATE TABLE webhook_endpoints (
    id VARCHAR(255) PRIMARY KEY, url TEXT, secret VARCHAR(255), description TEXT, event_filter JSONB,
    custom_headers JSONB, timeout_ms INTEGER, max_retries INTEGER, enabled BOOLEAN, created_at TIMESTAMPTZ,
    updated_at TIMESTAMPTZ);
CREATE TABLE webhook_jobs (
    id UUID PRIMARY KEY, endpoint_id VARCHAR(255) REFERENCES webhook_endpoints (id), url TEXT, payload JSONB,
    secret VARCHAR(255), custom_headers JSONB, attempts INTEGER, max_attempts INTEGER, next_attempt TIMESTAMPTZ,
    status VARCHAR(50), last_error TEXT, timeout_ms INTEGER, created_at TIMESTAMPTZ, updated_at TIMESTAMPTZ);
CREATE TABLE webhook_deliveries (
    id UUID PRIMARY KEY, job_id UUID REFERENCES webhook_jobs (id), endpoint_id VARCHAR(255),
    event_type VARCHAR(255), status_code INTEGER, response_body TEXT, error TEXT, duration_ms INTEGER,
    created_at TIMESTAMPTZ))"));
}

QString contentOf(TestDatabase &database, const QString &table)
{
    return database
        .value(
            QStringLiteral("SELECT string_agg(row::text, ' ' ORDER BY row::text) FROM %1 AS row").arg(table))
        .toString();
}

void insertSampleRows(TestDatabase &database)
{
    database.run(
        QStringLiteral("INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep', 'https://x.test', 's');"
                       "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp)"
                       " VALUES (gen_random_uuid(), 'user.created.v1', 'user-1', 1, '{}', '{}', now())"));
}

QList<qint64> adoptedIn(const MigrationReport &report)
{
    QList<qint64> versions;
    for (const MigrationReport::Step &step : report.steps) {
        if (step.kind == MigrationReport::Step::Kind::Adopted)
            versions << step.version;
    }
    return versions;
}

QString failureOf(const Result<MigrationReport> &report)
{
    return report ? QString() : report.error().line();
}

} // namespace

class TestMigratorAdoption : public QObject
{
    Q_OBJECT
private slots:
    void catalogKnowsOurOwnFiles();
    void adoptsWhatPsqlMade();
    void adoptsAnEmptyPsqlSchemaWithFanOutOff();
    void adoptsHalf();
    void acceptsAllFilesRunByPsql();
    void adoptsOtherChecksumsWithData();
    void leavesTheHostsLedgerAlone();
    void hostVersionsDoNotCollide();
    void refusesIncompatible_data();
    void refusesIncompatible();
    void adoptsTheWordsOfTheDescription();
    void planEndsWhatIsTolerated();
    void namesTheSchemaOfTheTables();
    void adoptsPartitionedTables_data();
    void adoptsPartitionedTables();
    void resumesIndexesOfPartitions();
    void grantsWhatRolesHeld();
    void toleratesHarmlessDifferences();
    void newerEditionIsLeftAlone();
    void downKeepsAdoptedTables();
};

// The comparison's own list and the files say the same.
void TestMigratorAdoption::catalogKnowsOurOwnFiles()
{
    TestDatabase database = TestDatabase::empty();
    QVERIFY(!compareWithCatalog(database.connection(), fileOf(1))->exists);
    runByPsql(database, 1);
    runByPsql(database, 2);
    for (const qint64 version : {1, 2}) {
        const auto comparison = compareWithCatalog(database.connection(), fileOf(version));
        QVERIFY(comparison);
        QVERIFY(comparison->exists);
        QVERIFY2(comparison->differences.isEmpty(),
                 qPrintable(sentencesOf(comparison->differences).join(QStringLiteral("; "))));
    }
    // Every column that the files make is compared: dropping any one is noticed.
    const auto columns = database.connection().query(QStringLiteral(
        "SELECT relname::text, attname::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0"));
    QVERIFY(columns && columns->size() == 52);
    for (const QSqlRecord &column : *columns) {
        QVERIFY(database.connection().begin());
        database.run(QStringLiteral("ALTER TABLE %1 DROP COLUMN \"%2\" CASCADE")
                         .arg(column.value(0).toString(), column.value(1).toString()));
        const qint64 version = column.value(0).toString().startsWith(QLatin1String("webhook")) ? 2 : 1;
        QVERIFY(!compareWithCatalog(database.connection(), fileOf(version))->isCompatible());
        database.connection().rollback();
    }
}

void TestMigratorAdoption::adoptsWhatPsqlMade()
{
    TestDatabase database = TestDatabase::empty();
    runByPsql(database, 1);
    runByPsql(database, 2);
    insertSampleRows(database);
    Migrator migrator(database.connection());
    QCOMPARE(migrator.status()->at(0).checksum, Checksum::DiffersCompatible);
    QCOMPARE(migrator.status()->at(2).checksum, Checksum::Pending);
    const auto report = migrator.up();
    QVERIFY2(report, qPrintable(failureOf(report)));
    QCOMPARE(adoptedIn(*report), (QList<qint64>{1, 2}));
    QVERIFY(report->notes.join(' ').contains(QStringLiteral("adopted")));
    QVERIFY(report->notes.join(' ').contains(QStringLiteral("Fan-out is off")));
    QCOMPARE(database.value(QStringLiteral("SELECT enabled FROM signalbox_fan_out")).toBool(), false);
    QVERIFY(database.value(QStringLiteral("SELECT txid FROM events")).isNull());
    QCOMPARE(migrator.status()->at(0).checksum, Checksum::Same);
    QCOMPARE(migrator.status()->at(0).isAdopted, true);
    QCOMPARE(migrator.status()->at(0).ledger, QStringLiteral("_sqlx_migrations"));
    QVERIFY(migrator.up()->steps.isEmpty());
}

void TestMigratorAdoption::adoptsAnEmptyPsqlSchemaWithFanOutOff()
{
    TestDatabase database = TestDatabase::empty();
    runByPsql(database, 1);
    runByPsql(database, 2);
    Migrator migrator(database.connection());
    // Adopted in one run, extended in another.
    QCOMPARE(adoptedIn(*migrator.up(2)).size(), 2);
    QVERIFY(migrator.up());
    QCOMPARE(database.value(QStringLiteral("SELECT enabled FROM signalbox_fan_out")).toBool(), false);
}

void TestMigratorAdoption::adoptsHalf()
{
    TestDatabase database = TestDatabase::empty();
    runByPsql(database, 1);
    const auto report = Migrator(database.connection()).up();
    QVERIFY2(report, qPrintable(failureOf(report)));
    QCOMPARE(adoptedIn(*report), QList<qint64>{1});
    QCOMPARE(report->steps.at(1).kind, MigrationReport::Step::Kind::Applied);
}

void TestMigratorAdoption::acceptsAllFilesRunByPsql()
{
    TestDatabase database = TestDatabase::empty();
    const auto files = readMigrations(embeddedMigrations());
    for (const MigrationFile &file : *files)
        runByPsql(database, file.version);
    QCOMPARE(database.value(QStringLiteral("SELECT enabled FROM signalbox_fan_out")).toBool(), true);
    const auto report = Migrator(database.connection()).up();
    QVERIFY2(report, qPrintable(failureOf(report)));
    // Whoever ran 003 decided.
    QCOMPARE(database.value(QStringLiteral("SELECT enabled FROM signalbox_fan_out")).toBool(), true);
    QVERIFY(Migrator(database.connection()).up()->steps.isEmpty());
}

void TestMigratorAdoption::adoptsOtherChecksumsWithData()
{
    TestDatabase database = TestDatabase::empty();
    runByPsql(database, 1);
    runByPsql(database, 2);
    insertSampleRows(database);
    makeHostLedger(
        database,
        QStringLiteral(
            "(1, 'create event store', true, '\\x01', 5), (2, 'create webhook queue', true, '\\x02', 5)"));
    const QString ledger = contentOf(database, QStringLiteral("_sqlx_migrations"));
    Migrator migrator(database.connection());
    QCOMPARE(migrator.status()->at(0).checksum, Checksum::DiffersCompatible);
    QCOMPARE(migrator.status()->at(0).ledger, QStringLiteral("_sqlx_migrations"));
    const auto report = migrator.up();
    QVERIFY2(report, qPrintable(failureOf(report)));
    QCOMPARE(adoptedIn(*report), (QList<qint64>{1, 2}));
    QCOMPARE(contentOf(database, QStringLiteral("_sqlx_migrations")), ledger);
    QCOMPARE(database.value(QStringLiteral("SELECT count(*) FROM signalbox_migrations")).toInt(),
             report->steps.size());
    QCOMPARE(database.value(QStringLiteral("SELECT count(*) FROM events")).toInt(), 1);
    QCOMPARE(database.value(QStringLiteral("SELECT enabled FROM signalbox_fan_out")).toBool(), false);
    QCOMPARE(migrator.status()->at(1).checksum, Checksum::DiffersCompatible);
    QCOMPARE(migrator.status()->at(2).ledger, QStringLiteral("signalbox_migrations"));
    QVERIFY(migrator.up()->steps.isEmpty());
}

// Identical rows beside one that is none of ours: the host's sqlx would refuse to start on rows it does not
// know.
void TestMigratorAdoption::leavesTheHostsLedgerAlone()
{
    TestDatabase database = TestDatabase::empty();
    QVERIFY(Migrator(database.connection()).up(2));
    database.run(QStringLiteral(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)"
        " VALUES (20250101, 'accounts', true, '\\xff', 7)"));
    const QString ledger = contentOf(database, QStringLiteral("_sqlx_migrations"));
    Migrator migrator(database.connection());
    const auto report = migrator.up();
    QVERIFY2(report, qPrintable(failureOf(report)));
    QCOMPARE(report->steps.constFirst().version, 3);
    QCOMPARE(contentOf(database, QStringLiteral("_sqlx_migrations")), ledger);
    QCOMPARE(database.value(QStringLiteral("SELECT min(version) FROM signalbox_migrations")).toInt(), 3);
    QCOMPARE(database.value(QStringLiteral("SELECT enabled FROM signalbox_fan_out")).toBool(), false);
    const auto status = migrator.status();
    QCOMPARE(status->constLast().checksum, Checksum::Unknown);
    QCOMPARE(status->constLast().description, QStringLiteral("accounts"));
    QVERIFY(!migrator.down({}, true));
    QVERIFY(migrator.down(2, true));
    QCOMPARE(contentOf(database, QStringLiteral("_sqlx_migrations")), ledger);
}

// A host numbers its own files from 1 too.
void TestMigratorAdoption::hostVersionsDoNotCollide()
{
    TestDatabase database = TestDatabase::empty();
    makeHostLedger(database,
                   QStringLiteral("(1, 'accounts', true, '\\x01', 5), (3, 'sessions', true, '\\x02', 5)"));
    Migrator migrator(database.connection());
    QCOMPARE(migrator.status()->at(0).checksum, Checksum::Pending);
    QCOMPARE(migrator.status()->at(1).checksum, Checksum::Unknown);
    const auto report = migrator.up();
    QVERIFY2(report, qPrintable(failureOf(report)));
    QVERIFY(adoptedIn(*report).isEmpty());
    // Our own tables in a host's database: nobody else makes jobs of their events.
    QCOMPARE(database.value(QStringLiteral("SELECT enabled FROM signalbox_fan_out")).toBool(), true);
    QVERIFY(migrator.down({}, false));
    QCOMPARE(database.value(QStringLiteral("SELECT count(*) FROM _sqlx_migrations")).toInt(), 2);
}

void TestMigratorAdoption::refusesIncompatible_data()
{
    QTest::addColumn<QString>("change");
    QTest::addColumn<QString>("difference");
    const auto row = [](const char *name, const char *change, const char *difference) {
        QTest::newRow(name) << QString::fromUtf8(change) << QString::fromUtf8(difference);
    };
    row("missing table", "DROP TABLE event_snapshots", "table event_snapshots is missing");
    row("missing column", "ALTER TABLE events DROP COLUMN metadata", "column events.metadata is missing");
    row("type", "ALTER TABLE events ALTER COLUMN version TYPE bigint",
        "events.version is bigint, expected integer");
    row("timestamp without zone", "ALTER TABLE webhook_jobs ALTER COLUMN next_attempt TYPE timestamp",
        "webhook_jobs.next_attempt is timestamp without time zone");
    row("narrow text", "ALTER TABLE webhook_endpoints ALTER COLUMN secret TYPE varchar(64)",
        "webhook_endpoints.secret is character varying(64), expected character varying(255)");
    row("not nullable", "ALTER TABLE webhook_jobs ALTER COLUMN last_error SET NOT NULL",
        "webhook_jobs.last_error must not be null");
    row("unique", "ALTER TABLE events DROP CONSTRAINT unique_stream_version",
        "events lacks its constraint: unique (stream_id, version)");
    row("primary key", "ALTER TABLE event_streams DROP CONSTRAINT event_streams_pkey",
        "event_streams lacks its constraint: primary key (id)");
    row("states",
        "ALTER TABLE webhook_jobs DROP CONSTRAINT check_status;"
        "ALTER TABLE webhook_jobs ADD CONSTRAINT check_status CHECK (status IN ('pending', 'completed', "
        "'failed'))",
        "webhook_jobs lacks its constraint: check_status on status");
    row("further mandatory column", "ALTER TABLE events ADD COLUMN tenant text NOT NULL",
        "events.tenant must not be null and has no default");
    row("view", "DROP TABLE event_snapshots; CREATE VIEW event_snapshots AS SELECT 1 AS one",
        "event_snapshots is not a table");
}

void TestMigratorAdoption::refusesIncompatible()
{
    QFETCH(QString, change);
    QFETCH(QString, difference);
    TestDatabase database = TestDatabase::empty();
    runByPsql(database, 1);
    runByPsql(database, 2);
    database.run(change);
    const QString relations =
        QStringLiteral("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace");
    const int before = database.value(relations).toInt();
    Migrator migrator(database.connection());
    const auto report = migrator.up();
    QVERIFY(!report);
    QCOMPARE(report.error().kind, Error::Kind::Refused);
    QVERIFY2(report.error().why.contains(difference), qPrintable(report.error().why));
    QCOMPARE(database.value(relations).toInt(), before);
    const auto status = migrator.status();
    QVERIFY(status);
    QVERIFY((status->at(0).differences + status->at(1).differences).join(' ').contains(difference));

    // What the plan prints makes the schema fit.
    const auto plan = planMigration(database.connection());
    QVERIFY(plan && !plan->isPossible());
    if (difference == QLatin1String("event_snapshots is not a table"))
        return;
    database.run(plan->toSql());
    const auto healed = migrator.up();
    QVERIFY2(healed, qPrintable(failureOf(healed)));
}

// Tables made from the words of the description alone: no CHECK, no cascade, no default, nullable where it
// says nothing, no trigger.
void TestMigratorAdoption::adoptsTheWordsOfTheDescription()
{
    TestDatabase database = TestDatabase::empty();
    runTheWordsOfTheDescription(database);
    Migrator migrator(database.connection());
    QCOMPARE(migrator.status()->at(1).checksum, Checksum::DiffersCompatible);
    const auto report = migrator.up();
    QVERIFY2(report, qPrintable(failureOf(report)));
    QCOMPARE(adoptedIn(*report), (QList<qint64>{1, 2}));
    const QString notes = report->notes.join('\n');
    QVERIFY2(notes.contains(QStringLiteral("migrate plan")), qPrintable(notes));
    QVERIFY2(notes.contains(QStringLiteral("have one now: events.created_at")), qPrintable(notes));
    database.run(QStringLiteral(
        "INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep', 'https://x.test', 's');"
        "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, status,"
        " timeout_ms) VALUES (gen_random_uuid(), 'ep', 'https://x.test', '{}', 's', 4, now(), 'pending', "
        "1000)"));
    QCOMPARE(database.value(QStringLiteral("SELECT enabled FROM webhook_endpoints")).toBool(), true);
    QCOMPARE(database.value(QStringLiteral("SELECT attempts FROM webhook_jobs")).toInt(), 0);
    QVERIFY(!database.value(QStringLiteral("SELECT created_at FROM webhook_jobs")).isNull());
}

// And the SQL that the plan prints for what is worked with ends each difference.
void TestMigratorAdoption::planEndsWhatIsTolerated()
{
    TestDatabase database = TestDatabase::empty();
    runTheWordsOfTheDescription(database);
    const auto plan = planMigration(database.connection());
    QVERIFY(plan && plan->isPossible());
    QVERIFY(plan->adoption.differences.size() > 30);
    database.run(plan->toSql());
    for (const qint64 version : {1, 2}) {
        const auto comparison = compareWithCatalog(database.connection(), fileOf(version));
        QVERIFY(comparison);
        QCOMPARE(sentencesOf(comparison->differences), QStringList());
    }
}

void TestMigratorAdoption::namesTheSchemaOfTheTables()
{
    TestDatabase database = TestDatabase::empty();
    database.run(QStringLiteral("CREATE SCHEMA \"Shop\"; SET search_path = \"Shop\""));
    runByPsql(database, 1);
    runByPsql(database, 2);
    database.run(QStringLiteral("SET search_path = public"));
    const auto refused = Migrator(database.connection()).up();
    QVERIFY(!refused);
    QVERIFY2(failureOf(refused).contains(QStringLiteral("in schema \"Shop\"")),
             qPrintable(failureOf(refused)));
    QVERIFY(database.value(QStringLiteral("SELECT to_regclass('public.events')")).isNull());
    database.run(QStringLiteral("SET search_path = \"Shop\""));
    const auto report = Migrator(database.connection()).up();
    QVERIFY2(report, qPrintable(failureOf(report)));
}

void TestMigratorAdoption::adoptsPartitionedTables_data()
{
    QTest::addColumn<QString>("events");
    QTest::addColumn<QString>("partitions");
    QTest::newRow("events by stream")
        << QStringLiteral(
               "PRIMARY KEY (id, stream_id), UNIQUE (stream_id, version)) PARTITION BY HASH (stream_id)")
        << QStringLiteral(
               "CREATE TABLE events_0 PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
               "CREATE TABLE events_1 PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 1)");
    QTest::newRow("events by time")
        << QStringLiteral("PRIMARY KEY (id, created_at)) PARTITION BY RANGE (created_at)")
        << QStringLiteral(
               "CREATE TABLE events_0 PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2026-01-01');"
               "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO (MAXVALUE)");
}

// As the description advises, made by hand; and a partition that is itself partitioned.
void TestMigratorAdoption::adoptsPartitionedTables()
{
    QFETCH(const QString, events);
    QFETCH(const QString, partitions);
    TestDatabase database = TestDatabase::empty();
    runByPsql(database, 1);
    runByPsql(database, 2);
    database.run(
        QStringLiteral(
            "DROP TABLE events; CREATE TABLE events (id uuid NOT NULL, event_type varchar(255) NOT NULL,"
            " stream_id varchar(255) NOT NULL, version integer NOT NULL, payload jsonb NOT NULL,"
            " metadata jsonb NOT NULL, correlation_id uuid, causation_id uuid, timestamp timestamptz NOT "
            "NULL,"
            " created_at timestamptz NOT NULL DEFAULT now(), %1;"
            "CREATE TRIGGER t AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION update_stream_version();")
            .arg(events) +
        partitions);
    database.run(QStringLiteral(
        "DROP TABLE webhook_deliveries CASCADE; CREATE TABLE webhook_deliveries (id uuid NOT NULL,"
        " job_id uuid NOT NULL REFERENCES webhook_jobs (id) ON DELETE CASCADE, endpoint_id varchar(255) NOT "
        "NULL,"
        " event_type varchar(255) NOT NULL, status_code integer, response_body text, error text,"
        " duration_ms integer NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (id, "
        "created_at))"
        " PARTITION BY RANGE (created_at);"
        "CREATE TABLE webhook_deliveries_history PARTITION OF webhook_deliveries"
        " FOR VALUES FROM (MINVALUE) TO ('2026-01-01') PARTITION BY RANGE (created_at);"
        "CREATE TABLE webhook_deliveries_2025 PARTITION OF webhook_deliveries_history"
        " FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');"
        "CREATE TABLE webhook_deliveries_new PARTITION OF webhook_deliveries"
        " FOR VALUES FROM ('2026-01-01') TO (MAXVALUE)"));
    Migrator migrator(database.connection());
    const auto report = migrator.up();
    QVERIFY2(report, qPrintable(failureOf(report)));
    QCOMPARE(report->steps.size(), readMigrations(embeddedMigrations())->size());
    const QString invalid = QStringLiteral("SELECT string_agg(indexrelid::regclass::text, ', ') FROM pg_index"
                                           " JOIN pg_class ON pg_class.oid = indrelid"
                                           " WHERE relnamespace = 'public'::regnamespace AND NOT indisvalid");
    QCOMPARE(database.value(invalid).toString(), QString());
    QCOMPARE(database
                 .value(QStringLiteral("SELECT count(*) FROM pg_index"
                                       " WHERE indrelid = 'webhook_deliveries_2025'::regclass"))
                 .toInt(),
             database
                 .value(QStringLiteral("SELECT count(*) FROM pg_index"
                                       " WHERE indrelid = 'webhook_deliveries'::regclass"))
                 .toInt());
    QVERIFY(migrator.up()->steps.isEmpty());
    const auto down = migrator.down(2, true);
    QVERIFY2(down, qPrintable(failureOf(down)));
    QVERIFY(migrator.up());
}

// A run that ended in the middle of the partitions goes on where it stopped.
void TestMigratorAdoption::resumesIndexesOfPartitions()
{
    TestDatabase database = TestDatabase::empty();
    QVERIFY(Migrator(database.connection()).up(7));
    database.run(
        QStringLiteral("ALTER TABLE webhook_deliveries DROP CONSTRAINT webhook_deliveries_pkey;"
                       "ALTER TABLE webhook_deliveries RENAME TO webhook_deliveries_old;"
                       "CREATE TABLE webhook_deliveries (LIKE webhook_deliveries_old INCLUDING DEFAULTS,"
                       " PRIMARY KEY (id, created_at)) PARTITION BY RANGE (created_at);"
                       "ALTER TABLE webhook_deliveries ATTACH PARTITION webhook_deliveries_old DEFAULT;"
                       "CREATE INDEX idx_webhook_deliveries_created_at_id ON ONLY webhook_deliveries"
                       " (created_at, id)"));
    const auto report = Migrator(database.connection()).up(8);
    QVERIFY2(report, qPrintable(failureOf(report)));
    QCOMPARE(database
                 .value(QStringLiteral("SELECT indisvalid FROM pg_index WHERE indexrelid ="
                                       " 'idx_webhook_deliveries_created_at_id'::regclass"))
                 .toBool(),
             true);
}

// The grants of the description, given before adoption, reach as far after it.
void TestMigratorAdoption::grantsWhatRolesHeld()
{
    TestDatabase database = TestDatabase::empty();
    runByPsql(database, 1);
    runByPsql(database, 2);
    const QString suffix = database.settings().database;
    const QString application = QStringLiteral("app_user_") + suffix;
    const QString analytics = QStringLiteral("analytics_user_") + suffix;
    database.run(QStringLiteral("CREATE ROLE %1; CREATE ROLE %2;"
                                "GRANT SELECT ON events, webhook_deliveries, webhook_stats TO %2;"
                                "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO %1")
                     .arg(application, analytics));
    const auto may = [&](const QString &role, const QString &table, const QString &privilege) {
        return database
            .value(QStringLiteral("SELECT has_table_privilege('%1', '%2', '%3')").arg(role, table, privilege))
            .toBool();
    };
    const auto report = Migrator(database.connection()).up();
    QVERIFY2(report, qPrintable(failureOf(report)));
    QVERIFY(report->notes.join('\n').contains(QStringLiteral("Granted: GRANT SELECT, INSERT, UPDATE ON")));
    QVERIFY(may(application, QStringLiteral("signalbox_workers"), QStringLiteral("SELECT, INSERT, UPDATE")));
    QVERIFY(may(application, QStringLiteral("_sqlx_migrations"), QStringLiteral("SELECT")));
    QVERIFY(!may(application, QStringLiteral("_sqlx_migrations"), QStringLiteral("INSERT, UPDATE, DELETE")));
    QVERIFY(!may(application, QStringLiteral("signalbox_workers"), QStringLiteral("DELETE")));
    QVERIFY(!may(analytics, QStringLiteral("signalbox_settings"), QStringLiteral("SELECT")));
    // What is taken away later is not given again.
    database.run(QStringLiteral("REVOKE ALL ON signalbox_settings FROM %1").arg(application));
    QVERIFY(Migrator(database.connection()).up());
    QVERIFY(!may(application, QStringLiteral("signalbox_settings"), QStringLiteral("SELECT")));
    database.run(QStringLiteral("DROP OWNED BY %1, %2; DROP ROLE %1, %2").arg(application, analytics));
}

void TestMigratorAdoption::toleratesHarmlessDifferences()
{
    TestDatabase database = TestDatabase::empty();
    runByPsql(database, 1);
    runByPsql(database, 2);
    database.run(
        QStringLiteral("DROP VIEW webhook_stats;"
                       "ALTER TABLE events ALTER COLUMN created_at DROP NOT NULL;"
                       "ALTER TABLE events ADD COLUMN tenant text NOT NULL DEFAULT 'x';"
                       "ALTER TABLE events ALTER COLUMN metadata SET DEFAULT '{}';"
                       "ALTER TABLE webhook_jobs ALTER COLUMN status TYPE text;"
                       "ALTER TABLE webhook_endpoints ALTER COLUMN id TYPE varchar(300);"
                       "ALTER TABLE events RENAME CONSTRAINT unique_stream_version TO events_by_stream;"
                       "CREATE TABLE other (id int);"
                       "DROP INDEX idx_events_type"));
    const auto report = Migrator(database.connection()).up();
    QVERIFY2(report, qPrintable(failureOf(report)));
}

// The same ledger with a version of the future: nothing is pending, nothing is written.
void TestMigratorAdoption::newerEditionIsLeftAlone()
{
    TestDatabase database;
    database.run(QStringLiteral(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)"
        " VALUES (999, 'from the future', true, '\\xff', 7)"));
    const auto report = Migrator(database.connection()).up();
    QVERIFY(report && report->steps.isEmpty());
    QVERIFY(database.value(QStringLiteral("SELECT to_regclass('signalbox_migrations')")).isNull());
    QVERIFY(!Migrator(database.connection()).down({}, true));
}

void TestMigratorAdoption::downKeepsAdoptedTables()
{
    TestDatabase database = TestDatabase::empty();
    runByPsql(database, 1);
    runByPsql(database, 2);
    Migrator migrator(database.connection());
    QVERIFY(migrator.up());
    const auto refused = migrator.down({}, false);
    QVERIFY(!refused);
    QVERIFY(refused.error().why.contains(QStringLiteral("were there before Signalbox")));
    QVERIFY(migrator.down(2, false));
    QVERIFY(migrator.down({}, true));
}

QTEST_GUILESS_MAIN(TestMigratorAdoption)
#include "test_migrator_adoption.moc"
