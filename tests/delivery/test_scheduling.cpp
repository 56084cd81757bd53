#include "app/database/attempt_statements.h"
#include "app/database/claim_statement.h"
#include "app/database/delivery_statements.h"
#include "app/database/endpoint_queries.h"
#include "app/database/fan_out.h"
#include "app/database/job_changes.h"
#include "app/database/stream_order.h"
#include "tests/delivery/statement_samples.h"
#include "tests/delivery/worker_fixture.h"

#include <QTest>

using namespace signalbox;

namespace {

QStringList payloadsOf(const ClaimResult &result)
{
    QStringList list;
    for (const ClaimedJob &job : result.jobs)
        list << QString::fromUtf8(job.payload);
    return list;
}

/// The queue's own statements over a fresh database, without a worker: what several workers do, step by step.
class Queue : public WorkerFixture
{
public:
    PgConnection &connection() { return database.connection(); }
    ClaimResult claim(int limit = 100) { return *claimJobs(connection(), claimRequest(limit)); }
    RecordResult answerAll(const ClaimResult &claimed, int status)
    {
        QList<AttemptRecord> attempts;
        for (const ClaimedJob &job : claimed.jobs)
            attempts << answered(job, status);
        return *recordAttempts(connection(), attempts);
    }
    void addJobs(int number, const QString &endpointId = QStringLiteral("ep_1"))
    {
        for (int i = 0; i < number; ++i)
            addJob(QString::number(i),
                   {{"next_attempt", QStringLiteral("now() - interval '%1 s'").arg(number - i)}}, endpointId);
    }
    void appendEvent(const QString &stream, int version)
    {
        database.run(
            QStringLiteral(
                "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp)"
                " VALUES (gen_random_uuid(), 't', '%1', %2, '{}', '{}', now())")
                .arg(stream)
                .arg(version));
    }
    /// "a1" for version 1 of stream a.
    QStringList claimedVersions(ClaimResult *claimed)
    {
        *claimed = claim();
        QStringList list;
        for (const ClaimedJob &job : claimed->jobs)
            list << value("SELECT order_key || order_version FROM webhook_jobs WHERE id = :id::uuid", job.id);
        list.sort();
        return list;
    }
    QString held(const QUuid &job)
    {
        return value("SELECT concat_ws('|', reason, detail) FROM signalbox_held_reason(:id::uuid)", job);
    }
    QString breaker()
    {
        return value("SELECT breaker FROM signalbox_endpoint_state WHERE endpoint_id = 'ep_1'");
    }
};

} // namespace

/// Whose turn it is: rate limits, circuit breakers, priority, the order of streams, and what a job waits for.
class TestScheduling : public QObject
{
    Q_OBJECT
private slots:
    void urgentJobsOvertake();
    void sendNowMakesAJobUrgentOnce();
    void rateLimitIsSharedByAllWorkers();
    void breakerOpensAtSeventyPercentOfTen_data();
    void breakerOpensAtSeventyPercentOfTen();
    void probesOneAtATimeAndDoublesItsPause();
    void goodProbeClosesTheBreaker();
    void lostProbeIsSentAgain();
    void operatorHoldsAndClosesTheBreaker();
    void disablesAfterFiveDaysOfFailures();
    void keepsEndpointWhoseLastAttemptSucceeded();
    void enablingAfterDaysOfFailuresProbesFirst();
    void sendsAStreamOneAfterTheOther();
    void failingJobBlocksItsOwnStreamOnly();
    void waitsForALowerVersionThatIsNotCommitted();
    void waitsNotForAGapThatNobodyCanFill();
    void waitsNotForVersionsNobodyWanted();
    void switchingOrderOnAndOff();
    void cancelledJobLetsItsStreamGo();
    void enqueuesOncePerKey();
    void saysWhatAJobWaitsFor();
};

void TestScheduling::urgentJobsOvertake()
{
    Queue queue;
    queue.addEndpoint();
    queue.addJobs(5);
    queue.addJob(R"("urgent")", {{"priority", "1"}});

    QCOMPARE(payloadsOf(queue.claim(3)), (QStringList{R"("urgent")", "0", "1"}));
}

