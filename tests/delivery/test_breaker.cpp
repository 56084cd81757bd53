#include "app/database/delivery_statements.h"
#include "app/database/endpoint_queries.h"
#include "tests/delivery/queue_fixture.h"

#include <QTest>

using namespace signalbox;

/// Endpoints that fail: circuit breakers and automatic disabling, step by step.
class TestBreaker : public QObject
{
    Q_OBJECT
private slots:
    void breakerOpensAtSeventyPercentOfTen_data();
    void breakerOpensAtSeventyPercentOfTen();
    void probesOneAtATimeAndDoublesItsPause();
    void goodProbeClosesTheBreaker();
    void lostProbeIsSentAgain();
    void operatorHoldsAndClosesTheBreaker();
    void disablesAfterFiveDaysOfFailures();
    void keepsEndpointWhoseLastAttemptSucceeded();
    void enablingAfterDaysOfFailuresProbesFirst();
    void answersFromAnotherUrlSayNothing();
    void probeAtAnotherUrlLeavesItsTurn();
    void faultsOfTheJobSayNothing();
};

void TestBreaker::breakerOpensAtSeventyPercentOfTen_data()
{
    QTest::addColumn<int>("failed");
    QTest::addColumn<int>("succeeded");
    QTest::addColumn<QString>("breaker");
    QTest::newRow("nine attempts are too few to tell") << 9 << 0 << "closed";
    QTest::newRow("six of ten") << 6 << 4 << "closed";
    QTest::newRow("seven of ten") << 7 << 3 << "open";
    QTest::newRow("ten of ten") << 10 << 0 << "open";
}

void TestBreaker::breakerOpensAtSeventyPercentOfTen()
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
    QCOMPARE(queue.claim().isEmpty(), breaker == "open");
    if (breaker == "open")
        QCOMPARE(queue.value("SELECT count(id) FROM webhook_jobs WHERE status = 'pending' AND attempts = 0"),
                 QString("1"));
}

void TestBreaker::probesOneAtATimeAndDoublesItsPause()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"max_retries", "9"}});
    queue.addJobs(40);
    (void)queue.answerAll(queue.claim(10), 500);
    const QString pause = "SELECT extract(epoch FROM breaker_until - now()) FROM signalbox_endpoint_state";
    for (const int seconds : {30, 60, 120, 240, 480, 900, 900}) {
        // Given an open breaker with its pause over
        const double left = queue.value(pause).toDouble();
        QVERIFY2(left <= seconds && left > seconds / 2, qPrintable(QString::number(left)));
        queue.database.run("UPDATE signalbox_endpoint_state SET breaker_until = now()");

        // When two workers claim, then one gets one job
        const QList<ClaimedJob> probe = queue.claim();
        QCOMPARE(probe.size(), 1);
        QVERIFY(probe.constFirst().isProbe);
        QCOMPARE(queue.breaker(), QString("half-open"));
        QCOMPARE(queue.claim().size(), 0);

        // And when it fails, the next pause is twice as long
        (void)queue.answerAll(probe, 500);
        QCOMPARE(queue.breaker(), QString("open"));
    }
}

void TestBreaker::goodProbeClosesTheBreaker()
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

void TestBreaker::lostProbeIsSentAgain()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"max_retries", "9"}});
    queue.addJobs(12);
    (void)queue.answerAll(queue.claim(10), 500);
    queue.database.run("UPDATE signalbox_endpoint_state SET breaker_until = now()");
    QCOMPARE(queue.claim().size(), 1);

    // When its worker vanishes, then another probe goes after the time a probe can take
    queue.database.run("UPDATE signalbox_endpoint_state SET breaker_until = now()");
    QCOMPARE(queue.claim().size(), 1);
}

void TestBreaker::operatorHoldsAndClosesTheBreaker()
{
    Queue queue;
    queue.addEndpoint();
    queue.addJobs(3);
    QVERIFY(setBreaker(queue.connection(), "ep_1", BreakerAction::Hold, "maintenance at the customer"));
    const QList<ClaimedJob> none = queue.claim();
    QCOMPARE(none.size(), 0);
    QCOMPARE(*nextDue(queue.connection(), {}), std::nullopt);
    QCOMPARE(readIdleState(queue.connection())->sendableSoon, qint64(0));
    QVERIFY(setBreaker(queue.connection(), "ep_1", BreakerAction::Close));
    QCOMPARE(queue.claim().size(), 3);
    QCOMPARE(setBreaker(queue.connection(), "nobody", BreakerAction::Close).error().kind,
             Error::Kind::NotFound);
}

void TestBreaker::disablesAfterFiveDaysOfFailures()
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

void TestBreaker::keepsEndpointWhoseLastAttemptSucceeded()
{
    // Given days of failures, but for one batch that holds a success and a failure
    Queue queue;
    queue.addEndpoint("ep_1", {{"max_retries", "9"}});
    queue.addJobs(4);
    (void)queue.answerAll(queue.claim(1), 500);
    queue.database.run("UPDATE signalbox_endpoint_state SET failing_since = now() - interval '6 days'");
    const QList<ClaimedJob> two = queue.claim(2);
    (void)recordAttempts(queue.connection(), {answered(two[0], 500), answered(two[1], 200)});
    QCOMPARE(queue.value("SELECT enabled FROM webhook_endpoints"), QString("true"));

    // Then it counts anew from the next failure
    QVERIFY(!queue.answerAll(queue.claim(1), 500).endpoints.constFirst().disabled);
    QCOMPARE(queue.value("SELECT failing_since > now() - interval '1 min' FROM signalbox_endpoint_state"),
             QString("true"));
}

