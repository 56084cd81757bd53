// What we bind stays out of the server's log and of pg_stat_activity, however talkative the server is.

#include "app/database/attempt_statements.h"
#include "app/database/claim_statement.h"
#include "app/database/delivery_statements.h"
#include "app/database/endpoint_queries.h"
#include "app/database/event_append.h"
#include "tests/delivery/statement_samples.h"
#include "tests/support/test_database.h"

#include <QFile>
#include <QTest>

using namespace signalbox;

namespace {

// Each is found nowhere else, whatever other tests write into the same log.
const char *const markers[] = {
    "whsk-marker-secret-0000001", "whsk-marker-rotated-000002", "marker-payload-0003",
    "marker-header-0004",         "marker-answer-0005",         "marker-metadata-0006",
    "marker-slow-0007",           "marker-refused-0008",        "marker-filter-0009"};

QString marker(int number)
{
    return QString::fromLatin1(markers[number - 1]);
}

} // namespace

class TestServerLog : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void actsLeaveNoValues();
    void failedStatementsLeaveNoValues();
    void otherSessionsSeeNoValues();

private:
    QByteArray logSince() const;
    void expectNoValues() const;

    std::unique_ptr<TestDatabase> m_database;
    std::unique_ptr<PgConnection> m_connection;
    qint64 m_logStart = 0;
};

void TestServerLog::init()
{
    m_database = std::make_unique<TestDatabase>();
    m_database->run(QStringLiteral(R"(
        DO $$
        DECLARE
            setting text;
        BEGIN
            FOREACH setting IN ARRAY ARRAY['log_statement = ''all''', 'log_duration = on',
                                           'log_min_duration_statement = 0', 'log_min_error_statement = error',
                                           'log_error_verbosity = verbose', 'log_parameter_max_length = 0']
            LOOP
                EXECUTE format('ALTER DATABASE %I SET %s', current_database(), setting);
            END LOOP;
        END $$)"));
    m_connection = m_database->connect();
    m_logStart = QFile(testClusterLocation().logFile()).size();
}

void TestServerLog::cleanup()
{
    m_connection.reset();
    m_database.reset();
}

QByteArray TestServerLog::logSince() const
{
    QFile log(testClusterLocation().logFile());
    if (!log.open(QIODevice::ReadOnly) || !log.seek(m_logStart))
        qFatal("the server's log cannot be read");
    return log.readAll();
}

void TestServerLog::expectNoValues() const
{
    const QByteArray log = logSince();
    for (const char *each : markers)
        QVERIFY2(!log.contains(each), each);
}

void TestServerLog::actsLeaveNoValues()
{
    // When an endpoint is added, its secret rotated, events appended, a job claimed and recorded, a test sent
    EndpointChange endpoint;
    endpoint.id = QStringLiteral("ep_1");
    endpoint.url = QStringLiteral("https://example.com/hook");
    endpoint.secret = Secret(marker(1));
    endpoint.customHeaders = QList<HttpHeader>{{QStringLiteral("X-Tenant"), marker(4)}};
    const auto added = addEndpoint(*m_connection, endpoint);
    QVERIFY2(added, added ? "" : qPrintable(added.error().line()));
    QVERIFY(rotateSecret(*m_connection, endpoint.id, Secret(marker(2)), 3600));
    AppendRequest append;
    append.stream = QStringLiteral("s");
    append.type = QStringLiteral("a.b");
    append.payloads = {"{\"card\": \"" + marker(3).toLatin1() + "\"}"};
    append.metadata = "{\"who\": \"" + marker(6).toLatin1() + "\"}";
    QVERIFY(appendEvents(*m_connection, append));
    const auto queued = m_connection->execute(
        R"(INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, custom_headers, status,
                                     max_attempts, next_attempt, timeout_ms)
           VALUES (gen_random_uuid(), 'ep_1', 'https://example.com/hook', :payload::jsonb, :secret, :headers::jsonb,
                   'pending', 4, now(), 1000))",
        {{":payload", QString("{\"card\": \"%1\"}").arg(marker(3))},
         {":secret", marker(1)},
         {":headers", QString("{\"X-Tenant\": \"%1\"}").arg(marker(4))}});
    QVERIFY2(queued, queued ? "" : qPrintable(queued.error().line()));
    for (int round = 0; round < 3; ++round) {
        auto jobs = claimJobs(*m_connection, claimRequest(10));
        QVERIFY(jobs);
        const auto test = createTestJob(*m_connection, claimRequest(1).worker, endpoint.id, 30'000);
        QVERIFY(test);
        QList<AttemptRecord> attempts;
        for (const ClaimedJob &job : *jobs + QList<ClaimedJob>{*test}) {
            AttemptRecord attempt = answered(job, 200);
            attempt.result.responseBody = marker(5).toUtf8();
            attempt.result.requestHeaders = {{QStringLiteral("X-Tenant"), marker(4)}};
            attempt.result.responseHeaders = {{QStringLiteral("X-Answer"), marker(5)}};
            attempts << attempt;
        }
        const auto recorded = recordAttempts(*m_connection, attempts);
        QVERIFY2(recorded, recorded ? "" : qPrintable(recorded.error().line()));
    }
    QVERIFY(countFilterMatches(*m_connection, QString("[\"%1\"]").arg(marker(9)).toUtf8()));

    // Then all of it was logged, and none of the values
    const QByteArray log = logSince();
    QVERIFY(log.contains("INSERT INTO webhook_endpoints"));
    QVERIFY(log.contains("duration: "));
    expectNoValues();
}

void TestServerLog::failedStatementsLeaveNoValues()
{
    // When statements time out or are refused with secrets among their values
    SessionOptions impatient;
    impatient.statementTimeoutMs = 50;
    const auto connection = m_database->connect(impatient);
    const auto slow = connection->query(QStringLiteral("SELECT pg_sleep(60), :secret::text"),
                                        {{QStringLiteral(":secret"), marker(7)}});
    QCOMPARE(slow.error().sqlState, QStringLiteral("57014"));
    for (int round = 0; round < 2; ++round) {
        const auto refused = connection->query(QStringLiteral("SELECT 1 / length(left(:secret::text, 0))"),
                                               {{QStringLiteral(":secret"), marker(8)}});
        QCOMPARE(refused.error().sqlState, QStringLiteral("22012"));
    }
    // The server would tell the whole row that broke a rule.
    const auto row = connection->execute(
        QStringLiteral(
            "INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep_2', NULL, :secret::text)"),
        {{QStringLiteral(":secret"), marker(8)}});
    QCOMPARE(row.error().sqlState, QStringLiteral("23502"));
    QVERIFY(!row.error().line().contains(marker(8)));

    // Then the failures were logged, and no value
    QVERIFY(logSince().contains("canceling statement due to statement timeout"));
    QVERIFY(logSince().contains("division by zero"));
    expectNoValues();
}

void TestServerLog::otherSessionsSeeNoValues()
{
    for (int round = 0; round < 2; ++round) {
        QVERIFY(m_connection->query(QStringLiteral("SELECT :secret::text"),
                                    {{QStringLiteral(":secret"), marker(1)}}));
        QCOMPARE(
            m_database->value(QStringLiteral("SELECT query FROM pg_stat_activity WHERE pid = :pid::integer"),
                              {{QStringLiteral(":pid"), m_connection->backendPid()}}),
            QVariant(QStringLiteral("SELECT $1::text")));
    }
}

QTEST_GUILESS_MAIN(TestServerLog)
#include "test_server_log.moc"
