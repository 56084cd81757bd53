#include "app/database/answering_endpoints.h"
#include "app/database/attempt_statements.h"
#include "app/database/claim_statement.h"
#include "app/database/delivery_statements.h"
#include "tests/delivery/statement_samples.h"
#include "tests/delivery/worker_fixture.h"

#include <QTest>

using namespace signalbox;

/// The statements of the queue, each against the states it must respect.
class TestDeliveryStatements : public QObject
{
    Q_OBJECT
private slots:
    void claimsWhatMayBeSent();
    void claimGoesRoundTheEndpoints();
    void claimStopsAtItsBytes();
    void knowsWhoAnsweredLast();
    void saysWhenNextIsDue();
    void claimsOfTwoWorkersDoNotMeet();
    void readsOverHeldBacklog();
    void recordsOnceThoughAskedTwice();
    void countsAttemptsWhoseLeaseWasLost();
    void recordsTwoLeasesOfOneJob();
    void renewsAndReleasesOnlyOurLeases();
    void idleStateSeesSendableJobsOnly();
    void wakesOnlySleepers();
};

void TestDeliveryStatements::claimsWhatMayBeSent()
{
    WorkerFixture fixture;
    fixture.addEndpoint("ep_on");
    fixture.addEndpoint("ep_off", {{"enabled", "false"}});
    fixture.addEndpoint("ep_gone", {{"removed_at", "now()"}});
    const QUuid due = fixture.addJob(R"({"event_type": "from.payload"})", {}, "ep_on");
    fixture.addJob("{}", {{"next_attempt", "now() + interval '1 h'"}}, "ep_on");
    for (const char *status : {"'processing'", "'completed'", "'failed'", "'cancelled'"})
        fixture.addJob("{}", {{"status", status}}, "ep_on");
    fixture.addJob("{}", {}, "ep_off");
    fixture.addJob("{}", {}, "ep_gone");

    const auto result = claimJobs(fixture.database.connection(), claimRequest(10));

    QCOMPARE(result->size(), 1);
    const ClaimedJob &job = result->constFirst();
    QCOMPARE(job.id, due);
    QCOMPARE(job.eventType, QString("from.payload"));
    QCOMPARE(job.retryScheduleSeconds, QList<int>{0});
    QVERIFY(job.allowPrivateNetwork);
    QVERIFY(!job.leaseToken.isNull());
    QCOMPARE(fixture.value("SELECT status FROM webhook_jobs WHERE lease_until > now() + interval '25 s'"),
             QString("processing"));
}

void TestDeliveryStatements::claimGoesRoundTheEndpoints()
{
    // Given twenty old jobs of one endpoint and two young ones of another
    WorkerFixture fixture;
    fixture.addEndpoint("ep_busy");
    fixture.addEndpoint("ep_quiet");
    for (int i = 0; i < 20; ++i)
        fixture.addJob("{}", {{"next_attempt", "now() - interval '1 h'"}}, "ep_busy");
    fixture.addJob("{}", {}, "ep_quiet");
    fixture.addJob("{}", {}, "ep_quiet");

    const auto countOf = [](const QList<ClaimedJob> &result, const QString &endpoint) {
        return std::count_if(result.begin(), result.end(),
                             [&endpoint](const ClaimedJob &job) { return job.endpointId == endpoint; });
    };
    const auto four = claimJobs(fixture.database.connection(), claimRequest(4));
    QCOMPARE(countOf(*four, "ep_quiet"), 2);
    QCOMPARE(countOf(*four, "ep_busy"), 2);

    // And an endpoint gets the places it has left, no more
    ClaimRequest limited = claimRequest(10);
    limited.places = {{"ep_busy", 3}};
    QCOMPARE(claimJobs(fixture.database.connection(), limited)->size(), 3);
    limited.places = {{"ep_busy", 0}};
    const auto none = claimJobs(fixture.database.connection(), limited);
    QCOMPARE(none->size(), 0);
    QCOMPARE(*nextDue(fixture.database.connection(), limited.places), std::nullopt);
}

