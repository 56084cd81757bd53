#include "tests/delivery/blocking_resolver.h"
#include "tests/delivery/worker_fixture.h"

#include <QTest>

#include <algorithm>

using namespace signalbox;
using Manner = ReceiverAnswer::Manner;

/// What a worker says and counts about itself.
class TestWorkerJournal : public QObject
{
    Q_OBJECT
private slots:
    void attemptsAreCountedByOutcome();
    void failuresAreLoggedAndFolded();
    void aFoldLetsFewEndpointsThrough();
    void lostLeasesAreCountedOnce();
    void rescuedJobsAreCounted();
    void aLostDatabaseIsToldOnceAndItsReturn();
    void drainSaysHowItWent();
    void breakersAreTold();
    void aHungDispatcherDoesNotAnswer();
    void concurrencyChangesWhileItRuns();

private:
    void listen(const WorkerFixture &fixture)
    {
        m_events.clear();
        connect(fixture.service.get(), &DeliveryService::logged, this,
                [this](const LogEvent &event) { m_events.append(event); });
    }
    QList<LogEvent> said(const QString &message) const
    {
        QList<LogEvent> events;
        std::copy_if(m_events.cbegin(), m_events.cend(), std::back_inserter(events),
                     [&message](const LogEvent &event) { return event.message == message; });
        return events;
    }
    static QVariant field(const LogEvent &event, const QString &name)
    {
        for (const LogField &one : event.fields) {
            if (one.name == name)
                return one.value;
        }
        return {};
    }

    QList<LogEvent> m_events;
};

void TestWorkerJournal::attemptsAreCountedByOutcome()
{
    WorkerFixture fixture;
    const auto at = [&fixture](const QString &path) {
        return Columns{{"url", '\'' + fixture.receiver.url(path) + '\''}, {"max_retries", "0"}};
    };
    fixture.addEndpoint("ep_fine", at("/fine"));
    fixture.addEndpoint("ep_broken", at("/broken"));
    fixture.addEndpoint("ep_silent", at("/silent"));
    fixture.addEndpoint("ep_shut", {{"url", "'http://127.0.0.1:1/'"}, {"max_retries", "0"}});
    fixture.receiver.answerBy([](const ReceivedRequest &request) {
        if (request.path == "/silent")
            return ReceiverAnswer::inManner(Manner::Close);
        return ReceiverAnswer::withStatus(request.path == "/broken" ? 500 : 200);
    });
    for (const char *endpoint : {"ep_fine", "ep_fine", "ep_broken", "ep_silent", "ep_shut"})
        fixture.addJob({"{}"}, {}, QLatin1String(endpoint));
    fixture.startWorker();

    QTRY_COMPARE(fixture.service->status().delivered + fixture.service->status().failed, qint64(5));
    const WorkerCounters counters = fixture.service->report().counters;
    QCOMPARE(counters.attempts[std::size_t(AttemptClass::Delivered)], qint64(2));
    QCOMPARE(counters.attempts[std::size_t(AttemptClass::Refused)], qint64(1));
    QCOMPARE(counters.attempts[std::size_t(AttemptClass::NoAnswer)], qint64(1));
    QCOMPARE(counters.attempts[std::size_t(AttemptClass::NeverConnected)], qint64(1));
    qint64 durations = 0;
    for (const qint64 count : counters.durations.counts)
        durations += count;
    QCOMPARE(durations, qint64(5));
    QCOMPARE(counters.claimedJobs, qint64(5));
    QVERIFY(counters.claims > 0);
    QVERIFY(!fixture.service->report().databaseAwayMs);
}

