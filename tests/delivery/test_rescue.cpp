#include "app/database/delivery_statements.h"
#include "app/database/rescue_statement.h"
#include "tests/delivery/queue_fixture.h"

#include <QTest>

using namespace signalbox;

/// Whose jobs are taken back when a lease ran out, and whose are not.
class TestRescue : public QObject
{
    Q_OBJECT
private slots:
    void rescuesExpiredLeasesOnly();
    void failsAfterFiveRescuesInARow();
    void rescueLeavesFinishedJobsAlone();
    void leavesALivingWorkerASweep();
    void neverTakesWhatItHolds();
    void numbersAtTheirEndAreRescued();
    void badRowDoesNotHoldTheOthers();
};

void TestRescue::rescuesExpiredLeasesOnly()
{
    // Given a lease that ran out, one that did not, and a job of a program without leases
    WorkerFixture fixture;
    fixture.addEndpoint({"ep_1"}, {{"max_retries", "0"}});
    const QUuid expired = fixture.addJob();
    fixture.addJob();
    (void)claimJobs(fixture.database.connection(), claimRequest(2));
    fixture.database.run("UPDATE webhook_jobs SET lease_until = now() - interval '1 s' WHERE id = '" +
                         expired.toString(QUuid::WithoutBraces) + '\'');
    const QUuid foreign = fixture.addJob("{}", {{"status", "'processing'"}});

    QCOMPARE(rescueExpired(fixture.database.connection(), rescueRequest())->rescued, 1);

    // Then only the first is taken back, with a row that says so and an attempt left
    QCOMPARE(fixture.value("SELECT concat_ws('|', status, attempts, max_attempts, rescues, lease_token) "
                           "FROM webhook_jobs WHERE id = :id::uuid",
                           expired),
             QString("pending|1|2|1"));
    QCOMPARE(fixture.value(
                 "SELECT concat_ws('|', error, outcome, duration_ms, status_code) FROM webhook_deliveries"),
             QString("worker lost, outcome unknown|no-answer|0"));
    QCOMPARE(fixture.jobStatus(foreign), QString("processing"));
    QCOMPARE(rescueExpired(fixture.database.connection(), rescueRequest())->rescued, 0);
}

void TestRescue::failsAfterFiveRescuesInARow()
{
    WorkerFixture fixture;
    fixture.addEndpoint();
    const QUuid job = fixture.addJob();
    for (int i = 1; i <= 5; ++i) {
        QCOMPARE(claimJobs(fixture.database.connection(), claimRequest(1))->size(), 1);
        fixture.database.run("UPDATE webhook_jobs SET lease_until = now() - interval '1 s'");
        QCOMPARE(rescueExpired(fixture.database.connection(), rescueRequest())->rescued, 1);
        QCOMPARE(fixture.jobStatus(job), i < 5 ? QString("pending") : QString("failed"));
    }
    QCOMPARE(fixture.attemptRows(job), 5);
}

void TestRescue::rescueLeavesFinishedJobsAlone()
{
    // Given an expired lease whose worker is recording its outcome at this very moment
    WorkerFixture fixture;
    fixture.addEndpoint();
    const QUuid job = fixture.addJob();
    const auto claimed = claimJobs(fixture.database.connection(), claimRequest(1));
    fixture.database.run("UPDATE webhook_jobs SET lease_until = now() - interval '1 s'");
    const auto recorder = fixture.database.connect();
    QVERIFY(recorder->begin());
    (void)recordAttempts(*recorder, {answered(claimed->constFirst(), 200)});

    // When the rescue runs before and after its commit
    QCOMPARE(rescueExpired(fixture.database.connection(), rescueRequest())->rescued, 0);
    QVERIFY(recorder->commit());
    QCOMPARE(rescueExpired(fixture.database.connection(), rescueRequest())->rescued, 0);

    QCOMPARE(fixture.jobStatus(job), QString("completed"));
    QCOMPARE(fixture.attemptRows(job), 1);
}

