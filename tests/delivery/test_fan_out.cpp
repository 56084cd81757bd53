#include "app/database/fan_out.h"
#include "tests/support/test_database.h"

#include <QTest>
#include <QUuid>

#include <thread>

using namespace signalbox;

namespace {

QString insertEvent(const QString &type, const QString &stream, int version)
{
    return QStringLiteral(
               "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
               "VALUES (gen_random_uuid(), '%1', '%2', %3, '{\"n\": %3}', '{}', now())")
        .arg(type, stream)
        .arg(version);
}

QString insertEndpoint(const QString &id, const QString &columns = {}, const QString &values = {})
{
    return QStringLiteral("INSERT INTO webhook_endpoints (id, url, secret%2) VALUES ('%1', "
                          "'http://example.com/', 's'%3)")
        .arg(id, columns, values);
}

qint64 jobs(TestDatabase &database, const QString &endpoint = QStringLiteral("%"))
{
    return database
        .value(QStringLiteral("SELECT count(id) FROM webhook_jobs WHERE endpoint_id LIKE :endpoint::text"),
               {{":endpoint", endpoint}})
        .toLongLong();
}

} // namespace

/// Events become jobs exactly once, in the order of the fence.
class TestFanOut : public QObject
{
    Q_OBJECT
private slots:
    void passesEveryEventOnceThoughWritersCommitOutOfOrder();
    void waitsForTheFence();
    void parallelWorkersShareTheWork();
    void skipsWhatCameBeforeTheEndpoint();
    void holdsOrDiscardsForDisabledEndpoints();
    void snapshotsTheEndpoint();
    void obeysTheSwitch();
    void standsStillAfterRestoreUntilRebased();
};

void TestFanOut::passesEveryEventOnceThoughWritersCommitOutOfOrder()
{
    // Given writers that append at the same time, holding their transactions open for different times
    TestDatabase database;
    database.run(insertEndpoint("ep_1"));
    constexpr int writers = 4, rounds = 25;
    std::vector<std::thread> threads;
    std::atomic<int> running = writers;
    for (int writer = 0; writer < writers; ++writer) {
        threads.emplace_back([&database, &running, writer] {
            const auto connection = PgConnection::open(database.settings());
            for (int round = 1; round <= rounds; ++round) {
                (void)(*connection)->executeRaw("BEGIN");
                (void)(*connection)->executeRaw(insertEvent("a.b", QString("s%1").arg(writer), round));
                // The work of a transaction, of uneven length: commits cross each other.
                (void)(*connection)
                    ->executeRaw(QString("SELECT pg_sleep(%1)").arg((writer * 7 + round) % 5 / 1000.0));
                (void)(*connection)->executeRaw("COMMIT");
            }
            --running;
        });
    }

    // When fan-out runs all the while
    while (running > 0)
        QVERIFY(fanOut(database.connection(), 7).has_value());
    for (std::thread &thread : threads)
        thread.join();
    QTRY_VERIFY(fanOut(database.connection(), 1000)->events == 0);

    // Then each event has its job, none has two
    QCOMPARE(jobs(database), qint64(writers * rounds));
    QCOMPARE(database.value("SELECT count(DISTINCT event_id) FROM webhook_jobs").toInt(), writers * rounds);
}

void TestFanOut::waitsForTheFence()
{
    // Given an event that was appended, but not committed, before another one
    TestDatabase database;
    database.run(insertEndpoint("ep_1"));
    const auto slow = database.connect();
    QVERIFY(slow->begin());
    QVERIFY(slow->executeRaw(insertEvent("a.b", "slow", 1)));
    database.run(insertEvent("a.b", "quick", 1));

    // Then the later one waits
    const auto before = fanOut(database.connection(), 1000);
    QCOMPARE(before->events, qint64(0));
    QVERIFY(before->reachedFence);
    QVERIFY(*fanOutReachedFence(database.connection()));

    // And both pass, in the order of their transactions, once the first commits
    QVERIFY(slow->commit());
    QVERIFY(!*fanOutReachedFence(database.connection()));
    QCOMPARE(fanOut(database.connection(), 1000)->jobs, qint64(2));
    QVERIFY(*fanOutReachedFence(database.connection()));
}

void TestFanOut::parallelWorkersShareTheWork()
{
    TestDatabase database;
    database.run(insertEndpoint("ep_1"));
    for (int version = 1; version <= 200; ++version)
        database.run(insertEvent("a.b", "s", version));

    std::vector<std::thread> workers;
    for (int i = 0; i < 4; ++i) {
        workers.emplace_back([&database] {
            const auto connection = PgConnection::open(database.settings());
            while (!*fanOutReachedFence(**connection))
                (void)fanOut(**connection, 10);
        });
    }
    for (std::thread &worker : workers)
        worker.join();

    QCOMPARE(jobs(database), qint64(200));
}

