#include "app/database/delivery_statements.h"
#include "app/database/endpoint_queries.h"
#include "app/database/job_changes.h"
#include "tests/delivery/queue_fixture.h"

#include <QTest>

using namespace signalbox;

/// Whose turn it is: priority, rate limits, enqueueing once, and what a job waits for.
class TestScheduling : public QObject
{
    Q_OBJECT
private slots:
    void urgentJobsOvertake();
    void sendNowMakesAJobUrgentOnce();
    void rateLimitIsSharedByAllWorkers();
    void rateLimitGoesOnAfterTheClockStepsBack();
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
    const QList<ClaimedJob> claimed = queue.claim(1);
    QCOMPARE(payloadsOf(claimed), QStringList{R"("chosen")"});

    // When that attempt fails, then it waits like any other
    (void)queue.answerAll(claimed, 500);
    QCOMPARE(
        queue.value("SELECT concat_ws('|', status, priority) FROM webhook_jobs WHERE id = :id::uuid", job),
        QString("pending|0"));
}

void TestScheduling::rateLimitIsSharedByAllWorkers()
{
    // Given a request every hundred seconds, bursts of four
    Queue queue;
    queue.addEndpoint("ep_1", {{"rate_limit", "0.01"}, {"rate_burst", "4"}});
    queue.addEndpoint("ep_free");
    queue.addJobs(20);
    queue.addJobs(2, "ep_free");

    // When one worker claims, and another while the first has not committed, and once more
    const auto other = queue.database.connect();
    QVERIFY(other->begin());
    const auto theirs = claimJobs(*other, claimRequest(100));
    const QList<ClaimedJob> meanwhile = queue.claim();
    QVERIFY(other->commit());
    const QList<ClaimedJob> afterwards = queue.claim();

    // Then the burst went out once, nobody waited for anybody, and the next token has a time
    QCOMPARE(theirs->size(), 6);
    QCOMPARE(meanwhile.size(), 0);
    QCOMPARE(afterwards.size(), 0);
    const auto next = nextDue(queue.connection(), {});
    QVERIFY(next->has_value() && **next <= 100'000);
    QVERIFY(theirs->constFirst().isThrottled || theirs->constLast().isThrottled);

    // And a token more after a hundred seconds, but no more than the burst at once
    queue.database.run(
        "UPDATE signalbox_endpoint_state SET rate_tokens = 0, rate_at = now() - interval '301 s'");
    QCOMPARE(queue.claim().size(), 3);
    queue.database.run(
        "UPDATE signalbox_endpoint_state SET rate_tokens = 0, rate_at = now() - interval '1 h'");
    QCOMPARE(queue.claim().size(), 4);
}

void TestScheduling::rateLimitGoesOnAfterTheClockStepsBack()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"rate_limit", "0.01"}, {"rate_burst", "4"}});
    queue.addJobs(20);
    // Given an empty bucket from an hour that is still to come
    queue.database.run(
        "UPDATE signalbox_endpoint_state SET rate_tokens = 0, rate_at = now() + interval '1 h'");
    QCOMPARE(*nextDue(queue.connection(), {}), std::optional<qint64>(0));
    QVERIFY(readIdleState(queue.connection())->sendableSoon > 0);
    // Then one burst goes out, and the limit holds from now on
    QCOMPARE(queue.claim().size(), 4);
    QCOMPARE(queue.value("SELECT rate_at <= clock_timestamp() FROM signalbox_endpoint_state"),
             QString("true"));
    QCOMPARE(queue.claim().size(), 0);
    // A claim that was committed first, though it began later, is no such step
    queue.database.run(
        "UPDATE signalbox_endpoint_state SET rate_tokens = 0, rate_at = now() + interval '900 ms'");
    QCOMPARE(queue.claim().size(), 0);
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
    QCOMPARE(queue.claim().size(), 4);
}

void TestScheduling::saysWhatAJobWaitsFor()
{
    Queue queue;
    queue.addEndpoint("ep_1");
    const QUuid job = queue.addJob();
    QCOMPARE(queue.held(job), QString("no-worker"));
    QVERIFY(heartbeat(queue.connection(), claimRequest(1).worker, {false, 1, 8}));
    QCOMPARE(queue.held(job), QString());

    queue.database.run("UPDATE webhook_endpoints SET rate_limit = 0.01, rate_burst = 1");
    queue.database.run("UPDATE signalbox_endpoint_state SET rate_tokens = 0, rate_at = now()");
    QCOMPARE(queue.held(job), QString("rate|0.01 requests a second"));
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