void TestRescue::leavesALivingWorkerASweep()
{
    // Given an expired lease of a worker that gave a sign of life a moment ago
    Queue queue;
    queue.addEndpoint();
    const QUuid job = queue.addJob();
    ClaimRequest claim = claimRequest(1);
    QVERIFY(heartbeat(queue.connection(), claim.worker, {}));
    const auto claimed = claimJobs(queue.connection(), claim);
    queue.database.run("UPDATE webhook_jobs SET lease_until = now() - interval '1 s'");

    // Then one sweep leaves it alone, and so does the next when the worker has renewed it meanwhile
    RescueRequest sweep = rescueRequest();
    auto result = rescueExpired(queue.connection(), sweep);
    QCOMPARE(result->rescued, 0);
    QCOMPARE(result->expiredOnce, QList<QUuid>{claimed->constFirst().leaseToken});
    sweep.expiredOnce = result->expiredOnce;
    QVERIFY(renewLeases(queue.connection(), {{job, claimed->constFirst().leaseToken}}, 30'000));
    result = rescueExpired(queue.connection(), sweep);
    QCOMPARE(result->rescued, 0);
    QCOMPARE(result->expiredOnce, QList<QUuid>());

    // But two sweeps in a row that see it expired take it
    queue.database.run("UPDATE webhook_jobs SET lease_until = now() - interval '1 s'");
    sweep.expiredOnce.clear();
    sweep.expiredOnce = rescueExpired(queue.connection(), sweep)->expiredOnce;
    QCOMPARE(rescueExpired(queue.connection(), sweep)->rescued, 1);
    QCOMPARE(queue.attemptRows(job), 1);
}

void TestRescue::neverTakesWhatItHolds()
{
    // Given two expired leases of the worker that sweeps: it holds one, and never heard of the other
    Queue queue;
    queue.addEndpoint();
    queue.addJobs(2);
    ClaimRequest claim = claimRequest(2);
    const auto claimed = claimJobs(queue.connection(), claim);
    queue.database.run("UPDATE webhook_jobs SET lease_until = now() - interval '1 h'");

    const RescueRequest sweep{claim.worker, {claimed->at(0).leaseToken}, {}};
    const auto result = rescueExpired(queue.connection(), sweep);

    // Then the one stays its own, and the other goes back without an attempt
    QCOMPARE(result->rescued, 0);
    QCOMPARE(result->released, 1);
    QCOMPARE(queue.jobStatus(claimed->at(0).id), QString("processing"));
    QCOMPARE(queue.value("SELECT concat_ws('|', status, attempts) FROM webhook_jobs WHERE id = :id::uuid",
                         claimed->at(1).id),
             QString("pending|0"));
    QCOMPARE(queue.value("SELECT count(id) FROM webhook_deliveries"), QString("0"));
}

void TestRescue::numbersAtTheirEndAreRescued()
{
    Queue queue;
    queue.addEndpoint();
    const QString end = QString::number(std::numeric_limits<int>::max());
    for (const char *column : {"attempts", "max_attempts", "rescues"})
        queue.addJob("{}", {{column, end}});
    QCOMPARE(queue.claim().size(), 3);
    queue.database.run("UPDATE webhook_jobs SET lease_until = now() - interval '1 s'");

    const auto result = rescueExpired(queue.connection(), rescueRequest());
    QVERIFY2(result, qPrintable(result ? QString() : result.error().line()));
    QCOMPARE(result->rescued, 3);
    QCOMPARE(queue.value("SELECT count(id) FROM webhook_deliveries"), QString("3"));
}

void TestRescue::badRowDoesNotHoldTheOthers()
{
    // Given lost jobs of which one cannot be taken back
    Queue queue;
    queue.addEndpoint();
    queue.addJobs(20);
    const QUuid bad = queue.addJob();
    QCOMPARE(queue.claim().size(), 21);
    queue.database.run("UPDATE webhook_jobs SET lease_until = now() - interval '1 s';"
                       "ALTER TABLE webhook_deliveries ADD CHECK (job_id <> '" +
                       bad.toString(QUuid::WithoutBraces) + "')");

    const auto result = rescueExpired(queue.connection(), rescueRequest());

    QVERIFY2(result, qPrintable(result ? QString() : result.error().line()));
    QCOMPARE(result->rescued, 20);
    QCOMPARE(result->setAside.size(), 1);
    QCOMPARE(queue.jobStatus(bad), QString("failed"));
    QVERIFY(queue.value("SELECT last_error FROM webhook_jobs WHERE id = :id::uuid", bad).contains("23514"));
}

QTEST_GUILESS_MAIN(TestRescue)
#include "test_rescue.moc"