void TestFanOut::skipsWhatCameBeforeTheEndpoint()
{
    // Given history without a place in the order, an event before the endpoint, and one after it
    TestDatabase database;
    database.run(insertEvent("a.b", "history", 1));
    database.run("UPDATE events SET txid = NULL, position = NULL");
    database.run(insertEvent("a.b", "before", 1));
    database.run(insertEndpoint("ep_new"));
    database.run(insertEndpoint("ep_adopted", ", created_txid", ", NULL"));
    database.run(insertEvent("a.b", "after", 1));

    QVERIFY(fanOut(database.connection(), 1000).has_value());

    QCOMPARE(jobs(database, "ep_new"), qint64(1));
    QCOMPARE(jobs(database, "ep_adopted"), qint64(2));
}

void TestFanOut::holdsOrDiscardsForDisabledEndpoints()
{
    TestDatabase database;
    database.run(insertEndpoint("ep_held", ", enabled", ", false"));
    database.run(insertEndpoint("ep_discard", ", enabled, discard_while_disabled", ", false, true"));
    database.run(insertEndpoint("ep_removed", ", removed_at", ", now()"));
    database.run(insertEndpoint("ep_other", ", event_filter", ", '[\"user.*\"]'"));
    for (int version = 1; version <= 3; ++version)
        database.run(insertEvent("a.b", "s", version));

    const auto first = fanOut(database.connection(), 2);
    const auto second = fanOut(database.connection(), 2);

    QCOMPARE(first->jobs, qint64(2));
    QVERIFY(!first->reachedFence);
    QCOMPARE(second->jobs, qint64(1));
    QVERIFY(second->reachedFence);
    QCOMPARE(jobs(database, "ep_held"), qint64(3));
    QCOMPARE(jobs(database), qint64(3));
    QCOMPARE(
        database.value("SELECT missed_events FROM signalbox_endpoint_state WHERE endpoint_id = 'ep_discard'")
            .toInt(),
        3);
}

void TestFanOut::snapshotsTheEndpoint()
{
    TestDatabase database;
    database.run("INSERT INTO webhook_endpoints (id, url, secret, custom_headers, timeout_ms, max_retries) "
                 "VALUES ('ep_1', 'https://example.com/x', 'geheim', '{\"X-A\": \"b\"}', 1234, 5)");
    database.run(insertEvent("a.b", "s", 1));

    QVERIFY(fanOut(database.connection(), 1000).has_value());

    QCOMPARE(
        database
            .value(
                "SELECT concat_ws('|', url, secret, custom_headers, timeout_ms, max_attempts, status, run, "
                "event_type, attempts) FROM webhook_jobs")
            .toString(),
        QString("https://example.com/x|geheim|{\"X-A\": \"b\"}|1234|6|pending|0|a.b|0"));
}

void TestFanOut::obeysTheSwitch()
{
    TestDatabase database;
    database.run(insertEndpoint("ep_1"));
    QVERIFY(disableFanOut(database.connection()));
    database.run(insertEvent("a.b", "while off", 1));

    const auto off = fanOut(database.connection(), 1000);
    QVERIFY(!off->enabled);
    QVERIFY(off->reachedFence);
    QCOMPARE(off->jobs, qint64(0));

    // On from now: what came while it was off stays out
    QVERIFY(enableFanOut(database.connection(), FanOutStart::Now));
    database.run(insertEvent("a.b", "after", 1));
    QCOMPARE(fanOut(database.connection(), 1000)->jobs, qint64(1));

    // On from the checkpoint: it comes after all
    QVERIFY(disableFanOut(database.connection()));
    database.run(insertEvent("a.b", "off again", 1));
    QVERIFY(enableFanOut(database.connection(), FanOutStart::Checkpoint));
    QCOMPARE(fanOut(database.connection(), 1000)->jobs, qint64(1));
}

void TestFanOut::standsStillAfterRestoreUntilRebased()
{
    // Given a dump of another cluster: a foreign identifier, transaction numbers far ahead, events not passed
    // yet
    TestDatabase database;
    database.run(insertEndpoint("ep_1"));
    database.run(insertEvent("a.b", "old", 1));
    database.run("UPDATE signalbox_fan_out SET system_identifier = 1, txid = '900000000'");
    database.run("UPDATE events SET txid = '900000001'");
    database.run("UPDATE webhook_endpoints SET created_txid = '900000000'");

    QVERIFY(!fanOut(database.connection(), 1000)->stopped.isEmpty());
    QCOMPARE(enableFanOut(database.connection(), FanOutStart::Now).error().kind, Error::Kind::Refused);

    // When it is rebased, then what was there is history and what comes is passed
    QVERIFY(rebaseFanOut(database.connection()));
    database.run(insertEvent("a.b", "new", 1));
    const auto result = fanOut(database.connection(), 1000);
    QVERIFY(result->stopped.isEmpty());
    QCOMPARE(result->jobs, qint64(1));
}

QTEST_GUILESS_MAIN(TestFanOut)
#include "test_fan_out.moc"
