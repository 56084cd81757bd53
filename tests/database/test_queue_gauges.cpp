#include "app/database/fan_out.h"
#include "app/database/queue_gauge_reader.h"
#include "app/database/queue_gauges_query.h"
#include "tests/support/test_database.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace signalbox;

class TestQueueGauges : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_database = std::make_unique<TestDatabase>();
        m_database->run("INSERT INTO webhook_endpoints (id, url, secret, enabled, removed_at) VALUES "
                        "('ep_1', 'https://example.com', 's', true, NULL), "
                        "('ep_2', 'https://example.com', 's', true, NULL), "
                        "('ep_off', 'https://example.com', 's', false, NULL), "
                        "('ep_gone', 'https://example.com', 's', true, now())");
    }
    void cleanup() { m_database.reset(); }

    void anEmptyQueueHasEveryClass()
    {
        const QueueGauges gauges = read();
        QStringList classes;
        for (const QueueClassDepth &depth : gauges.depths) {
            classes << depth.endpointClass;
            QCOMPARE(depth.jobs, qint64(0));
            QVERIFY(!depth.isCapped);
            QCOMPARE(depth.oldestDueSeconds, 0.0);
        }
        classes.sort();
        QCOMPARE(classes.join(' '), QStringLiteral("breaker-open disabled ready throttled"));
    }

    void dueJobsAreCountedByClass()
    {
        addJobs("ep_1", 3, "interval '2 h'");
        addJobs("ep_2", 2, "interval '1 h'");
        addJobs("ep_off", 4, "interval '3 h'");
        addJobs("ep_gone", 1, "interval '9 h'");
        addJobs("ep_1", 7, "-interval '1 h'"); // not due yet
        addJobs("ep_1", 1, "interval '9 h'", "completed");

        const QueueGauges gauges = read();
        const QueueClassDepth ready = depthOf(gauges, "ready");
        QCOMPARE(ready.jobs, qint64(5));
        QVERIFY(qAbs(ready.oldestDueSeconds - 7200) < 60);
        const QueueClassDepth disabled = depthOf(gauges, "disabled");
        QCOMPARE(disabled.jobs, qint64(4));
        QVERIFY(qAbs(disabled.oldestDueSeconds - 10'800) < 60);
    }

    void countingStopsAtTheCap()
    {
        addJobs("ep_1", 6, "interval '1 h'");
        addJobs("ep_2", 6, "interval '2 h'");
        addJobs("ep_off", 10, "interval '1 h'");
        const auto gauges = readQueueGauges(m_database->connection(), 10);
        QVERIFY(gauges);
        QCOMPARE(depthOf(*gauges, "ready").jobs, qint64(10));
        QVERIFY(depthOf(*gauges, "ready").isCapped);
        QVERIFY(depthOf(*gauges, "ready").oldestDueSeconds > 7000);
        QCOMPARE(depthOf(*gauges, "disabled").jobs, qint64(10));
        QVERIFY(!depthOf(*gauges, "disabled").isCapped);
    }

    void endpointsAreCountedByBreaker()
    {
        const QueueGauges gauges = read();
        qint64 all = 0;
        for (const auto &[state, endpoints] : gauges.endpointsByBreaker) {
            all += endpoints;
            if (state == QLatin1String("closed"))
                QCOMPARE(endpoints, qint64(3));
        }
        QCOMPARE(all, qint64(3)); // without the removed one
        QCOMPARE(gauges.endpointsByBreaker.size(), 4);
    }

    void fanOutLagIsTheOldestWaitingEvent()
    {
        m_database->run(
            "INSERT INTO events (id, stream_id, event_type, payload, metadata, version, timestamp, "
            "created_at) "
            "VALUES (gen_random_uuid(), 's', 'a', '{}', '{}', 1, now(), now() - interval '10 min')");
        const QueueGauges waiting = read();
        QVERIFY(waiting.fanOutLagSeconds);
        QVERIFY(*waiting.fanOutLagSeconds > 590 && *waiting.fanOutLagSeconds < 660);

        QVERIFY(fanOut(m_database->connection(), 10));
        QCOMPARE(read().fanOutLagSeconds.value_or(-1), 0.0);
        QVERIFY(disableFanOut(m_database->connection()));
        QVERIFY(!read().fanOutLagSeconds); // off is not the same as no lag
    }

    void fenceLagIsTheOldestWriter()
    {
        QVERIFY(read().fenceLagSeconds < 30);
        const auto writer = m_database->connect();
        QVERIFY(writer->begin());
        QVERIFY(writer->execute("UPDATE signalbox_settings SET updated_at = now()"));
        // The writer holds the fence, and it grows older while it does.
        const double first = read().fenceLagSeconds;
        QTRY_VERIFY(read().fenceLagSeconds > first);
        QVERIFY(read().fenceLagSeconds > 0);
        writer->rollback();
        QTRY_COMPARE(read().fenceLagSeconds, 0.0);
    }

    void theReaderReadsAgainAndSaysWhenItCannot()
    {
        addJobs("ep_1", 1, "interval '1 h'");
        QueueGaugeReader reader(20);
        QList<QueueGauges> readings;
        QList<Error> failures;
        connect(&reader, &QueueGaugeReader::gaugesRead, this,
                [&readings](const QueueGauges &gauges) { readings.append(gauges); });
        connect(&reader, &QueueGaugeReader::failed, this,
                [&failures](const Error &error) { failures.append(error); });
        reader.start(m_database->settings());
        QTRY_VERIFY(!readings.isEmpty());
        QCOMPARE(depthOf(readings.constLast(), "ready").jobs, qint64(1));
        addJobs("ep_1", 1, "interval '1 h'");
        QTRY_COMPARE(depthOf(readings.constLast(), "ready").jobs, qint64(2));

        m_database->run("ALTER TABLE webhook_jobs RENAME TO webhook_jobs_away");
        QTRY_VERIFY(!failures.isEmpty());
        m_database->run("ALTER TABLE webhook_jobs_away RENAME TO webhook_jobs");
        const qsizetype before = readings.size();
        QTRY_VERIFY(readings.size() > before);
    }

private:
    QueueGauges read()
    {
        const auto gauges = readQueueGauges(m_database->connection());
        if (!gauges)
            qFatal("%s", qPrintable(gauges.error().line()));
        return *gauges;
    }
    void addJobs(const QString &endpoint, int count, const QString &dueSince,
                 const QString &status = QStringLiteral("pending"))
    {
        m_database->run(
            QStringLiteral("INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, "
                           "next_attempt, status, timeout_ms) SELECT gen_random_uuid(), '%1', "
                           "'https://example.com', '{}', 's', 4, now() - %3, '%4', 1000 "
                           "FROM generate_series(1, %2)")
                .arg(endpoint)
                .arg(count)
                .arg(dueSince, status));
    }
    static QueueClassDepth depthOf(const QueueGauges &gauges, const QString &name)
    {
        const auto found =
            std::find_if(gauges.depths.cbegin(), gauges.depths.cend(),
                         [&name](const QueueClassDepth &depth) { return depth.endpointClass == name; });
        return found == gauges.depths.cend() ? QueueClassDepth() : *found;
    }

    std::unique_ptr<TestDatabase> m_database;
};

QTEST_GUILESS_MAIN(TestQueueGauges)
#include "test_queue_gauges.moc"
