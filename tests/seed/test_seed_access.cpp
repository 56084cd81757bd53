#include "tests/seed/described_database.h"
#include "tests/support/loopback_receiver.h"
#include "tests/support/own_server.h"

#include <QFile>
#include <QTest>

#include <optional>

using namespace signalbox;

// The description's monitoring queries, grants and audit logging, on a server of the test's own that loads
// pgaudit.
class TestSeedAccess : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init() { m_database = std::make_unique<DescribedDatabase>(m_server->settings("postgres")); }
    void cleanup();
    void cleanupTestCase() { m_server.reset(); }
    void monitoringQueries_data();
    void monitoringQueries();
    void analyticsUserReadsItsTables();
    void appUserWorksAfterAdoption();
    void auditedServersLogNoValues();

private:
    static void succeeded(const CommandOutcome &outcome)
    {
        QVERIFY2(outcome.exitCode == 0 && !outcome.err.contains("ERROR"), outcome.err.constData());
    }
    /// Both roles of the description with its grants, then all migrations.
    void grantAndMigrate();

    std::optional<OwnServer> m_server;
    std::unique_ptr<DescribedDatabase> m_database;
};

void TestSeedAccess::initTestCase()
{
    m_server.emplace(QStringLiteral("audited"));
    m_server->initialise();
    m_server->start({"shared_preload_libraries=pgaudit", "pgaudit.log=all", "log_statement=all",
                     "log_min_duration_statement=0", "log_min_error_statement=error", "fsync=off"});
}

void TestSeedAccess::cleanup()
{
    m_database.reset();
    const auto server = PgConnection::open(m_server->settings(QStringLiteral("postgres")));
    QVERIFY(server);
    const Done done = (*server)->executeRaw(
        QStringLiteral("DROP ROLE IF EXISTS analytics_user; DROP ROLE IF EXISTS app_user"));
    QVERIFY2(done, done ? "" : qPrintable(done.error().line()));
}

void TestSeedAccess::grantAndMigrate()
{
    succeeded(m_database->runFile(QStringLiteral("usage.sql")));
    m_database->insertRows();
    succeeded(
        m_database->psql(QStringLiteral("CREATE ROLE analytics_user LOGIN; CREATE ROLE app_user LOGIN")));
    succeeded(m_database->runFile(QStringLiteral("grants.sql")));
    succeeded(m_database->signalbox({"migrate", "up"}));
}

void TestSeedAccess::monitoringQueries_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("event store") << "monitoring_events.sql" << QByteArray(" t          |   500 | ");
    QTest::newRow("webhook queue") << "monitoring_webhooks.sql" << QByteArray(" completed |    20 | ");
}

// What they answer is compared with `overview` in test_overview_command.
void TestSeedAccess::monitoringQueries()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, line);
    succeeded(m_database->signalbox({"migrate", "up"}));
    m_database->insertRows();
    const CommandOutcome outcome = m_database->runFile(file);
    succeeded(outcome);
    QVERIFY2(outcome.out.contains(line), outcome.out.constData());
}

void TestSeedAccess::analyticsUserReadsItsTables()
{
    grantAndMigrate();
    const CommandRunner analyst = m_database->as(QStringLiteral("analytics_user"));
    for (const QString &table : {QStringLiteral("events"), QStringLiteral("deliveries")}) {
        const CommandOutcome outcome = analyst.run({table, "list", "--format", "csv"});
        succeeded(outcome);
        QVERIFY2(outcome.lines().size() > 20, outcome.out.constData());
    }
    const CommandOutcome refused = analyst.run({"jobs", "list"});
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2(refused.err.contains("GRANT SELECT ON webhook_jobs TO analytics_user"), refused.err.constData());
}

// Granted before Signalbox came, the application's role appends, adds endpoints and delivers afterwards.
void TestSeedAccess::appUserWorksAfterAdoption()
{
    grantAndMigrate();
    LoopbackReceiver receiver;
    const CommandRunner application = m_database->as(QStringLiteral("app_user"));
    succeeded(application.run({"fan-out", "on"}));
    succeeded(application.run({"endpoint", "add", "--id", "ep_app", "--url", receiver.url(), "--filter",
                               "[\"order.*\"]", "--allow-private-network"}));
    succeeded(application.run({"append", "--stream", "order-1", "--type", "order.paid", "-"}, "{\"n\": 1}"));
    const CommandOutcome worked = application.run({"worker", "--until-idle"});
    succeeded(worked);
    QVERIFY2(worked.err.contains("delivered 1") && !worked.err.contains("database lost"),
             worked.err.constData());
    QCOMPARE(receiver.requests().size(), 1);
    for (const QString &table : {QStringLiteral("jobs"), QStringLiteral("deliveries")}) {
        const CommandOutcome outcome =
            application.run({table, "list", "--filter", "endpoint:ep_app", "--format", "csv"});
        succeeded(outcome);
        QCOMPARE(outcome.lines().size(), 2);
    }
    succeeded(application.run({"overview"}));
}

void TestSeedAccess::auditedServersLogNoValues()
{
    // Given audit logging, enabled as the description says, on 001 and 002 and before our migrations
    succeeded(m_database->runFile(QStringLiteral("usage.sql")));
    succeeded(m_database->runFile(QStringLiteral("audit.sql")));
    succeeded(m_database->signalbox({"migrate", "up"}));
    const CommandOutcome again = m_database->signalbox({"migrate", "up"});
    succeeded(again);
    QCOMPARE(again.out, QByteArray());

    succeeded(m_database->signalbox({"fan-out", "on"}));

    // When an endpoint is added, its secret rotated, an event appended and delivered
    LoopbackReceiver receiver;
    receiver.answerAlways({500, "marker-answer-5", {{"X-Answer", "marker-header-6"}}, 0});
    succeeded(
        m_database->signalbox({"endpoint", "add", "--id", "ep_audited", "--url", receiver.url(), "--header",
                               "X-Tenant: marker-header-3", "--secret-file", "-", "--allow-private-network"},
                              "marker-secret-000000000000000001"));
    succeeded(m_database->signalbox(
        {"endpoint", "rotate", "ep_audited", "--secret-file", "-", "--reason", "test", "--yes"},
        "marker-secret-000000000000000002"));
    succeeded(m_database->signalbox({"append", "--stream", "s", "--type", "t", "-"},
                                    "{\"card\": \"marker-payload-4\"}"));
    const CommandOutcome worked = m_database->signalbox({"worker", "--until-idle"});
    QVERIFY2(worked.err.contains("delivered 0, failed 1"), worked.err.constData());
    QCOMPARE(receiver.requests().size(), 1);

    // Then the audit log tells the statements, and none of the values
    QFile file(m_server->logFile());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray log = file.readAll();
    QVERIFY(log.contains("AUDIT: SESSION"));
    QVERIFY(log.contains("INSERT INTO webhook_endpoints"));
    for (const char *marker : {"marker-secret", "marker-header", "marker-payload", "marker-answer"})
        QVERIFY2(!log.contains(marker), marker);
}

QTEST_GUILESS_MAIN(TestSeedAccess)
#include "test_seed_access.moc"