void TestWorkerJournal::failuresAreLoggedAndFolded()
{
    WorkerFixture fixture;
    // Fewer failures of each endpoint than its breaker needs to open, which would hold the rest.
    const QStringList endpoints{"ep_1", "ep_2", "ep_3", "ep_4"};
    for (const QString &endpoint : endpoints) {
        fixture.addEndpoint(endpoint, {{"max_retries", "0"}});
        for (int i = 0; i < 5; ++i)
            fixture.addJob("{\"card\": \"4111111111111111\"}", {}, endpoint);
    }
    fixture.receiver.answerAlways(ReceiverAnswer::withStatus(503));
    DispatcherOptions options = WorkerFixture::quickOptions();
    options.foldMs = 3'600'000; // ends with the worker
    fixture.startWorker(options);
    listen(fixture);

    QTRY_COMPARE(fixture.service->status().failed, qint64(20));
    QVERIFY(fixture.stopWorker());

    // Then each failure is either a line, one for each endpoint, or counted in one
    const auto told = [this] {
        qint64 failures = said("attempt failed").size();
        for (const LogEvent &event : said("more attempts failed, not listed one by one"))
            failures += field(event, "folded").toLongLong();
        return failures;
    };
    QCOMPARE(told(), qint64(20));
    QCOMPARE(said("attempt failed").size(), endpoints.size());
    const LogEvent first = said("attempt failed").constFirst();
    QCOMPARE(first.level, LogLevel::Warning);
    QVERIFY(endpoints.contains(field(first, "endpoint").toString()));
    QCOMPARE(field(first, "status_code").toInt(), 503);
    QCOMPARE(field(first, "outcome").toString(), QStringLiteral("answered"));
    QCOMPARE(field(first, "attempt").toInt(), 1);
    QVERIFY(field(first, "duration_ms").isValid());
    for (const LogEvent &event : std::as_const(m_events)) {
        for (const LogField &one : event.fields)
            QVERIFY(!one.value.toString().contains("4111"));
    }
}

void TestWorkerJournal::aFoldLetsFewEndpointsThrough()
{
    FailureFold fold;
    QVERIFY(fold.isEmpty());
    for (int i = 0; i < FailureFold::mostLines; ++i) {
        QVERIFY(fold.admits(QString::number(i)));
        QVERIFY(!fold.admits(QString::number(i)));
    }
    QVERIFY(!fold.admits(QStringLiteral("one more")));
    QCOMPARE(fold.takeFolded(), qint64(FailureFold::mostLines + 1));
    QVERIFY(fold.isEmpty());
    QCOMPARE(fold.takeFolded(), qint64(0));
    QVERIFY(fold.admits(QStringLiteral("one more")));
}

void TestWorkerJournal::lostLeasesAreCountedOnce()
{
    // Given a request under way
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.receiver.answerAlways(ReceiverAnswer::inManner(Manner::Held));
    fixture.addJob();
    DispatcherOptions options = WorkerFixture::quickOptions();
    options.renewEveryMs = 50;
    fixture.startWorker(options);
    listen(fixture);
    QTRY_COMPARE(fixture.receiver.requests().size(), 1);

    // When somebody takes its job, which both the renewal and the record notice
    fixture.database.run(
        "UPDATE webhook_jobs SET status = 'cancelled', lease_owner = NULL, lease_token = NULL, "
        "lease_until = NULL");

    fixture.receiver.letGo();
    QTRY_COMPARE(fixture.service->status().delivered, qint64(1));
    QTRY_COMPARE(fixture.service->report().counters.leasesLost, qint64(1));
    QCOMPARE(said("leases lost: somebody else moved the jobs").size(), 1);
}

void TestWorkerJournal::rescuedJobsAreCounted()
{
    WorkerFixture fixture;
    fixture.addEndpoint();
    const QUuid job = fixture.addJob("{}", {{"status", "'processing'"},
                                            {"lease_owner", "gen_random_uuid()"},
                                            {"lease_token", "gen_random_uuid()"},
                                            {"lease_until", "now() - interval '1 min'"}});
    fixture.startWorker();
    QTRY_COMPARE(fixture.jobStatus(job), QStringLiteral("completed"));
    QTRY_COMPARE(fixture.service->report().counters.rescuedJobs, qint64(1));
}