void TestScheduling::sendNowMakesAJobUrgentOnce()
{
    // Given a job that backs off behind others that are due
    Queue queue;
    queue.addEndpoint();
    queue.addJobs(3);
    const QUuid job =
        queue.addJob(R"("chosen")", {{"next_attempt", "now() + interval '5 h'"}, {"attempts", "1"}});

    const auto changed = changeJobs(queue.connection(), {{job.toString(QUuid::WithoutBraces)}, {}},
                                    JobAction::SendNow, "a customer waits");
    QCOMPARE(changed->changed, qint64(1));
    const ClaimResult claimed = queue.claim(1);
    QCOMPARE(payloadsOf(claimed), QStringList{R"("chosen")"});

    // When that attempt fails, then it waits like any other
    (void)queue.answerAll(claimed, 500);
    QCOMPARE(
        queue.value("SELECT concat_ws('|', status, priority) FROM webhook_jobs WHERE id = :id::uuid", job),
        QString("pending|0"));
}

void TestScheduling::rateLimitIsSharedByAllWorkers()
{
    // Given ten requests a second, bursts of four
    Queue queue;
    queue.addEndpoint("ep_1", {{"rate_limit", "10"}, {"rate_burst", "4"}});
    queue.addEndpoint("ep_free");
    queue.addJobs(20);
    queue.addJobs(2, "ep_free");

    // When one worker claims, and another while the first has not committed, and once more
    const auto other = queue.database.connect();
    QVERIFY(other->begin());
    const auto theirs = claimJobs(*other, claimRequest(100));
    const ClaimResult meanwhile = queue.claim();
    QVERIFY(other->commit());
    const ClaimResult afterwards = queue.claim();

    // Then the burst went out once, nobody waited for anybody, and the next token has a time
    QCOMPARE(theirs->jobs.size(), 6);
    QCOMPARE(meanwhile.jobs.size(), 0);
    QVERIFY(afterwards.jobs.size() <= 3);
    QVERIFY(afterwards.nextDueMs.has_value() && *afterwards.nextDueMs <= 100);
    QVERIFY(theirs->jobs.constFirst().isThrottled || theirs->jobs.constLast().isThrottled);

    // And ten tokens more after a second, but no more than the burst at once
    queue.database.run(
        "UPDATE signalbox_endpoint_state SET rate_tokens = 0, rate_at = now() - interval '300 ms'");
    QCOMPARE(queue.claim().jobs.size(), 3);
    queue.database.run(
        "UPDATE signalbox_endpoint_state SET rate_tokens = 0, rate_at = now() - interval '1 h'");
    QCOMPARE(queue.claim().jobs.size(), 4);
}

void TestScheduling::breakerOpensAtSeventyPercentOfTen_data()
{
    QTest::addColumn<int>("failed");
    QTest::addColumn<int>("succeeded");
    QTest::addColumn<QString>("breaker");
    QTest::newRow("nine attempts are too few to tell") << 9 << 0 << "closed";
    QTest::newRow("six of ten") << 6 << 4 << "closed";
    QTest::newRow("seven of ten") << 7 << 3 << "open";
    QTest::newRow("ten of ten") << 10 << 0 << "open";
}

void TestScheduling::breakerOpensAtSeventyPercentOfTen()
{
    QFETCH(int, failed);
    QFETCH(int, succeeded);
    Queue queue;
    queue.addEndpoint("ep_1", {{"max_retries", "9"}, {"retry_schedule_seconds", "ARRAY[3600]"}});
    queue.addJobs(failed + succeeded + 1);
    (void)queue.answerAll(queue.claim(succeeded), 200);
    const RecordResult result = queue.answerAll(queue.claim(failed), 500);

    QFETCH(QString, breaker);
    QCOMPARE(queue.breaker(), breaker);
    QCOMPARE(result.endpoints.size(), 1);
    QCOMPARE(result.endpoints.constFirst().changed, breaker == "open");
    // What waits behind an open breaker is not sent, and uses up no attempts
    QCOMPARE(queue.claim().jobs.isEmpty(), breaker == "open");
    if (breaker == "open")
        QCOMPARE(queue.value("SELECT count(id) FROM webhook_jobs WHERE status = 'pending' AND attempts = 0"),
                 QString("1"));
}

void TestScheduling::probesOneAtATimeAndDoublesItsPause()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"max_retries", "9"}});
    queue.addJobs(40);
    (void)queue.answerAll(queue.claim(10), 500);
    const QString pause =
        "SELECT round(extract(epoch FROM breaker_until - now())) FROM signalbox_endpoint_state";
    for (const int seconds : {30, 60, 120, 240, 480, 900, 900}) {
        // Given an open breaker with its pause over
        QCOMPARE(queue.value(pause).toInt(), seconds);
        queue.database.run("UPDATE signalbox_endpoint_state SET breaker_until = now()");

        // When two workers claim, then one gets one job
        const ClaimResult probe = queue.claim();
        QCOMPARE(probe.jobs.size(), 1);
        QVERIFY(probe.jobs.constFirst().isProbe);
        QCOMPARE(queue.breaker(), QString("half-open"));
        QCOMPARE(queue.claim().jobs.size(), 0);

        // And when it fails, the next pause is twice as long
        (void)queue.answerAll(probe, 500);
        QCOMPARE(queue.breaker(), QString("open"));
    }
}

