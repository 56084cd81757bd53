#include "app/database/endpoint_queries.h"
#include "app/database/filter_sql.h"
#include "app/database/overview_histogram.h"
#include "app/database/overview_queries.h"
#include "tests/database/sample_rows.h"
#include "tests/support/test_database.h"

#include <QTest>

#include <numeric>

using namespace signalbox;

class TestOverview : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_database = std::make_unique<TestDatabase>();
        m_database->run(sampleEndpoints());
    }
    void cleanup() { m_database.reset(); }

    void anEmptyDatabaseHasAnOverviewToo()
    {
        const Overview overview = read();
        QCOMPARE(overview.attempts.size(), 60);
        QCOMPARE(overview.latency.size(), 60);
        QCOMPARE(overview.depth.size(), 60);
        QCOMPARE(overview.eventsPerBucket.size(), 60);
        QCOMPARE(overview.bucketSeconds, 60);
        QCOMPARE(overview.endpoints, qint64(2));
        QCOMPARE(overview.disabledEndpoints, qint64(1));
        QVERIFY(!overview.p95Ms);
        QVERIFY(!overview.due.oldestReadySeconds);
        QVERIFY(overview.list(Monitoring::QueueStatus).rows.isEmpty());
        QVERIFY(overview.from < QDateTime::currentDateTimeUtc());
        QVERIFY(overview.to > QDateTime::currentDateTimeUtc().addSecs(-1));
    }

    void workersAreListedAndVanishedOnesShown()
    {
        QVERIFY(readWorkers(m_database->connection())->isEmpty());
        m_database->run(
            "INSERT INTO signalbox_workers (id, host, pid, version, idle, in_flight, slots, heartbeat_at) "
            "VALUES "
            "('00000000-0000-4000-8000-000000000001', 'a-gone', 11, '0.1.0', false, 5, 64, now() - interval "
            "'3 min'), "
            "('00000000-0000-4000-8000-000000000002', 'b-busy', 12, '0.1.0', false, 7, 64, now() - interval "
            "'59 s'), "
            "('00000000-0000-4000-8000-000000000003', 'c-idle', 13, '0.2.0', true, 0, 32, now()), "
            "('00000000-0000-4000-8000-000000000004', 'd-long-gone', 14, '0.1.0', true, 0, 32, now() - "
            "interval '2 h')");
        const auto workers = readWorkers(m_database->connection());
        QVERIFY2(workers, qPrintable(workers ? QString() : workers.error().line()));
        QStringList lines;
        for (const QSqlRecord &worker : *workers)
            lines << QString("%1 %2 %3/%4")
                         .arg(worker.value("host").toString(), worker.value("state").toString(),
                              worker.value("in_flight").toString(), worker.value("slots").toString());
        QCOMPARE(lines, (QStringList{"b-busy delivering 7/64", "c-idle idle 0/32", "a-gone vanished 5/64",
                                     "d-long-gone vanished 0/32"}));
        QCOMPARE(workers->at(1).value("version").toString(), QString("0.2.0"));
        QCOMPARE(workers->at(1).value("pid").toInt(), 13);
        QVERIFY(workers->at(2).value("heartbeat_at").toDateTime() <
                QDateTime::currentDateTimeUtc().addSecs(-170));
        const auto counts = readRailCounts(m_database->connection());
        QVERIFY(counts);
        QCOMPARE(*counts->workers, qint64(2));
        QCOMPARE(*counts->vanishedWorkers, qint64(1)); // the other one is of no concern any more
    }

    void attemptsFallIntoBucketsByOutcome()
    {
        m_database->run(sampleJobs(1));
        m_database->run(
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, "
            "outcome, "
            "created_at) SELECT gen_random_uuid(), (SELECT id FROM webhook_jobs), 'ep_1', 'a', code, ms, "
            "outcome, "
            "date_trunc('minute', now()) - ago FROM (VALUES (200, 100, 'answered', interval '0'), "
            "(204, 100, NULL, interval '0'), (500, 100, 'answered', interval '0'), (NULL, 100, 'no-answer', "
            "interval '0'), "
            "(NULL, 100, 'never-connected', interval '0'), (200, 300, 'answered', interval '10 min'), "
            "(200, 300, 'answered', interval '3 h')) attempt (code, ms, outcome, ago)");
        const Overview overview = read();
        const AttemptBucket now = overview.attempts.constLast();
        QCOMPARE(now.succeeded, qint64(2));
        QCOMPARE(now.failed, qint64(1));
        QCOMPARE(now.noAnswer, qint64(1));
        QCOMPARE(now.neverConnected, qint64(1));
        QCOMPARE(overview.attempts.at(49).succeeded, qint64(1));
        QCOMPARE(overview.attemptsLast, qint64(6));
        QCOMPARE(overview.deliveredLast, qint64(3));
        QVERIFY(qAbs(*overview.latency.constLast().p95Ms - 100.0) < 6.0);
        QVERIFY(!overview.latency.at(10).p95Ms);
    }

    void whatIsNot2xxFailed()
    {
        m_database->run(sampleJobs(1));
        m_database->run(
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, "
            "outcome) "
            "SELECT gen_random_uuid(), (SELECT id FROM webhook_jobs), 'ep_1', 'a', code, 100, outcome "
            "FROM (VALUES (200, 'answered'), (302, 'answered'), (410, 'answered'), (NULL, 'no-answer'), "
            "(NULL, 'never-connected')) attempt (code, outcome)");
        const Overview overview = read();
        QCOMPARE(overview.attemptsLast, qint64(5));
        QCOMPARE(overview.deliveredLast, qint64(1));
        QCOMPARE(overview.failedLast(), qint64(4));
        QCOMPARE(overview.failingEndpoints(), qint64(1));
        // The description's own column counts only answers of 400 and above.
        QCOMPARE(overview.list(Monitoring::DeliveryPerformance).rows.at(0).value("failed").toInt(), 1);
    }

    void testSendsCountInNoFigure()
    {
        m_database->run(sampleJobs(1) + sampleJobs(1, "failed"));
        m_database->run(
            "UPDATE webhook_jobs SET is_test = true WHERE status = 'failed';"
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, "
            "outcome, is_test) "
            "SELECT gen_random_uuid(), (SELECT id FROM webhook_jobs LIMIT 1), 'ep_1', 'a', code, ms, "
            "'answered', is_test "
            "FROM (VALUES (200, 100, false), (500, 9000, true), (500, 9000, true), (200, 9000, true)) "
            "attempt (code, ms, is_test)");
        const Overview overview = read();
        QCOMPARE(overview.attemptsLast, qint64(1));
        QCOMPARE(overview.failedLast(), qint64(0));
        QVERIFY(*overview.p95Ms < 110);
        QCOMPARE(overview.failingEndpoints(), qint64(0));
        const auto counts = readRailCounts(m_database->connection());
        QCOMPARE(counts->failedJobs->rows, qint64(0));
        QCOMPARE(*counts->failingEndpoints, qint64(0));
        const auto endpoints = listEndpoints(m_database->connection());
        for (const EndpointHealth &health : *endpoints) {
            QCOMPARE(health.failedJobs, qint64(0));
            QVERIFY(!isFailing(health.standing()));
            if (health.endpoint.id == QLatin1String("ep_1"))
                QCOMPARE(health.deliveries, qint64(1));
        }
        // The description's query counts every row.
        QCOMPARE(overview.list(Monitoring::DeliveryPerformance).rows.at(0).value("total_deliveries").toInt(),
                 4);
    }

    void attemptsThatNeverConnectedHaveNoLatency()
    {
        m_database->run(sampleJobs(1));
        m_database->run(
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, "
            "outcome) "
            "SELECT gen_random_uuid(), (SELECT id FROM webhook_jobs), 'ep_1', 'a', "
            "CASE WHEN n = 1 THEN 200 END, CASE WHEN n = 1 THEN 400 ELSE 0 END, "
            "CASE WHEN n = 1 THEN 'answered' ELSE 'never-connected' END FROM generate_series(1, 9) n");
        const Overview overview = read();
        QVERIFY(qAbs(*overview.p50Ms - 400) < 20);
        QVERIFY(qAbs(*overview.latency.constLast().p50Ms - 400) < 20);
        const auto endpoints = listEndpoints(m_database->connection());
        for (const EndpointHealth &health : *endpoints) {
            if (health.endpoint.id == QLatin1String("ep_1"))
                QCOMPARE(*health.p95Ms, 400.0);
        }
    }

    void onlyNeverConnectedMeansNoLatencyAtAll()
    {
        m_database->run(sampleJobs(1));
        m_database->run(
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, duration_ms, outcome) "
            "SELECT gen_random_uuid(), id, 'ep_1', 'a', 0, 'never-connected' FROM webhook_jobs");
        QVERIFY(!read().p95Ms);
        const auto endpoints = listEndpoints(m_database->connection());
        for (const EndpointHealth &health : *endpoints)
            QVERIFY(!health.p95Ms);
    }

    void dueJobsAreToldApartAsTheMetricsDo()
    {
        // Two ready ones; three at an open breaker, four at a disabled endpoint, one at a removed one.
        m_database->run(
            "INSERT INTO webhook_endpoints (id, url, secret, removed_at) VALUES "
            "('ep_broken', 'https://b.example.com', 's', NULL), ('ep_gone', 'https://g.example.com', 's', "
            "now());"
            "INSERT INTO signalbox_endpoint_state (endpoint_id, breaker, breaker_until) "
            "VALUES ('ep_broken', 'open', now() + interval '1 h') "
            "ON CONFLICT (endpoint_id) DO UPDATE SET breaker = 'open';" +
            sampleJobs(10, "pending") +
            "WITH numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM webhook_jobs) "
            "UPDATE webhook_jobs job SET endpoint_id = CASE WHEN n <= 2 THEN 'ep_1' WHEN n <= 5 THEN "
            "'ep_broken' WHEN n <= 9 THEN 'ep_off' ELSE 'ep_gone' END FROM numbered WHERE numbered.id = "
            "job.id");
        const DueJobs due = read().due;
        QCOMPARE(due.ready.rows, qint64(2));
        QCOMPARE(due.throttled.rows, qint64(0));
        QCOMPARE(due.breaker.rows, qint64(3));
        QCOMPARE(due.disabled.rows, qint64(4));
        QVERIFY(*due.oldestReadySeconds >= 0);
        const auto counts = readRailCounts(m_database->connection());
        QCOMPARE(counts->dueJobs->rows, qint64(2));
        // The list that a click opens shows as many.
        const QList<QPair<QString, qint64>> words{
            {"due:ready", 2}, {"due:breaker", 3}, {"due:disabled", 4}, {"due:throttled,breaker,disabled", 7}};
        for (const auto &[word, jobs] : words) {
            const auto filter = parseFilter(word, Table::Jobs);
            QVERIFY2(filter, qPrintable(word));
            const FilterSql sql = filterSql(*filter, Table::Jobs);
            QString text = "SELECT count(1) FROM webhook_jobs job WHERE " + sql.condition();
            QCOMPARE(m_database->value(text, sql.bindings).toLongLong(), jobs);
        }
    }

    void aRangeOfThePastStandsStill()
    {
        m_database->run(sampleJobs(1));
        m_database->run(
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, "
            "created_at) "
            "SELECT gen_random_uuid(), id, 'ep_1', 'a', 200, 100, to_timestamp(moment) FROM webhook_jobs, "
            "(VALUES (1600000000 - 1), (1600000000 - 600), (1600000000 - 1200), (1600000000 + 60)) made "
            "(moment)");
        OverviewRequest request;
        request.windowSeconds = 900;
        request.untilSeconds = 1'600'000'000;
        request.reaches.fill(Reach::Range);
        for (const int budget : {300, 0}) {
            request.scanBudgetMs = budget;
            const Overview overview = read(request);
            QCOMPARE(overview.attemptsLast, qint64(2));
            QVERIFY(overview.from.toSecsSinceEpoch() <= 1'600'000'000 - 900);
            QVERIFY(overview.to.toSecsSinceEpoch() >= 1'600'000'000);
            QVERIFY(overview.to.toSecsSinceEpoch() < 1'600'000'000 + 60);
            QCOMPARE(
                overview.list(Monitoring::DeliveryPerformance).rows.at(0).value("total_deliveries").toInt(),
                2);
            QCOMPARE(overview.list(Monitoring::QueueStatus).rows.size(), 0);
        }
    }

    void sampledChartsOfASmallTableAreTheWhole()
    {
        m_database->run(sampleJobs(5, "pending") + sampleJobs(4) + sampleJobs(1, "failed"));
        m_database->run(
            "ALTER TABLE webhook_jobs DISABLE TRIGGER USER;"
            "UPDATE webhook_jobs SET created_at = now() - interval '30 min', updated_at = now() - interval "
            "'5 min';"
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, "
            "created_at) "
            "SELECT gen_random_uuid(), id, 'ep_1', 'a', 200, 5, now() - interval '5 min' FROM webhook_jobs "
            "WHERE status = 'completed'");
        OverviewRequest request;
        const Overview exact = read(request);
        request.scanBudgetMs = 0;
        const Overview sampled = read(request);
        QVERIFY(!exact.isEstimated);
        QVERIFY(sampled.isEstimated);
        QCOMPARE(sampled.attemptsLast, exact.attemptsLast);
        for (int bucket = 0; bucket < 60; ++bucket) {
            QCOMPARE(sampled.attempts.at(bucket).succeeded, exact.attempts.at(bucket).succeeded);
            QCOMPARE(sampled.depth.at(bucket).depth, exact.depth.at(bucket).depth);
        }
    }

    void depthIsWalkedBackFromNow()
    {
        // Ten jobs 30 minutes ago, of which four were delivered 10 minutes ago and one failed 5 minutes ago.
        m_database->run(sampleJobs(5, "pending") + sampleJobs(4) + sampleJobs(1, "failed"));
        m_database->run(
            "ALTER TABLE webhook_jobs DISABLE TRIGGER USER;"
            "UPDATE webhook_jobs SET created_at = now() - interval '30 min', updated_at = now() - interval "
            "'5 min';"
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, "
            "created_at) "
            "SELECT gen_random_uuid(), id, 'ep_1', 'a', 200, 5, now() - interval '10 min' FROM webhook_jobs "
            "WHERE status = 'completed'");
        const Overview overview = read();
        const auto depthAgo = [&overview](int minutes) { return overview.depth.at(59 - minutes).depth; };
        QCOMPARE(depthAgo(0), qint64(5));
        QCOMPARE(depthAgo(7), qint64(6));
        QCOMPARE(depthAgo(20), qint64(10));
        QCOMPARE(depthAgo(40), qint64(0));
        QCOMPARE(overview.depth.constLast().at, overview.to);
    }

    void answersTheSixQuestions()
    {
        m_database->run(sampleJobs(6, "failed") + sampleJobs(4) + sampleJobs(2, "pending"));
        m_database->run(
            "UPDATE webhook_jobs SET created_at = now(), attempts = 2;"
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
            "SELECT gen_random_uuid(), CASE WHEN n % 3 = 0 THEN 'a' ELSE 'b' END, 'long', n, '{}', '{}', "
            "now() "
            "FROM generate_series(1, 150) n;"
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
            "VALUES (gen_random_uuid(), 'a', 'short', 1, '{}', '{}', now());"
            "INSERT INTO event_snapshots (stream_id, version, state) VALUES ('long', 20, '{}');"
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms) "
            "SELECT gen_random_uuid(), id, 'ep_1', 'a', CASE status WHEN 'failed' THEN 500 ELSE 200 END, 100 "
            "FROM webhook_jobs WHERE status <> 'pending'");
        const Overview overview = read();
        const auto lines = [&overview](Monitoring query) {
            QStringList shown;
            for (const QSqlRecord &row : overview.list(query).rows)
                shown << line(row);
            return shown;
        };
        QCOMPARE(lines(Monitoring::EventsPerStream), (QStringList{"long 150 150", "short 1 1"}));
        const QSqlRecord type = overview.list(Monitoring::EventsByType).rows.at(0);
        QCOMPARE(type.value("event_type").toString(), QString("b"));
        QCOMPARE(type.value("count").toInt(), 100);
        QCOMPARE(lines(Monitoring::SnapshotCoverage), QStringList{"long 150 20 130"});
        const QList<QSqlRecord> states = overview.list(Monitoring::QueueStatus).rows;
        QCOMPARE(states.size(), 3);
        QCOMPARE(states.at(1).value("status").toString(), QString("failed"));
        QCOMPARE(states.at(1).value("count").toInt(), 6);
        QCOMPARE(states.at(2).value("avg_attempts").toDouble(), 2.0);
        QCOMPARE(lines(Monitoring::FailingEndpoints), QStringList{"ep_1 6 12 50.00"});
        QCOMPARE(overview.list(Monitoring::DeliveryPerformance).rows.at(0).value("p95_duration").toDouble(),
                 100.0);
        QCOMPARE(overview.failingEndpoints(), qint64(1));
        QCOMPARE(overview.due.ready.rows, qint64(2));
        QVERIFY(*overview.due.oldestReadySeconds >= 0.0);
        QCOMPARE(
            std::accumulate(overview.eventsPerBucket.cbegin(), overview.eventsPerBucket.cend(), qint64(0)),
            qint64(151));
    }

    void listsCountAllOrTheRange()
    {
        m_database->run(sampleJobs(3, "failed") + sampleJobs(4));
        m_database->run(
            "UPDATE webhook_jobs SET created_at = now() - CASE WHEN status = 'failed' THEN interval '2 days' "
            "ELSE interval '1 min' END;"
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp, "
            "created_at) "
            "SELECT gen_random_uuid(), 'a', 's', n, '{}', '{}', now(), now() - n * interval '30 min' "
            "FROM generate_series(1, 9) n");
        OverviewRequest request;
        Overview overview = read(request);
        QCOMPARE(overview.list(Monitoring::QueueStatus).rows.size(), 2);
        QCOMPARE(overview.list(Monitoring::EventsByType).rows.at(0).value("count").toInt(), 9);
        QCOMPARE(overview.list(Monitoring::FailingEndpoints).rows.size(), 1);
        QCOMPARE(overview.list(Monitoring::EventsByType).reach, Reach::All);
        request.reaches.fill(Reach::Range);
        overview = read(request);
        QCOMPARE(overview.list(Monitoring::QueueStatus).rows.size(), 1);
        QCOMPARE(overview.list(Monitoring::EventsByType).rows.at(0).value("count").toInt(), 1);
        QCOMPARE(overview.list(Monitoring::EventsPerStream).rows.at(0).value("count").toInt(), 1);
        QVERIFY(overview.list(Monitoring::FailingEndpoints).rows.isEmpty());
        QCOMPARE(overview.list(Monitoring::EventsByType).reach, Reach::Range);
    }

    void mostEventsComeFirstNotHighestVersions()
    {
        QString streams;
        for (int stream = 0; stream < 40; ++stream)
            streams += QString("('high-%1', 1, %2), ").arg(stream).arg(1'000 + stream);
        m_database->run(
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
            "SELECT gen_random_uuid(), 'a', stream, first + n, '{}', '{}', now() FROM (VALUES " +
            streams + "('many', 50, 1)) made (stream, events, first), generate_series(1, events) n");
        for (const int budget : {300, 0}) {
            OverviewRequest request;
            request.scanBudgetMs = budget;
            const MonitoringList list = read(request).list(Monitoring::EventsPerStream);
            QCOMPARE(line(list.rows.at(0)), QString("many 50 51"));
            QCOMPARE(list.rows.size(), 10);
            QCOMPARE(list.isEstimated, budget == 0);
        }
    }

    void samplesOfSmallTablesAreTheWhole_data()
    {
        QTest::addColumn<Reach>("reach");
        QTest::newRow("all") << Reach::All;
        QTest::newRow("range") << Reach::Range;
    }

    void samplesOfSmallTablesAreTheWhole()
    {
        QFETCH(const Reach, reach);
        m_database->run(sampleJobs(6, "failed") + sampleJobs(40) + sampleJobs(2, "pending") +
                        sampleJobs(3, "cancelled"));
        m_database->run(
            "UPDATE webhook_jobs SET created_at = now() - interval '1 min', attempts = 3 WHERE status <> "
            "'pending';"
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp, "
            "created_at) "
            "SELECT gen_random_uuid(), 't' || n % 7, 's' || n % 5, n, '{}', '{}', now(), "
            "now() - n * interval '1 min' FROM generate_series(1, 300) n;"
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms) "
            "SELECT gen_random_uuid(), id, 'ep_1', 'a', CASE status WHEN 'failed' THEN 500 ELSE 200 END, 100 "
            "FROM webhook_jobs WHERE status <> 'pending'");
        OverviewRequest request;
        request.reaches.fill(reach);
        const Overview exact = read(request);
        request.scanBudgetMs = 0;
        const Overview sampled = read(request);
        for (const Monitoring query : everyMonitoring) {
            QVERIFY(!exact.list(query).isEstimated);
            QCOMPARE(sampled.list(query).isEstimated, query != Monitoring::SnapshotCoverage);
            QCOMPARE(sampled.list(query).rows.size(), exact.list(query).rows.size());
            for (qsizetype row = 0; row < exact.list(query).rows.size(); ++row) {
                const QSqlRecord wanted = exact.list(query).rows.at(row);
                for (int field = 0; field < wanted.count(); ++field)
                    QCOMPARE(sampled.list(query).rows.at(row).value(wanted.fieldName(field)).toString(),
                             wanted.value(field).toString());
            }
        }
    }

    void datesBeyondTheCalendarAreNoObstacle()
    {
        m_database->run(sampleJobs(4, "pending") + sampleJobs(2, "failed") + sampleJobs(2));
        m_database->run(
            "ALTER TABLE webhook_jobs DISABLE TRIGGER USER;"
            "WITH numbered AS (SELECT id, row_number() OVER (PARTITION BY status ORDER BY id) AS n "
            "FROM webhook_jobs) "
            "UPDATE webhook_jobs job SET attempts = 2147483647, "
            "created_at = CASE WHEN n % 2 = 0 THEN timestamptz 'infinity' ELSE '-infinity' END, "
            "updated_at = CASE WHEN n % 2 = 0 THEN timestamptz 'infinity' ELSE '-infinity' END, "
            "next_attempt = CASE n WHEN 1 THEN timestamptz '-infinity' WHEN 2 THEN 'infinity' ELSE now() END "
            "FROM numbered WHERE numbered.id = job.id;"
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, "
            "created_at) SELECT gen_random_uuid(), id, 'ep_1', 'a', 200, 2147483647, created_at "
            "FROM webhook_jobs;"
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp, "
            "created_at) "
            "SELECT gen_random_uuid(), 'a', 's', n, '{}', '{}', now(), moment FROM (VALUES (1, timestamptz "
            "'-infinity'), (2, 'infinity'), (3, '9999-01-01')) event (n, moment)");
        for (const int budget : {300, 0}) {
            OverviewRequest request;
            request.scanBudgetMs = budget;
            request.reaches.fill(Reach::All);
            const auto overview = readOverview(m_database->connection(), request);
            QVERIFY2(overview, qPrintable(overview ? QString() : overview.error().line()));
            QCOMPARE(overview->due.ready.rows, qint64(3));
            QVERIFY(*overview->due.oldestReadySeconds >= 0.0);
            QCOMPARE(overview->list(Monitoring::EventsByType).rows.at(0).value("count").toInt(), 3);
        }
    }

    void eventLagNamesWhoHoldsTheFence()
    {
        QVERIFY(read().fanOutEnabled);
        QCOMPARE(read().eventLagSeconds.value_or(-1), 0.0);
        const auto holder = m_database->connect();
        QVERIFY(holder->begin());
        QVERIFY(holder->query("SELECT pg_current_xact_id()::text"));
        m_database->run(
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp, "
            "created_at) "
            "VALUES (gen_random_uuid(), 'a', 's', 1, '{}', '{}', now(), now() - interval '90 s')");
        const Overview overview = read();
        QVERIFY(*overview.eventLagSeconds >= 90.0);
        QVERIFY2(overview.fenceHolder.contains(QString("pid %1").arg(holder->backendPid())),
                 qPrintable(overview.fenceHolder));
        holder->rollback();
        m_database->run("UPDATE signalbox_fan_out SET enabled = false");
        QVERIFY(!read().eventLagSeconds);
    }

    void railCountsAreCapped()
    {
        m_database->run(sampleJobs(10'500, "failed") + sampleJobs(3, "pending"));
        const auto counts = readRailCounts(m_database->connection());
        QVERIFY(counts);
        QCOMPARE(counts->dueJobs->rows, qint64(3));
        QCOMPARE(counts->dueJobs->kind, RowCount::Kind::Exact);
        QCOMPARE(counts->failedJobs->rows, qint64(10'000));
        QCOMPARE(counts->failedJobs->kind, RowCount::Kind::AtLeast);
        QCOMPARE(*counts->endpoints, qint64(2));
        QCOMPARE(*counts->workers, qint64(0));
    }

    void percentilesAreExactToTheBin()
    {
        LatencyHistogram histogram;
        QVERIFY(!histogram.percentileMs(0.5));
        for (int ms = 1; ms <= 1000; ++ms)
            histogram.add(int(std::floor(std::log(double(ms)) * 20)), 1);
        QVERIFY(qAbs(*histogram.percentileMs(0.5) - 500.0) < 500.0 * 0.03);
        QVERIFY(qAbs(*histogram.percentileMs(0.95) - 950.0) < 950.0 * 0.03);
        QVERIFY(*histogram.percentileMs(1.0) >= 1000.0);
    }

private:
    Overview read(const OverviewRequest &request = {})
    {
        auto overview = readOverview(m_database->connection(), request);
        if (!overview)
            qFatal("%s", qPrintable(overview.error().line()));
        return *overview;
    }

    static QString line(const QSqlRecord &row)
    {
        QStringList fields;
        for (int field = 0; field < row.count(); ++field)
            fields << row.value(field).toString();
        return fields.join(' ');
    }

    std::unique_ptr<TestDatabase> m_database;
};

QTEST_GUILESS_MAIN(TestOverview)
#include "test_overview.moc"