void TestWorkerJournal::aLostDatabaseIsToldOnceAndItsReturn()
{
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.startWorker();
    listen(fixture);
    QTRY_VERIFY(fixture.service->report().counters.claims > 0);

    fixture.database.run("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                         "WHERE datname = current_database() AND application_name = 'signalbox worker'");
    QTRY_COMPARE_WITH_TIMEOUT(said("database back").size(), 1, 20'000);
    QCOMPARE(said("database lost").size(), 1);
    QVERIFY(!field(said("database lost").constFirst(), "error").toString().isEmpty());
    QTRY_COMPARE(fixture.service->report().counters.databaseLosses, qint64(1));
    const QUuid job = fixture.addJob();
    QTRY_COMPARE(fixture.jobStatus(job), QStringLiteral("completed"));
}

void TestWorkerJournal::drainSaysHowItWent()
{
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.receiver.answerAlways(ReceiverAnswer::inManner(Manner::Nothing));
    fixture.addJob();
    fixture.startWorker();
    listen(fixture);
    QTRY_COMPARE(fixture.receiver.requests().size(), 1);

    fixture.service->setDrainMs(50);
    QVERIFY(fixture.stopWorker());

    QCOMPARE(said("drain began").size(), 1);
    QCOMPARE(field(said("drain began").constFirst(), "in_flight").toInt(), 1);
    QCOMPARE(field(said("drain began").constFirst(), "limit_ms").toInt(), 50);
    QCOMPARE(said("drain limit reached: requests cut, their jobs given back").size(), 1);
    QCOMPARE(said("drain ended").size(), 1);
    QCOMPARE(field(said("drain ended").constFirst(), "unrecorded").toInt(), 0);
}

void TestWorkerJournal::breakersAreTold()
{
    WorkerJournal journal(1'000);
    m_events.clear();
    connect(&journal, &WorkerJournal::logged, this,
            [this](const LogEvent &event) { m_events.append(event); });
    journal.breakerMoved("ep_1", "open", "8 of 10 attempts failed");
    journal.breakerMoved("ep_1", "closed", "the probe was answered");
    QCOMPARE(m_events.size(), 2);
    QCOMPARE(m_events[0].level, LogLevel::Warning);
    QCOMPARE(field(m_events[0], "endpoint").toString(), QStringLiteral("ep_1"));
    QCOMPARE(field(m_events[0], "to").toString(), QStringLiteral("open"));
    QCOMPARE(m_events[1].level, LogLevel::Info);
}

void TestWorkerJournal::aHungDispatcherDoesNotAnswer()
{
    // Given a dispatcher that hangs in the resolver
    WorkerFixture fixture;
    fixture.addEndpoint("ep_1",
                        {{"url", "'http://hang.example:" + QString::number(fixture.receiver.port()) + "/'"}});
    const auto resolver = std::make_shared<BlockingResolver>();
    fixture.startWorker(WorkerFixture::quickOptions(), resolver);
    int answers = 0;
    fixture.service->ping(this, [&answers] { ++answers; });
    QTRY_COMPARE(answers, 1);
    const QUuid job = fixture.addJob();
    QTRY_VERIFY(resolver->isReached());

    // Then pings wait, in order, until it goes on
    fixture.service->ping(this, [&answers] { ++answers; });
    QCOMPARE(answers, 1);
    resolver->letGo();
    QTRY_COMPARE(answers, 2);
    QTRY_COMPARE(fixture.jobStatus(job), QStringLiteral("completed"));
}

void TestWorkerJournal::concurrencyChangesWhileItRuns()
{
    WorkerFixture fixture;
    fixture.addEndpoint("ep_a", {{"url", '\'' + fixture.receiver.url("/a") + '\''}});
    fixture.addEndpoint("ep_b", {{"url", '\'' + fixture.receiver.url("/b") + '\''}});
    fixture.receiver.answerAlways(ReceiverAnswer::inManner(Manner::Nothing));
    for (int i = 0; i < 10; ++i) {
        fixture.addJob({"{}"}, {}, "ep_a");
        fixture.addJob({"{}"}, {}, "ep_b");
    }
    DispatcherOptions options = WorkerFixture::quickOptions();
    options.concurrency = 2;
    fixture.startWorker(options);
    QTRY_COMPARE(fixture.service->status().inFlight, 2);

    fixture.service->setConcurrency(6);
    // A third of the slots stays free beside two endpoints that hang.
    QTRY_COMPARE(fixture.service->status().inFlight, 4);
    fixture.service->setDrainMs(0);
    QVERIFY(fixture.stopWorker());
}

QTEST_GUILESS_MAIN(TestWorkerJournal)
#include "test_worker_journal.moc"
