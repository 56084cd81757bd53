#include "tests/cli/command_runner.h"
#include "tests/support/test_database.h"
#include "tests/support/test_role.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

/// The commands with the grants of the schema's description, and `shot` where there is nothing to draw.
class TestGrants : public QObject
{
    Q_OBJECT
private slots:
    void analystsListWhatTheyMayRead();
    void analystsAreToldTheMissingGrant();
    void shotsEndWithTheConnectionsError();
    void shotsOfADatabaseWithoutTheSchemaSaySo();
    void shotsOfAPageThatShowsAnErrorExit1();

private:
    static QString analystGrants()
    {
        return QStringLiteral("GRANT SELECT ON events, webhook_deliveries, webhook_stats TO %1");
    }
};

void TestGrants::analystsListWhatTheyMayRead()
{
    TestDatabase database;
    database.run(QStringLiteral(R"(
INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp)
VALUES (gen_random_uuid(), 'order.paid', 'order-1', 1, '{}', '{}', now());
INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep', 'https://x.test', 's');
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, status, timeout_ms)
VALUES (gen_random_uuid(), 'ep', 'https://x.test', '{}', 's', 4, now(), 'completed', 1000);
INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms)
SELECT gen_random_uuid(), id, 'ep', 'order.paid', 200, 5 FROM webhook_jobs)"));
    const TestRole analyst(database, analystGrants());
    for (const QString &table : {QStringLiteral("events"), QStringLiteral("deliveries")}) {
        const CommandOutcome outcome = CommandRunner(analyst.settings()).run({table, QStringLiteral("list")});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY2(outcome.out.contains("order.paid"), outcome.out.constData());
    }
}

void TestGrants::analystsAreToldTheMissingGrant()
{
    TestDatabase database;
    const TestRole analyst(database, analystGrants());
    const CommandOutcome outcome = CommandRunner(analyst.settings()).run({"jobs", "list"});
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.saidOneLine(), outcome.err.constData());
    QVERIFY2(outcome.err.contains("lacks SELECT on webhook_jobs"), outcome.err.constData());
    QVERIFY2(outcome.err.contains("GRANT SELECT ON webhook_jobs TO " + analyst.name().toUtf8()),
             outcome.err.constData());
}

// Where nobody listens; the answer is the reason, not 30 seconds of waiting.
void TestGrants::shotsEndWithTheConnectionsError()
{
    QTemporaryDir folder;
    ConnectionSettings nowhere;
    nowhere.host = folder.path();
    nowhere.port = 1;
    nowhere.database = QStringLiteral("none");
    nowhere.user = QStringLiteral("nobody");
    const CommandOutcome outcome =
        CommandRunner(nowhere).run({"shot", "queue", "--out", folder.filePath(QStringLiteral("queue.png"))});
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(!outcome.err.contains("did not settle"), outcome.err.constData());
    QVERIFY2(outcome.err.contains(folder.path().toUtf8()), outcome.err.constData());
    QVERIFY(!QFile::exists(folder.filePath(QStringLiteral("queue.png"))));
}

void TestGrants::shotsOfADatabaseWithoutTheSchemaSaySo()
{
    QTemporaryDir folder;
    TestDatabase database = TestDatabase::empty();
    const CommandOutcome outcome =
        CommandRunner(database.settings())
            .run({"shot", "queue", "--out", folder.filePath(QStringLiteral("a.png"))});
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.err.contains("signalbox migrate up"), outcome.err.constData());
}

void TestGrants::shotsOfAPageThatShowsAnErrorExit1()
{
    QTemporaryDir folder;
    TestDatabase database;
    const TestRole analyst(database, analystGrants());
    const QString queue = folder.filePath(QStringLiteral("queue.png"));
    const CommandOutcome refused = CommandRunner(analyst.settings()).run({"shot", "queue", "--out", queue});
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2(refused.err.contains("Missing: SELECT on webhook_jobs"), refused.err.constData());
    QVERIFY(QFile::exists(queue)); // to be looked at
    const QString missing = QStringLiteral("00000000-0000-4000-8000-000000000009");
    const CommandOutcome gone = CommandRunner(analyst.settings())
                                    .run({"shot", "events", "--select", missing, "--out",
                                          folder.filePath(QStringLiteral("events.png"))});
    QCOMPARE(gone.exitCode, 1);
    QVERIFY2(gone.err.contains(missing.toUtf8()), gone.err.constData());
    const CommandOutcome good =
        CommandRunner(analyst.settings())
            .run({"shot", "events", "--out", folder.filePath(QStringLiteral("good.png"))});
    QVERIFY2(good.exitCode == 0, good.err.constData());
}

QTEST_GUILESS_MAIN(TestGrants)
#include "test_grants.moc"