void TestScheduling::goodProbeClosesTheBreaker()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"max_retries", "9"}});
    queue.addJobs(20);
    (void)queue.answerAll(queue.claim(10), 500);
    queue.database.run("UPDATE signalbox_endpoint_state SET breaker_until = now()");

    const RecordResult result = queue.answerAll(queue.claim(), 200);

    QCOMPARE(result.endpoints.constFirst().breaker, Breaker::Closed);
    QVERIFY(result.endpoints.constFirst().changed);
    QCOMPARE(queue.breaker(), QString("closed"));
    // The failures before it do not open it again
    (void)queue.answerAll(queue.claim(1), 500);
    QCOMPARE(queue.breaker(), QString("closed"));
}

void TestScheduling::lostProbeIsSentAgain()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"max_retries", "9"}});
    queue.addJobs(12);
    (void)queue.answerAll(queue.claim(10), 500);
    queue.database.run("UPDATE signalbox_endpoint_state SET breaker_until = now()");
    QCOMPARE(queue.claim().jobs.size(), 1);

    // When its worker vanishes, then another probe goes after the time a probe can take
    queue.database.run("UPDATE signalbox_endpoint_state SET breaker_until = now()");
    QCOMPARE(queue.claim().jobs.size(), 1);
}

void TestScheduling::operatorHoldsAndClosesTheBreaker()
{
    Queue queue;
    queue.addEndpoint();
    queue.addJobs(3);
    QVERIFY(setBreaker(queue.connection(), "ep_1", BreakerAction::Hold, "maintenance at the customer"));
    const ClaimResult none = queue.claim();
    QCOMPARE(none.jobs.size(), 0);
    QCOMPARE(none.nextDueMs, std::nullopt);
    QCOMPARE(readIdleState(queue.connection())->sendableSoon, qint64(0));
    QVERIFY(setBreaker(queue.connection(), "ep_1", BreakerAction::Close));
    QCOMPARE(queue.claim().jobs.size(), 3);
    QCOMPARE(setBreaker(queue.connection(), "nobody", BreakerAction::Close).error().kind,
             Error::Kind::NotFound);
}

void TestScheduling::disablesAfterFiveDaysOfFailures()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"max_retries", "9"}});
    queue.addJobs(2);
    (void)queue.answerAll(queue.claim(1), 500);
    queue.database.run("UPDATE signalbox_endpoint_state SET failing_since = now() - interval '6 days'");

    const RecordResult result = queue.answerAll(queue.claim(1), 503);

    QVERIFY(result.endpoints.constFirst().disabled);
    QVERIFY(
        queue
            .value(
                "SELECT disabled_reason FROM webhook_endpoints WHERE NOT enabled AND disabled_at IS NOT NULL")
            .startsWith("no attempt has succeeded since"));
}

void TestScheduling::keepsEndpointWhoseLastAttemptSucceeded()
{
    // Given days of failures, but for one batch that holds a success and a failure
    Queue queue;
    queue.addEndpoint("ep_1", {{"max_retries", "9"}});
    queue.addJobs(4);
    (void)queue.answerAll(queue.claim(1), 500);
    queue.database.run("UPDATE signalbox_endpoint_state SET failing_since = now() - interval '6 days'");
    const ClaimResult two = queue.claim(2);
    (void)recordAttempts(queue.connection(), {answered(two.jobs[0], 500), answered(two.jobs[1], 200)});
    QCOMPARE(queue.value("SELECT enabled FROM webhook_endpoints"), QString("true"));

    // Then it counts anew from the next failure
    QVERIFY(!queue.answerAll(queue.claim(1), 500).endpoints.constFirst().disabled);
    QCOMPARE(queue.value("SELECT failing_since > now() - interval '1 min' FROM signalbox_endpoint_state"),
             QString("true"));
}

void TestScheduling::enablingAfterDaysOfFailuresProbesFirst()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"enabled", "false"}, {"max_retries", "9"}});
    queue.addJobs(5);
    queue.database.run("UPDATE signalbox_endpoint_state SET failing_since = now() - interval '6 days'");

    QVERIFY(setEndpointEnabled(queue.connection(), "ep_1", true));

    const ClaimResult probe = queue.claim();
    QCOMPARE(payloadsOf(probe), QStringList{"0"});
    (void)queue.answerAll(probe, 200);
    QCOMPARE(payloadsOf(queue.claim()), (QStringList{"1", "2", "3", "4"}));
}

