#include "app/database/delivery_statements.h"
#include "app/database/queue_gauges_query.h"
#include "app/database/stream_order.h"
#include "tests/delivery/queue_fixture.h"
#include "tests/support/memory_gauge.h"

#include <QTest>

using namespace signalbox;

/// Rows that cannot be worked with, among good ones: each is set aside with its reason, and the others go on.
class TestPoisonedRows : public QObject
{
    Q_OBJECT
private slots:
    void workerSetsThemAside_data();
    void workerSetsThemAside();
    void timesThatAreNoMoments();
    void ratesBeyondAllBounds_data();
    void ratesBeyondAllBounds();
    void storedRatesHaveBounds();
    void streamsGoOnBesideEventsWithoutPosition();
    void fewBytesOfMuchTextTakeLittleMemory();
    void longHeadersAndUrlsTakeLittleMemory();
    void largePayloadsComeOneByOne();
};

namespace {

// 2,335 bytes as they are stored, more than a gigabyte as text.
const QString bomb = QStringLiteral("(SELECT jsonb_agg(1e131071::numeric) FROM generate_series(1, 8500))");
const QString end = QStringLiteral("2147483647");

QString completed()
{
    return QStringLiteral("SELECT count(id) FROM webhook_jobs WHERE status = 'completed'");
}

} // namespace

void TestPoisonedRows::workerSetsThemAside_data()
{
    QTest::addColumn<Columns>("columns");
    QTest::addColumn<QString>("error"); // empty: it is sent like any other
    const auto add = [](const char *name, const Columns &columns, const char *error) {
        QTest::newRow(name) << columns << QString(error);
    };
    add("payload of a gigabyte", {{"payload", bomb}}, "payload cannot be rendered");
    add("payload of 40 MB", {{"payload", "to_jsonb(repeat('x', 40000000))"}}, "payload cannot be rendered");
    add("headers of a gigabyte", {{"custom_headers", "jsonb_build_object('a', " + bomb + ')'}},
        "custom headers cannot be rendered");
    add("headers of 70 KB", {{"custom_headers", "jsonb_build_object('a', repeat('x', 70000))"}},
        "custom headers cannot be rendered");
    add("URL of 9 KB", {{"url", "'http://127.0.0.1/' || repeat('x', 9000)"}}, "longer than 8 KiB");
    add("attempts", {{"attempts", end}}, "");
    add("max_attempts", {{"max_attempts", end}}, "");
    add("attempts of max_attempts", {{"attempts", end}, {"max_attempts", end}}, "");
    add("rescues", {{"rescues", end}}, "");
    add("timeout_ms", {{"timeout_ms", end}}, "");
    add("due since ever", {{"next_attempt", "'-infinity'"}}, "");
    add("made at no time", {{"created_at", "'infinity'"}}, "");
    add("made before time", {{"created_at", "'-infinity'"}}, "");
}

