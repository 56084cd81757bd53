#include "app/database/migrator.h"
#include "tests/seed/described_database.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace signalbox;

// Usage, backup, restore and rollback of the description, and what follows.
class TestSeedSchema : public QObject
{
    Q_OBJECT
private slots:
    void init() { m_database = std::make_unique<DescribedDatabase>(); }
    void cleanup() { m_database.reset(); }
    void usageByPsql();
    void usageByAProgram();
    void allFilesByPsql();
    void backupAndRestore_data();
    void backupAndRestore();
    void rollback_data();
    void rollback();

private:
    void runMigrations(bool all);
    QString counts();
    void checkThatAllIsThere();
    void checkThatItWorks();

    std::unique_ptr<DescribedDatabase> m_database;
};

namespace {

QByteArray said(const CommandOutcome &outcome)
{
    return outcome.out + outcome.err;
}

} // namespace

void TestSeedSchema::runMigrations(bool all)
{
    if (!all) {
        const CommandOutcome done = m_database->runFile(QStringLiteral("usage.sql"));
        QVERIFY2(!done.err.contains("ERROR"), done.err.constData());
        return;
    }
    const CommandOutcome done = m_database->signalbox({"migrate", "up"});
    QVERIFY2(done.exitCode == 0, said(done).constData());
}

QString TestSeedSchema::counts()
{
    return m_database
        ->value(QStringLiteral(
            "SELECT concat_ws(' ', (SELECT count(*) FROM events), (SELECT count(*) FROM event_streams),"
            " (SELECT count(*) FROM event_snapshots), (SELECT count(*) FROM webhook_endpoints),"
            " (SELECT count(*) FROM webhook_jobs), (SELECT count(*) FROM webhook_deliveries))"))
        .toString();
}

// Status, up and the catalog agree.
void TestSeedSchema::checkThatAllIsThere()
{
    const CommandOutcome status = m_database->signalbox({"migrate", "status", "--format", "json"});
    QCOMPARE(status.exitCode, 0);
    QVERIFY2(status.err.isEmpty(), status.err.constData());
    for (const auto &row : nlohmann::json::parse(status.out.toStdString()))
        QVERIFY2(row["checksum"] == "same", row.dump().c_str());
    const CommandOutcome again = m_database->signalbox({"migrate", "up"});
    QCOMPARE(again.exitCode, 0);
    QCOMPARE(again.out, QByteArray());
    QCOMPARE(m_database->signalbox({"jobs", "list", "--format", "json"}).exitCode, 0);
}

// A producer inserts what comes next, and every trigger does its part.
void TestSeedSchema::checkThatItWorks()
{
    const CommandOutcome done = m_database->psql(QStringLiteral(R"(
INSERT INTO webhook_endpoints (id, url, secret, enabled) VALUES ('ep_new', 'https://x.test', 's', false);
INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp)
VALUES (gen_random_uuid(), 't', 'new', 7, '{}', '{}', now());
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, status, timeout_ms)
VALUES (gen_random_uuid(), 'ep_new', 'https://x.test', '{}', 's', 4, now(), 'cancelled', 30000);
)"));
    QVERIFY2(!done.err.contains("ERROR"), done.err.constData());
    QCOMPARE(m_database->value(QStringLiteral("SELECT current_version FROM event_streams WHERE id = 'new'"))
                 .toInt(),
             7);
    QCOMPARE(m_database
                 ->value(QStringLiteral(
                     "SELECT count(*) FROM signalbox_endpoint_state WHERE endpoint_id = 'ep_new'"))
                 .toInt(),
             1);
    QVERIFY(m_database
                ->value(QStringLiteral("SELECT (SELECT position FROM events WHERE stream_id = 'new')"
                                       " > coalesce(max(position), 0) FROM events WHERE stream_id <> 'new'"))
                .toBool());
    m_database->value(QStringLiteral("DELETE FROM webhook_endpoints WHERE id = 'ep_new' RETURNING 1"));
    QCOMPARE(
        m_database->value(QStringLiteral("SELECT count(*) FROM webhook_jobs WHERE endpoint_id = 'ep_new'"))
            .toInt(),
        0);
    QCOMPARE(m_database
                 ->value(QStringLiteral(
                     "SELECT count(*) FROM signalbox_endpoint_state WHERE endpoint_id = 'ep_new'"))
                 .toInt(),
             0);
}

void TestSeedSchema::usageByPsql()
{
    runMigrations(false);
    m_database->insertRows();
    QCOMPARE(counts(), QStringLiteral("500 50 1 3 20 20"));
    const CommandOutcome up = m_database->signalbox({"migrate", "up"});
    QVERIFY2(up.exitCode == 0, said(up).constData());
    QVERIFY2(up.out.contains("adopted 001"), up.out.constData());
    checkThatAllIsThere();
    checkThatItWorks();
}

// sqlx::raw_sql sends a file as one simple query.
void TestSeedSchema::usageByAProgram()
{
    const auto files = readMigrations(embeddedMigrations());
    for (const qint64 version : {1, 2}) {
        const Done done = m_database->connection().executeRaw(QString::fromUtf8(files->at(version - 1).sql));
        QVERIFY2(done, qPrintable(done ? QString() : done.error().line()));
    }
    const CommandOutcome up = m_database->signalbox({"migrate", "up"});
    QVERIFY2(up.exitCode == 0, said(up).constData());
    m_database->insertRows();
    checkThatAllIsThere();
}