void TestScheduling::sendsAStreamOneAfterTheOther()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"ordered", "true"}});
    for (const int version : {1, 2, 3}) {
        queue.appendEvent("a", version);
        queue.appendEvent("b", version);
    }
    QCOMPARE(fanOut(queue.connection(), 100)->jobs, qint64(6));

    ClaimResult claimed;
    QCOMPARE(queue.claimedVersions(&claimed), (QStringList{"a1", "b1"}));
    QCOMPARE(queue.claim().jobs.size(), 0);
    (void)queue.answerAll(claimed, 200);
    QCOMPARE(queue.claimedVersions(&claimed), (QStringList{"a2", "b2"}));
    (void)queue.answerAll(claimed, 200);
    QCOMPARE(queue.claimedVersions(&claimed), (QStringList{"a3", "b3"}));
}

void TestScheduling::failingJobBlocksItsOwnStreamOnly()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"ordered", "true"}, {"max_retries", "1"}});
    for (const int version : {1, 2}) {
        queue.appendEvent("a", version);
        queue.appendEvent("b", version);
    }
    (void)fanOut(queue.connection(), 100);
    ClaimResult claimed;
    QCOMPARE(queue.claimedVersions(&claimed), (QStringList{"a1", "b1"}));
    QList<AttemptRecord> attempts;
    for (const ClaimedJob &job : std::as_const(claimed.jobs))
        attempts << answered(job, job.orderKey == "a" ? 500 : 200);
    (void)recordAttempts(queue.connection(), attempts);

    // Then its stream waits with it, and goes on once it has failed for good
    QCOMPARE(queue.claimedVersions(&claimed), (QStringList{"a1", "b2"}));
    (void)queue.answerAll(claimed, 500);
    QVERIFY(queue.claimedVersions(&claimed).contains("a2"));
}

void TestScheduling::waitsForALowerVersionThatIsNotCommitted()
{
    // Given version 1 in a transaction that goes on, and version 2 committed
    Queue queue;
    queue.addEndpoint("ep_1", {{"ordered", "true"}});
    queue.appendEvent("b", 1);
    const auto slow = queue.database.connect();
    QVERIFY(slow->begin());
    queue.appendEvent("a", 2);
    QVERIFY(slow->executeRaw(
        "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
        "VALUES (gen_random_uuid(), 't', 'a', 1, '{}', '{}', now())"));
    (void)fanOut(queue.connection(), 100);

    // Then version 2 may have become a job, but is not sent
    ClaimResult claimed;
    QCOMPARE(queue.claimedVersions(&claimed), QStringList{"b1"});

    // When version 1 comes, then it goes first
    QVERIFY(slow->commit());
    (void)fanOut(queue.connection(), 100);
    QCOMPARE(queue.claimedVersions(&claimed), QStringList{"a1"});
    (void)queue.answerAll(claimed, 200);
    QCOMPARE(queue.claimedVersions(&claimed), QStringList{"a2"});
}

void TestScheduling::waitsNotForAGapThatNobodyCanFill()
{
    // Given a stream that begins at version 5: what came before was archived
    Queue queue;
    queue.addEndpoint("ep_1", {{"ordered", "true"}});
    queue.appendEvent("a", 5);
    (void)fanOut(queue.connection(), 100);
    (void)releaseAllStreams(queue.connection());
    ClaimResult claimed;
    QCOMPARE(queue.claimedVersions(&claimed), QStringList{"a5"});
}

void TestScheduling::waitsNotForVersionsNobodyWanted()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"ordered", "true"}, {"event_filter", R"('["wanted"]')"}});
    queue.appendEvent("a", 1);
    queue.database.run(
        "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
        "VALUES (gen_random_uuid(), 'wanted', 'a', 2, '{}', '{}', now())");
    (void)fanOut(queue.connection(), 100);
    ClaimResult claimed;
    QCOMPARE(queue.claimedVersions(&claimed), QStringList{"a2"});
}

void TestScheduling::switchingOrderOnAndOff()
{
    Queue queue;
    queue.addEndpoint();
    for (const int version : {1, 2, 3})
        queue.appendEvent("a", version);
    (void)fanOut(queue.connection(), 100);
    EndpointChange change;
    change.id = "ep_1";
    change.ordered = true;
    QVERIFY(changeEndpoint(queue.connection(), change));
    ClaimResult claimed;
    QCOMPARE(queue.claimedVersions(&claimed), QStringList{"a1"});

    change.ordered = false;
    QVERIFY(changeEndpoint(queue.connection(), change));
    QCOMPARE(queue.claim().jobs.size(), 2);
}