void TestDeliveryStatements::claimStopsAtItsBytes()
{
    // Given five jobs of which each is larger than half of what may be claimed
    WorkerFixture fixture;
    fixture.addEndpoint();
    const QString payload = QStringLiteral("\"%1\"");
    for (int i = 0; i < 5; ++i)
        fixture.addJob(payload.arg(QString(1'500, QChar('a' + i))));
    ClaimRequest request = claimRequest(10);
    request.bytesLimit = 2'000;

    // Then one comes, and more are due
    const auto one = claimJobs(fixture.database.connection(), request);
    QCOMPARE(one->size(), 1);
    QCOMPARE(*nextDue(fixture.database.connection(), {}), std::optional<qint64>(0));

    // And one comes even when it alone is too large
    request.bytesLimit = 1;
    QCOMPARE(claimJobs(fixture.database.connection(), request)->size(), 1);
    request.bytesLimit = 100'000;
    QCOMPARE(claimJobs(fixture.database.connection(), request)->size(), 3);
}

void TestDeliveryStatements::knowsWhoAnsweredLast()
{
    // Given attempts, the last of which was answered or not; and one that is off
    WorkerFixture fixture;
    for (const char *endpoint : {"ep_well", "ep_refuses", "ep_hangs", "ep_new", "ep_off"})
        fixture.addEndpoint(endpoint);
    fixture.addJob("{}", {}, "ep_new");
    fixture.database.run(
        "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, duration_ms, status_code, "
        "created_at) "
        "SELECT gen_random_uuid(), job.id, endpoint, 'a.b', 1, code, now() - ago * interval '1 s' "
        "FROM webhook_jobs job, (VALUES ('ep_well', 200, 1), ('ep_well', NULL, 2), ('ep_refuses', 500, 1), "
        "('ep_hangs', NULL, 1), ('ep_hangs', 200, 2), ('ep_off', 200, 1)) attempt (endpoint, code, ago);"
        "UPDATE webhook_endpoints SET enabled = false WHERE id = 'ep_off'");
    const auto known = answeringEndpoints(fixture.database.connection());
    QVERIFY2(known, known ? "" : qPrintable(known.error().line()));
    QCOMPARE(*known, (QStringList{"ep_refuses", "ep_well"}));

    // And while a worker takes nothing of others, what is due for them is not due for it
    PgConnection &connection = fixture.database.connection();
    QCOMPARE(*nextDue(connection, {{"ep_well", 1}}, 1), std::optional<qint64>(0));
    QCOMPARE(*nextDue(connection, {{"ep_well", 1}}, 0), std::nullopt);
    ClaimRequest crowded = claimRequest(10, 0);
    crowded.places = {{"ep_well", 1}};
    QCOMPARE(claimJobs(connection, crowded)->size(), 0);
}

void TestDeliveryStatements::saysWhenNextIsDue()
{
    WorkerFixture fixture;
    PgConnection &connection = fixture.database.connection();
    fixture.addEndpoint();
    QCOMPARE(*nextDue(connection, {}), std::nullopt);
    fixture.addJob("{}", {{"next_attempt", "now() + interval '10 s'"}});
    const auto later = nextDue(connection, {});
    QVERIFY(**later > 8'000 && **later <= 10'000);
    fixture.addJob();
    QCOMPARE(*nextDue(connection, {}), std::optional<qint64>(0));
    QCOMPARE(claimJobs(connection, claimRequest(1))->size(), 1);
    QVERIFY(**nextDue(connection, {}) > 8'000);
}

void TestDeliveryStatements::claimsOfTwoWorkersDoNotMeet()
{
    // Given a worker that claimed, but has not committed
    WorkerFixture fixture;
    fixture.addEndpoint();
    for (int i = 0; i < 10; ++i)
        fixture.addJob();
    const auto other = fixture.database.connect();
    QVERIFY(other->begin());
    const auto theirs = claimJobs(*other, claimRequest(5));
    QCOMPARE(theirs->size(), 5);

    // Then the next one neither waits nor takes the same
    const auto ours = claimJobs(fixture.database.connection(), claimRequest(5));
    QCOMPARE(ours->size(), 5);
    QVERIFY(other->commit());
    QCOMPARE(fixture.value("SELECT count(DISTINCT lease_token) FROM webhook_jobs"), QString("10"));
}

void TestDeliveryStatements::readsOverHeldBacklog()
{
    // Given many held jobs in front of one that may be sent
    WorkerFixture fixture;
    fixture.addEndpoint("ep_off", {{"enabled", "false"}});
    fixture.addEndpoint("ep_on");
    fixture.database.run(
        "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, "
        "status, timeout_ms) SELECT gen_random_uuid(), 'ep_off', 'u', '{}', 's', 1, "
        "now() - interval '1 d', 'pending', 1 FROM generate_series(1, 20000)");
    const QUuid due = fixture.addJob("{}", {}, "ep_on");
    fixture.database.run("ANALYZE webhook_jobs");
    fixture.database.run("SELECT pg_stat_force_next_flush()");

    // When the endpoints' jobs are claimed, then they are found through the index of due jobs by endpoint
    const auto result = claimJobs(fixture.database.connection(), claimRequest(10));
    QCOMPARE(result->size(), 1);
    QCOMPARE(result->constFirst().id, due);
    fixture.database.run("SELECT pg_stat_force_next_flush()");
    const qint64 read =
        fixture
            .value("SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = 'webhook_jobs' "
                   "AND indexrelname <> 'webhook_jobs_pkey'")
            .toLongLong();
    QVERIFY2(read < 1'000, qPrintable(QString::number(read)));
}

void TestDeliveryStatements::recordsOnceThoughAskedTwice()
{
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.addJob();
    const auto claimed = claimJobs(fixture.database.connection(), claimRequest(1));
    const AttemptRecord record = answered(claimed->constFirst(), 200);

    QCOMPARE(recordAttempts(fixture.database.connection(), {record})->lost, 0);
    QCOMPARE(recordAttempts(fixture.database.connection(), {record})->lost, 0);

    QCOMPARE(fixture.attemptRows(record.jobId), 1);
    QCOMPARE(fixture.value("SELECT concat_ws('|', status, attempts, lease_token) FROM webhook_jobs"),
             QString("completed|1"));
}

void TestDeliveryStatements::countsAttemptsWhoseLeaseWasLost()
{
    // Given a job that somebody else leased meanwhile
    WorkerFixture fixture;
    fixture.addEndpoint();
    const QUuid job = fixture.addJob();
    const auto claimed = claimJobs(fixture.database.connection(), claimRequest(1));
    fixture.database.run("UPDATE webhook_jobs SET lease_token = gen_random_uuid()");

    const AttemptRecord record = answered(claimed->constFirst(), 200);
    QCOMPARE(recordAttempts(fixture.database.connection(), {record})->lost, 1);

    QCOMPARE(fixture.attemptRows(job), 1);
    QCOMPARE(
        fixture.value("SELECT concat_ws('|', status, attempts, lease_token IS NOT NULL) FROM webhook_jobs"),
        QString("processing|1|t"));
}

void TestDeliveryStatements::recordsTwoLeasesOfOneJob()
{
    WorkerFixture fixture;
    fixture.addEndpoint();
    const QUuid job = fixture.addJob();
    const auto first = claimJobs(fixture.database.connection(), claimRequest(1));
    fixture.database.run("UPDATE webhook_jobs SET status = 'pending', lease_token = NULL");
    const auto second = claimJobs(fixture.database.connection(), claimRequest(1));

    const auto lost = recordAttempts(fixture.database.connection(), {answered(first->constFirst(), 500),
                                                                     answered(second->constFirst(), 200)});

    QCOMPARE(lost->lost, 1);
    QCOMPARE(fixture.attemptRows(job), 2);
    QCOMPARE(fixture.value("SELECT status || attempts FROM webhook_jobs"), QString("completed2"));
}

void TestDeliveryStatements::renewsAndReleasesOnlyOurLeases()
{
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.addJob();
    fixture.addJob();
    const auto claimed = claimJobs(fixture.database.connection(), claimRequest(2));
    const Lease kept{claimed->at(0).id, claimed->at(0).leaseToken};
    const Lease stranger{claimed->at(1).id, QUuid::createUuid()};

    QCOMPARE(*renewLeases(fixture.database.connection(), {kept, stranger}, 120'000),
             QList<QUuid>{kept.token});
    QCOMPARE(fixture.value("SELECT id FROM webhook_jobs WHERE lease_until > now() + interval '60 s'"),
             kept.jobId.toString(QUuid::WithoutBraces));
    QCOMPARE(*releaseLeases(fixture.database.connection(), {kept, stranger}), 1);
    QCOMPARE(
        fixture.value(
            "SELECT concat_ws('|', status, attempts, lease_token) FROM webhook_jobs WHERE id = :id::uuid",
            kept.jobId),
        QString("pending|0"));
}

void TestDeliveryStatements::idleStateSeesSendableJobsOnly()
{
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.addEndpoint("ep_off", {{"enabled", "false"}});
    fixture.addJob("{}", {}, "ep_off");
    fixture.addJob("{}", {{"next_attempt", "now() + interval '3 s'"}});
    QCOMPARE(readIdleState(fixture.database.connection())->sendableSoon, qint64(0));
    fixture.addJob("{}", {{"next_attempt", "now() + interval '1 s'"}});
    QCOMPARE(readIdleState(fixture.database.connection())->sendableSoon, qint64(1));
}

void TestDeliveryStatements::wakesOnlySleepers()
{
    WorkerFixture fixture;
    fixture.addEndpoint();
    int wakes = 0;
    QVERIFY(
        fixture.database.connection().listen("signalbox_wake", this, [&wakes](const QString &) { ++wakes; }));
    const WorkerIdentity worker = claimRequest(1).worker;

    QVERIFY(heartbeat(fixture.database.connection(), worker, {false, 3, 8}));
    fixture.addJob();
    QVERIFY(heartbeat(fixture.database.connection(), worker, {true, 0, 8}));
    fixture.addJob();
    QTRY_COMPARE(wakes, 1);
    QCOMPARE(fixture.value("SELECT count(id) FROM signalbox_workers WHERE idle"), QString("1"));
    QVERIFY(signOff(fixture.database.connection(), worker));
    QCOMPARE(fixture.value("SELECT count(id) FROM signalbox_workers"), QString("0"));
}

QTEST_GUILESS_MAIN(TestDeliveryStatements)
#include "test_delivery_statements.moc"