void TestBreaker::enablingAfterDaysOfFailuresProbesFirst()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"enabled", "false"}, {"max_retries", "9"}});
    queue.addJobs(5);
    queue.database.run("UPDATE signalbox_endpoint_state SET failing_since = now() - interval '6 days'");

    QVERIFY(setEndpointEnabled(queue.connection(), "ep_1", true));

    const QList<ClaimedJob> probe = queue.claim();
    QCOMPARE(payloadsOf(probe), QStringList{"0"});
    (void)queue.answerAll(probe, 200);
    QCOMPARE(payloadsOf(queue.claim()), (QStringList{"1", "2", "3", "4"}));
}

void TestBreaker::answersFromAnotherUrlSayNothing()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"max_retries", "9"}, {"retry_schedule_seconds", "ARRAY[3600]"}});
    const Columns elsewhere{{"url", "'http://127.0.0.1:9/before'"}};
    const QUuid gone = queue.addJob("1", elsewhere);
    const auto answer = [&queue](int status) {
        QList<AttemptRecord> attempts;
        for (const ClaimedJob &job : queue.claim()) {
            attempts << answered(job, status);
            attempts.last().retryDelayMs = 3'600'000;
            if (status == 410)
                attempts.last().verdict = AttemptRecord::Verdict::Gone;
        }
        return *recordAttempts(queue.connection(), attempts);
    };

    // A 410 is an attempt like any other
    (void)answer(410);
    QCOMPARE(queue.value("SELECT enabled FROM webhook_endpoints"), QString("true"));
    QCOMPARE(
        queue.value("SELECT status || ' ' || attempts || ' ' || (next_attempt > now() + interval '59 min')"
                    " FROM webhook_jobs WHERE id = :id::uuid",
                    gone),
        QString("pending 1 true"));
    // Failures open no breaker
    for (int i = 0; i < 20; ++i)
        queue.addJob("2", elsewhere);
    QVERIFY(answer(500).endpoints.isEmpty() || queue.breaker() == "closed");
    QCOMPARE(queue.breaker(), QString("closed"));
    QCOMPARE(queue.value("SELECT count(endpoint_id) FROM signalbox_endpoint_window"), QString("0"));
    QCOMPARE(queue.value(
                 "SELECT count(endpoint_id) FROM signalbox_endpoint_state WHERE failing_since IS NOT NULL"),
             QString("0"));
    // Successes end no failing
    queue.addJob("3");
    (void)answer(500);
    queue.addJob("4", elsewhere);
    (void)answer(200);
    QCOMPARE(queue.value(
                 "SELECT count(endpoint_id) FROM signalbox_endpoint_state WHERE failing_since IS NOT NULL"),
             QString("1"));
    // And the 410 of its own URL disables it still
    queue.addJob("5");
    (void)answer(410);
    QCOMPARE(queue.value("SELECT enabled FROM webhook_endpoints"), QString("false"));
}

void TestBreaker::probeAtAnotherUrlLeavesItsTurn()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"max_retries", "9"}});
    queue.addJobs(10);
    (void)queue.answerAll(queue.claim(10), 500);
    queue.database.run("UPDATE webhook_jobs SET next_attempt = now() + interval '1 h'");
    queue.addJob("\"elsewhere\"", {{"url", "'http://127.0.0.1:9/before'"}});
    const QUuid own = queue.addJob("\"own\"", {{"next_attempt", "now() + interval '1 ms'"}});
    queue.database.run("UPDATE signalbox_endpoint_state SET breaker_until = now()");

    // When the probe goes elsewhere, its answer decides nothing, and the next may go at once
    const QList<ClaimedJob> elsewhere = queue.claim();
    QCOMPARE(payloadsOf(elsewhere), QStringList{"\"elsewhere\""});
    (void)queue.answerAll(elsewhere, 200);
    QCOMPARE(queue.breaker(), QString("open"));
    const QList<ClaimedJob> probe = queue.claim();
    QCOMPARE(probe.size(), 1);
    QCOMPARE(probe.constFirst().id, own);
    (void)queue.answerAll(probe, 200);
    QCOMPARE(queue.breaker(), QString("closed"));
}

void TestBreaker::faultsOfTheJobSayNothing()
{
    Queue queue;
    queue.addEndpoint("ep_1", {{"max_retries", "9"}});
    queue.addJobs(12);
    QList<AttemptRecord> attempts;
    for (const ClaimedJob &job : queue.claim(12)) {
        AttemptRecord attempt = answered(job, 200);
        attempt.verdict = AttemptRecord::Verdict::Retry;
        attempt.result = ExchangeResult();
        attempt.result.error = QStringLiteral("invalid header");
        attempt.result.fault = Fault::Job;
        attempts << attempt;
    }
    QVERIFY(recordAttempts(queue.connection(), attempts)->endpoints.isEmpty());
    QCOMPARE(queue.breaker(), QString("closed"));
    QCOMPARE(queue.value("SELECT count(id) FROM webhook_deliveries"), QString("12"));
    QCOMPARE(queue.value("SELECT count(endpoint_id) FROM signalbox_endpoint_window"), QString("0"));
}

QTEST_GUILESS_MAIN(TestBreaker)
#include "test_breaker.moc"