void TestPoisonedRows::workerSetsThemAside()
{
    QFETCH(const Columns, columns);
    QFETCH(const QString, error);
    WorkerFixture fixture;
    fixture.addEndpoint("ep_1", {{"max_retries", "0"}});
    const QUuid bad = fixture.addJob("{}", columns);
    for (int i = 0; i < 10; ++i)
        fixture.addJob();

    fixture.startWorker();

    QTRY_COMPARE_WITH_TIMEOUT(fixture.value(completed()), QString(error.isEmpty() ? "11" : "10"), 60'000);
    // The status follows twice a second: it may still be that of the start
    QTRY_VERIFY2(fixture.service->status().problems.isEmpty(),
                 qPrintable(fixture.service->status().problems.join(' ')));
    if (error.isEmpty())
        return;
    QTRY_COMPARE_WITH_TIMEOUT(fixture.jobStatus(bad), QString("failed"), 60'000);
    const QString said = fixture.value(
        "SELECT outcome || ': ' || error FROM webhook_deliveries WHERE job_id = :id::uuid", bad);
    QVERIFY2(said.startsWith("never-connected") && said.contains(error), qPrintable(said));
}

void TestPoisonedRows::timesThatAreNoMoments()
{
    // Given jobs and an event of times that no arithmetic takes
    Queue queue;
    queue.addEndpoint();
    for (const char *time : {"'infinity'", "'-infinity'"})
        queue.addJob("{}", {{"next_attempt", time}, {"created_at", time}});
    queue.appendEvent("a", 1);
    queue.database.run("UPDATE events SET created_at = '-infinity'");

    // Then every statement that looks at them answers
    QCOMPARE(*nextDue(queue.connection(), {}), std::optional<qint64>(0));
    QVERIFY(readQueueGauges(queue.connection()));
    queue.database.run("UPDATE events SET created_at = 'infinity'");
    QVERIFY(readQueueGauges(queue.connection()));
    QCOMPARE(readIdleState(queue.connection())->sendableSoon, 1);
    QCOMPARE(queue.claim().size(), 1);
    QVERIFY(**nextDue(queue.connection(), {}) > 0);
}

void TestPoisonedRows::ratesBeyondAllBounds_data()
{
    QTest::addColumn<QString>("rate");
    for (const char *rate : {"0", "-1", "3e9", "1e-300", "1e300", "'NaN'", "'Infinity'"})
        QTest::newRow(rate) << QString(rate);
}

// A database from before the bound, or one whose owner dropped it.
void TestPoisonedRows::ratesBeyondAllBounds()
{
    QFETCH(const QString, rate);
    Queue queue;
    queue.database.run("ALTER TABLE webhook_endpoints DROP CONSTRAINT signalbox_rate_limit");
    queue.addEndpoint("ep_1", {{"rate_limit", rate}});
    queue.addEndpoint("ep_2");
    queue.addJobs(3);
    queue.addJobs(3, "ep_2");
    for (int round = 0; round < 3; ++round) {
        const auto claimed = claimJobs(queue.connection(), claimRequest(10));
        QVERIFY2(claimed, qPrintable(claimed ? QString() : claimed.error().line()));
        QVERIFY(nextDue(queue.connection(), {}));
        QVERIFY(readIdleState(queue.connection()));
        QVERIFY(readQueueGauges(queue.connection()));
    }
    QCOMPARE(queue.value(
                 "SELECT count(id) FROM webhook_jobs WHERE status = 'processing' AND endpoint_id = 'ep_2'"),
             QString("3"));
}

void TestPoisonedRows::storedRatesHaveBounds()
{
    Queue queue;
    queue.addEndpoint();
    for (const char *rate : {"0", "-1", "3e9", "'NaN'"}) {
        const auto refused = queue.connection().executeRaw(
            QStringLiteral("UPDATE webhook_endpoints SET rate_limit = ") + QString(rate));
        QVERIFY(!refused);
        QCOMPARE(refused.error().sqlState, QString("23514"));
    }
}

void TestPoisonedRows::streamsGoOnBesideEventsWithoutPosition()
{
    // Given a stream whose first event no fan-out will ever pass
    Queue queue;
    queue.addEndpoint("ep_1", {{"ordered", "true"}});
    queue.appendEvent("a", 1);
    queue.database.run("UPDATE events SET position = NULL");
    queue.addJob("{}", {{"order_key", "'a'"}, {"order_version", "2"}, {"order_blocked", "true"}});
    queue.addJob("{}", {{"order_key", "'b'"}, {"order_version", "-2147483648"}, {"order_blocked", "true"}});

    const auto released = releaseAllStreams(queue.connection());
    QVERIFY2(released, qPrintable(released ? QString() : released.error().line()));
    QCOMPARE(*released, 2);
}

void TestPoisonedRows::fewBytesOfMuchTextTakeLittleMemory()
{
    // Given ten rows of a hundred megabytes each, and good ones
    WorkerFixture fixture;
    fixture.addEndpoint("ep_1", {{"max_retries", "0"}});
    for (int i = 0; i < 10; ++i)
        fixture.addJob("{}",
                       {{"payload", "(SELECT jsonb_agg(1e131071::numeric) FROM generate_series(1, 800))"}});
    for (int i = 0; i < 10; ++i)
        fixture.addJob();
    MemoryGauge memory;
    fixture.startWorker();
    QTRY_COMPARE_WITH_TIMEOUT(fixture.value(completed()), QString("10"), 60'000);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.value("SELECT count(id) FROM webhook_jobs WHERE status = 'failed'"),
                              QString("10"), 60'000);
    QVERIFY2(memory.growth() < 128 * mebibyte, qPrintable(QString::number(memory.growth() / mebibyte)));
}

void TestPoisonedRows::longHeadersAndUrlsTakeLittleMemory()
{
    // Given many jobs whose headers and URLs are as long as they may be, each its own
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.database.run(
        "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, custom_headers, max_attempts, "
        "next_attempt, "
        "status, timeout_ms) SELECT gen_random_uuid(), 'ep_1', url || '?' || repeat('x', 7000) || number, "
        "'{}', secret, "
        "(SELECT jsonb_object_agg('h' || h, repeat('x', 1000) || number) FROM generate_series(1, 50) h), "
        "1, now(), 'pending', 30000 FROM webhook_endpoints, generate_series(1, 300) number");
    MemoryGauge memory;
    fixture.startWorker();
    QTRY_COMPARE_WITH_TIMEOUT(
        fixture.value("SELECT count(id) FROM webhook_jobs WHERE status IN ('completed', 'failed')"),
        QString("300"), 90'000);
    // The receiver of the test keeps every request, 60 KB each.
    QVERIFY2(memory.growth() < 256 * mebibyte, qPrintable(QString::number(memory.growth() / mebibyte)));
}

void TestPoisonedRows::largePayloadsComeOneByOne()
{
    // Given payloads of which a worker may hold two
    Queue queue;
    queue.addEndpoint();
    for (int i = 0; i < 5; ++i)
        queue.addJob("{}", {{"payload", "to_jsonb(repeat('x', 3000000))"}});
    ClaimRequest request = claimRequest(10);
    request.textLimit = 5'000'000;

    const auto claimed = claimJobs(queue.connection(), request);
    QCOMPARE(claimed->size(), 2);
    for (const ClaimedJob &job : *claimed) {
        QCOMPARE(job.payload.size(), 3'000'002);
        QCOMPARE(job.problem, QString());
    }
    // The others are as they were
    QCOMPARE(queue.value("SELECT count(id) FROM webhook_jobs WHERE status = 'pending' AND attempts = 0"),
             QString("3"));
}

QTEST_GUILESS_MAIN(TestPoisonedRows)
#include "test_poisoned_rows.moc"