void TestScheduling::cancelledJobLetsItsStreamGo()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"ordered", "true"}});
    queue.appendEvent("a", 1);
    queue.appendEvent("a", 2);
    (void)fanOut(queue.connection(), 100);
    const QString first = queue.value("SELECT id FROM webhook_jobs WHERE order_version = 1");
    QVERIFY(changeJobs(queue.connection(), {{first}, {}}, JobAction::Cancel, "sent by mail"));
    ClaimResult claimed;
    QCOMPARE(queue.claimedVersions(&claimed), QStringList{"a2"});

    // And put back into the queue while the later one is out, it waits for that one
    QVERIFY(changeJobs(queue.connection(), {{first}, {}}, JobAction::Retry, "after all"));
    QCOMPARE(queue.claim().jobs.size(), 0);
    (void)queue.answerAll(claimed, 200);
    QCOMPARE(queue.claimedVersions(&claimed), QStringList{"a1"});
}

void TestScheduling::enqueuesOncePerKey()
{
    Queue queue;
    queue.addEndpoint();
    queue.addEndpoint("ep_2");
    const auto enqueue = [&queue](const QString &endpoint, const QString &key) {
        return queue.value(
            QStringLiteral("SELECT signalbox_enqueue('%1', '{}', idempotency_key => %2)").arg(endpoint, key));
    };
    const QString first = enqueue("ep_1", "'order-1'");
    QVERIFY(!first.isEmpty());
    QCOMPARE(enqueue("ep_1", "'order-1'"), first);
    QVERIFY(enqueue("ep_2", "'order-1'") != first);
    QVERIFY(enqueue("ep_1", "NULL") != enqueue("ep_1", "NULL"));
    QCOMPARE(enqueue("nobody", "'order-1'"), QString());
    QCOMPARE(queue.value("SELECT count(id) FROM webhook_jobs"), QString("4"));
    QCOMPARE(queue.claim().jobs.size(), 4);
}

void TestScheduling::saysWhatAJobWaitsFor()
{
    Queue queue;
    queue.addEndpoint("ep_1");
    const QUuid job = queue.addJob();
    QCOMPARE(queue.held(job), QString("no-worker"));
    QVERIFY(heartbeat(queue.connection(), claimRequest(1).worker, {false, 1, 8}));
    QCOMPARE(queue.held(job), QString());

    queue.database.run("UPDATE webhook_endpoints SET rate_limit = 0.5, rate_burst = 1");
    queue.database.run("UPDATE signalbox_endpoint_state SET rate_tokens = 0, rate_at = now()");
    QCOMPARE(queue.held(job), QString("rate|0.5 requests a second"));
    QCOMPARE(queue.value("SELECT until > now() + interval '1 s' FROM signalbox_held_reason(:id::uuid)", job),
             QString("true"));
    queue.database.run("UPDATE webhook_endpoints SET rate_limit = NULL, max_in_flight = 1");

    const QUuid sent = queue.addJob("{}", {{"status", "'processing'"},
                                           {"lease_token", "gen_random_uuid()"},
                                           {"lease_until", "now() + interval '30 s'"},
                                           {"lease_owner", "(SELECT id FROM signalbox_workers)"}});
    QCOMPARE(queue.held(sent), QString("leased|worker on host, pid 1"));
    QCOMPARE(queue.held(job), QString("slot|1 requests at once from each worker"));

    queue.database.run(
        "UPDATE webhook_jobs SET next_attempt = now() + interval '1 h' WHERE status = 'pending'");
    QCOMPARE(queue.held(job), QString("scheduled"));
    queue.database.run("UPDATE webhook_jobs SET attempts = 1");
    QCOMPARE(queue.held(job), QString("back-off"));
    queue.database.run("UPDATE webhook_jobs SET wait_reason = 'retry-after'");
    QCOMPARE(queue.held(job), QString("retry-after"));
    QVERIFY(setBreaker(queue.connection(), "ep_1", BreakerAction::Hold, "by me"));
    QCOMPARE(queue.held(job), QString("breaker|by me"));
    QVERIFY(setEndpointEnabled(queue.connection(), "ep_1", false, "moved"));
    QCOMPARE(queue.held(job), QString("disabled|moved"));
    queue.database.run("UPDATE webhook_jobs SET status = 'processing', lease_token = NULL");
    QCOMPARE(queue.held(job), QString("foreign"));
    queue.database.run("UPDATE webhook_jobs SET status = 'completed'");
    QCOMPARE(queue.held(job), QString());
}

QTEST_GUILESS_MAIN(TestScheduling)
#include "test_scheduling.moc"