void TestSeedSchema::allFilesByPsql()
{
    QString script;
    const auto files = readMigrations(embeddedMigrations());
    for (const MigrationFile &file : *files)
        script += QStringLiteral("\\i migrations/events/%1\n").arg(file.fileName);
    const CommandOutcome done = m_database->shell(QStringLiteral("psql -U user -d better_auth"), script,
                                                  QString::fromUtf8(SIGNALBOX_SOURCE_DIR));
    QVERIFY2(!done.err.contains("ERROR"), done.err.constData());
    const CommandOutcome up = m_database->signalbox({"migrate", "up"});
    QVERIFY2(up.exitCode == 0, said(up).constData());
    QVERIFY(m_database->value(QStringLiteral("SELECT enabled FROM signalbox_fan_out")).toBool());
    checkThatAllIsThere();
    checkThatItWorks();
}

void TestSeedSchema::backupAndRestore_data()
{
    QTest::addColumn<bool>("all");
    QTest::newRow("001 and 002") << false;
    QTest::newRow("all migrations") << true;
}

void TestSeedSchema::backupAndRestore()
{
    QFETCH(bool, all);
    runMigrations(all);
    m_database->insertRows();
    const CommandOutcome backup = m_database->runFile(QStringLiteral("backup.sh"));
    QVERIFY2(backup.exitCode == 0, backup.err.constData());
    m_database->recreate();
    const CommandOutcome restore = m_database->runFile(QStringLiteral("restore.sh"));
    QCOMPARE(restore.exitCode, 0);
    QCOMPARE(counts(), QStringLiteral("500 50 1 3 20 20"));

    const CommandOutcome status = m_database->signalbox({"migrate", "status"});
    QVERIFY2(status.err.contains("function update_stream_version()"), said(status).constData());
    const CommandOutcome list = m_database->signalbox({"jobs", "list"});
    QCOMPARE(list.exitCode, 1);
    QVERIFY2(list.err.contains("signalbox migrate up"), list.err.constData());

    const CommandOutcome up = m_database->signalbox({"migrate", "up"});
    QVERIFY2(up.exitCode == 0, said(up).constData());
    QVERIFY2(up.out.contains("restored 001"), up.out.constData());
    for (const char *part :
         {"function update_stream_version()", "trigger trigger_update_stream_version on events",
          "trigger trigger_webhook_jobs_updated_at on webhook_jobs", "Fan-out is off"})
        QVERIFY2(up.err.contains(part), up.err.constData());
    QCOMPARE(counts(), QStringLiteral("500 50 1 3 20 20"));
    QVERIFY(!m_database->value(QStringLiteral("SELECT enabled FROM signalbox_fan_out")).toBool());
    checkThatAllIsThere();
    checkThatItWorks();
}

void TestSeedSchema::rollback_data()
{
    QTest::addColumn<QStringList>("files");
    QTest::addColumn<QString>("next");
    const QStringList both{QStringLiteral("rollback_002.sql"), QStringLiteral("rollback_001.sql")};
    QTest::newRow("002, up") << both.mid(0, 1) << "up";
    QTest::newRow("001, up") << both.mid(1, 1) << "up";
    QTest::newRow("both, up") << both << "up";
    QTest::newRow("both, down") << both << "down";
    QTest::newRow("both, our files again, up") << both + QStringList{QStringLiteral("usage.sql")} << "up";
    QTest::newRow("both, our files again, down") << both + QStringList{QStringLiteral("usage.sql")} << "down";
}

void TestSeedSchema::rollback()
{
    QFETCH(QStringList, files);
    QFETCH(QString, next);
    runMigrations(true);
    m_database->insertRows();
    for (const QString &file : files) {
        const CommandOutcome done = m_database->runFile(file);
        QVERIFY2(!done.err.contains("ERROR"), done.err.constData());
    }
    const CommandOutcome status = m_database->signalbox({"migrate", "status"});
    QCOMPARE(status.exitCode, 0);
    QVERIFY2(status.out.contains("incomplete"), status.out.constData());
    QVERIFY2(status.err.contains("missing"), status.err.constData());
    for (const QStringList &command : {QStringList{"jobs", "list"}, QStringList{"worker", "--until-idle"}}) {
        const CommandOutcome outcome = m_database->signalbox(command);
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("missing") && outcome.err.contains("signalbox migrate up"),
                 outcome.err.constData());
    }
    if (next == QLatin1String("down")) {
        const CommandOutcome down = m_database->signalbox({"migrate", "down", "--to", "0", "--yes"});
        QVERIFY2(down.exitCode == 0, said(down).constData());
        QCOMPARE(m_database
                     ->value(QStringLiteral(
                         "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                         " AND relkind IN ('r', 'v', 'S') AND relname <> '_sqlx_migrations'"))
                     .toInt(),
                 0);
        return;
    }
    const CommandOutcome up = m_database->signalbox({"migrate", "up"});
    QVERIFY2(up.exitCode == 0, said(up).constData());
    QVERIFY2(up.err.contains("Restored what was missing"), up.err.constData());
    QVERIFY(m_database->value(QStringLiteral("SELECT enabled FROM signalbox_fan_out")).toBool());
    checkThatAllIsThere();
    checkThatItWorks();
}

QTEST_GUILESS_MAIN(TestSeedSchema)
#include "test_seed_schema.moc"
