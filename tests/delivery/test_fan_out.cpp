#include "app/database/fan_out.h"
#include "app/database/fan_out_rebase.h"
#include "app/database/fan_out_skipped.h"
#include "app/database/queue_gauges_query.h"
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

// What a dump of another cluster brings: a number this one has not given out yet, in a row it wrote itself.
void restoreEndpoint(TestDatabase &database, int ahead)
{
    database.run(
        QStringLiteral("INSERT INTO webhook_endpoints (id, url, secret, created_txid, created_snapshot) "
                       "VALUES ('ep_old', 'http://example.com/', 's', "
                       "(pg_current_xact_id()::text::bigint + %1)::text::xid8, NULL)")
            .arg(ahead));
}

void restoreEvent(TestDatabase &database, int version, int ahead)
{
    database.run(
        QStringLiteral("INSERT INTO events (id, event_type, stream_id, version, payload, metadata, "
                       "timestamp, txid, position) VALUES (gen_random_uuid(), 'a.b', 'old', %1, '{}', "
                       "'{}', now(), (pg_current_xact_id()::text::bigint + %2)::text::xid8, %1)")
            .arg(version)
            .arg(ahead));
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
    void aPartialRestoreStopsItAndIsRebased();
    void aRestoreIsSeenAfterItsNumbersHaveGoneBy();
    void whatWaitedWhenTheDumpWasMadeIsFannedOut();
    void rebasesFromAPosition();
    void anInterruptedRebaseStopsItAndGoesOn();
    void anUpgradeOfTheServerStopsNothing();
    void aPoisonedPayloadIsPutAside();
    void comparesNoMoreEventsThanItGetsThrough();
    void anEventWithoutPositionIsPutAside();
    void aRefusedRowIsFoundAndReplayed();
    void theLargestNumberOfRetriesStopsNobody();
    void aBatchThatFailsShrinksAndGrows();
    void manyEndpointsMakeSmallStatements();
    void takesWhatABegunTransactionAppendsLater();
    void passesAPartitionedEventStore_data();
    void passesAPartitionedEventStore();
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
    QVERIFY(rebaseFanOut(database.connection(), {}));
    database.run(insertEvent("a.b", "new", 1));
    const auto result = fanOut(database.connection(), 1000);
    QVERIFY(result->stopped.isEmpty());
    QCOMPARE(result->jobs, qint64(1));
}

void TestFanOut::aPartialRestoreStopsItAndIsRebased()
{
    // Given endpoints and events of a cluster that was a million transactions further, restored beside a
    // checkpoint of this one
    TestDatabase database;
    restoreEndpoint(database, 1'000'000);
    for (int version = 1; version <= 5; ++version)
        restoreEvent(database, version, 1'000'000 + version);
    database.run(insertEvent("a.b", "new", 1));

    // Then new events do not pass without jobs
    const auto stopped = fanOut(database.connection(), 1000);
    QVERIFY(stopped->stopped.contains("restored"));
    QCOMPARE(stopped->events, qint64(0));
    QVERIFY(readFanOutStatus(database.connection())->needsRebase);
    QVERIFY(!enableFanOut(database.connection(), FanOutStart::Now));

    // And a rebase says what it would do, and does it
    const RebasePoint checkpoint{RebasePoint::From::Checkpoint, 0};
    const auto preview = previewRebase(database.connection(), checkpoint);
    QVERIFY2(preview, preview ? "" : qPrintable(preview.error().line()));
    QCOMPARE(preview->restoredEvents, qint64(5));
    QCOMPARE(preview->restoredEndpoints, qint64(1));
    QCOMPARE(preview->withoutJob, qint64(1));
    QCOMPARE(preview->fannedOut, qint64(1));
    QCOMPARE(previewRebase(database.connection(), {})->fannedOut, qint64(0));
    const Done done = rebaseFanOut(database.connection(), checkpoint, "restored from the backup");
    QVERIFY2(done, done ? "" : qPrintable(done.error().line()));
    QCOMPARE(fanOut(database.connection(), 1000)->jobs, qint64(1));
    database.run(insertEvent("a.b", "new", 2));
    QCOMPARE(fanOut(database.connection(), 1000)->jobs, qint64(1));
    QCOMPARE(
        database.value("SELECT string_agg(DISTINCT payload ->> 'stream', ',') FROM webhook_jobs").toString(),
        QString("new"));
    QCOMPARE(database.value("SELECT reason FROM signalbox_changes").toString(),
             QString("restored from the backup"));
}

void TestFanOut::aRestoreIsSeenAfterItsNumbersHaveGoneBy()
{
    // Given a restored endpoint whose number this cluster has given out since, while nobody looked
    TestDatabase database;
    restoreEndpoint(database, 3);
    for (int i = 0; i < 6; ++i)
        database.run("SELECT pg_current_xact_id()");
    QVERIFY(
        database.value("SELECT created_txid < pg_snapshot_xmax(pg_current_snapshot()) FROM webhook_endpoints")
            .toBool());
    database.run(insertEvent("a.b", "new", 1));

    QVERIFY(!fanOut(database.connection(), 1000)->stopped.isEmpty());
    QVERIFY(rebaseFanOut(database.connection(), {RebasePoint::From::Checkpoint, 0}));
    QCOMPARE(fanOut(database.connection(), 1000)->jobs, qint64(1));
}

void TestFanOut::whatWaitedWhenTheDumpWasMadeIsFannedOut()
{
    // Given a whole database of another cluster: of its three events one had been passed
    TestDatabase database;
    restoreEndpoint(database, 1'000'000);
    for (int version = 1; version <= 3; ++version)
        restoreEvent(database, version, 1'000'010 + version);
    database.run("UPDATE signalbox_fan_out SET system_identifier = 1, position = 1, "
                 "txid = (SELECT min(txid::text::bigint)::text::xid8 FROM events)");
    database.run(insertEvent("a.b", "new", 1));
    QVERIFY(!fanOut(database.connection(), 1000)->stopped.isEmpty());

    const RebasePoint checkpoint{RebasePoint::From::Checkpoint, 0};
    QCOMPARE(previewRebase(database.connection(), checkpoint)->fannedOut, qint64(3));
    QVERIFY(rebaseFanOut(database.connection(), checkpoint));
    QCOMPARE(fanOut(database.connection(), 1000)->jobs, qint64(3));
    QCOMPARE(database
                 .value("SELECT string_agg((payload ->> 'stream') || (payload ->> 'version'), ',' ORDER BY "
                        "payload ->> 'stream', payload ->> 'version') FROM webhook_jobs")
                 .toString(),
             QString("new1,old2,old3"));
}

void TestFanOut::rebasesFromAPosition()
{
    TestDatabase database;
    restoreEndpoint(database, 1'000'000);
    for (int version = 1; version <= 10; ++version)
        restoreEvent(database, version, 1'000'000 + version);

    qint64 rewritten = 0;
    const RebasePoint seventh{RebasePoint::From::Position, 7};
    QCOMPARE(previewRebase(database.connection(), seventh)->fannedOut, qint64(3));
    QVERIFY(rebaseFanOut(database.connection(), seventh, {},
                         [&rewritten](const ActionProgress &progress) { rewritten = progress.done; }));

    QCOMPARE(rewritten, qint64(10));
    QCOMPARE(fanOut(database.connection(), 1000)->jobs, qint64(3));
    QCOMPARE(database.value("SELECT min((payload ->> 'version')::integer) FROM webhook_jobs").toInt(), 8);
    QCOMPARE(database.value("SELECT count(1) FROM events WHERE txid IS NULL AND position IS NULL").toInt(),
             7);
}

void TestFanOut::anInterruptedRebaseStopsItAndGoesOn()
{
    // Given a rebase that ended after its first step
    TestDatabase database;
    database.run(insertEndpoint("ep_1"));
    database.run("UPDATE signalbox_fan_out SET rebase_txid = pg_snapshot_xmin(pg_current_snapshot())");
    database.run(insertEvent("a.b", "meanwhile", 1));
    QVERIFY(fanOut(database.connection(), 1000)->stopped.contains("has not ended"));

    QVERIFY(rebaseFanOut(database.connection(), {}));
    QCOMPARE(fanOut(database.connection(), 1000)->jobs, qint64(1));
}

void TestFanOut::anUpgradeOfTheServerStopsNothing()
{
    // Given the same rows under another identifier: pg_upgrade keeps rows and transaction numbers
    TestDatabase database;
    database.run(insertEndpoint("ep_1"));
    database.run(insertEvent("a.b", "s", 1));
    database.run("UPDATE signalbox_fan_out SET system_identifier = 1, written_txid = pg_current_xact_id()");

    const auto result = fanOut(database.connection(), 1000);

    QVERIFY2(result->stopped.isEmpty(), qPrintable(result->stopped));
    QCOMPARE(result->jobs, qint64(1));
    QVERIFY(database
                .value("SELECT system_identifier = (SELECT system_identifier FROM pg_control_system()) "
                       "FROM signalbox_fan_out")
                .toBool());
}

void TestFanOut::aPoisonedPayloadIsPutAside()
{
    // Given among good events one whose payload is 2 KB stored and more text than a value may hold
    TestDatabase database;
    database.run(insertEndpoint("ep_1"));
    database.run(insertEndpoint("ep_2"));
    database.run(insertEvent("a.b", "s", 1));
    database.run("INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
                 "VALUES (gen_random_uuid(), 'poison', 's', 2, "
                 "('[' || repeat('1e131071,', 8499) || '1e131071]')::jsonb, '{}', now())");
    database.run(insertEvent("a.b", "s", 3));

    const auto result = fanOut(database.connection(), 1000);

    // Then the good ones have their jobs, and the bad one is named with its reason
    QVERIFY2(result, result ? "" : qPrintable(result.error().line()));
    QCOMPARE(result->events, qint64(3));
    QCOMPARE(result->jobs, qint64(4));
    QCOMPARE(result->skipped.size(), 1);
    QCOMPARE(result->skipped.constFirst().sqlState, QString("54000"));
    QVERIFY(result->skipped.constFirst().reason.contains("cannot be rendered"));
    QVERIFY(*fanOutReachedFence(database.connection()));
    QCOMPARE(readFanOutStatus(database.connection())->skipped, qint64(1));
    QCOMPARE(listSkipped(database.connection(), 10)->constFirst().value("event_type").toString(),
             QString("poison"));

    // And it is replayed once it is mended, not before
    QCOMPARE(replaySkipped(database.connection(), {})->left, qint64(1));
    database.run("UPDATE events SET payload = '{}' WHERE event_type = 'poison'");
    const auto replayed = replaySkipped(database.connection(), {});
    QVERIFY2(replayed, replayed ? "" : qPrintable(replayed.error().line()));
    QCOMPARE(replayed->jobs, qint64(2));
    QCOMPARE(jobs(database), qint64(6));
    QCOMPARE(readFanOutStatus(database.connection())->skipped, qint64(0));
}

void TestFanOut::comparesNoMoreEventsThanItGetsThrough()
{
    // Given so many endpoints that one event makes half of the jobs of a batch
    constexpr int endpoints = 2'200;
    FanOutPace pace;
    const FanOutSize first = pace.size(1'000, endpoints);
    QCOMPARE(first.events, 90);
    FanOutResult cut;
    cut.events = 1;
    cut.reachedFence = false;
    pace.passed(first, cut);
    QCOMPARE(pace.size(1'000, endpoints).events, 2);

    // Then it takes on more again where they match less
    FanOutResult whole;
    for (int round = 0; round < 6; ++round) {
        const FanOutSize size = pace.size(1'000, endpoints);
        whole.events = size.events;
        whole.reachedFence = false;
        pace.passed(size, whole);
    }
    QCOMPARE(pace.size(1'000, endpoints).events, 90);
}

void TestFanOut::anEventWithoutPositionIsPutAside()
{
    // Given one in the middle of a transaction that a batch does not cover whole, and one alone at the end
    TestDatabase database;
    database.run(insertEndpoint("ep_1"));
    database.run("BEGIN;" + insertEvent("a.b", "s", 1) + ';' + insertEvent("bad", "s", 2) +
                 ";UPDATE events SET position = NULL WHERE version = 2;" + insertEvent("a.b", "s", 3) + ';' +
                 insertEvent("a.b", "s", 4) + ";COMMIT");
    database.run(insertEvent("a.b", "t", 1));
    database.run(insertEvent("bad", "t", 2));
    database.run("UPDATE events SET position = NULL WHERE stream_id = 't' AND version = 2");

    int rounds = 0;
    while (!*fanOutReachedFence(database.connection())) {
        QVERIFY(fanOut(database.connection(), 2).has_value());
        QVERIFY(++rounds < 10);
    }

    QCOMPARE(jobs(database), qint64(4));
    QCOMPARE(database.value("SELECT count(1) FROM webhook_jobs WHERE event_type = 'bad'").toInt(), 0);
    QCOMPARE(readFanOutStatus(database.connection())->skipped, qint64(2));
    QCOMPARE(readQueueGauges(database.connection())->fanOutLagSeconds.value_or(0), 0.0);
    // What comes later passes, and what was put aside is replayed.
    database.run(insertEvent("a.b", "t", 3));
    QCOMPARE(fanOut(database.connection(), 2)->jobs, qint64(1));
    QCOMPARE(replaySkipped(database.connection(), {})->replayed, qint64(2));
    QCOMPARE(jobs(database), qint64(7));
}

void TestFanOut::aRefusedRowIsFoundAndReplayed()
{
    // Given a trigger of the host that refuses one event's job for one endpoint
    TestDatabase database;
    database.run(insertEndpoint("ep_1"));
    database.run(insertEndpoint("ep_2"));
    for (int version = 1; version <= 40; ++version)
        database.run(insertEvent(version == 23 ? "bad" : "a.b", "s", version));
    database.run(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN IF NEW.event_type = ''bad'' AND NEW.endpoint_id = ''ep_1'' THEN "
        "RAISE EXCEPTION ''not this one''; END IF; RETURN NEW; END';"
        "CREATE TRIGGER refuse BEFORE INSERT ON webhook_jobs FOR EACH ROW EXECUTE FUNCTION refuse()");

    FanOutPace pace;
    QList<SkippedEvent> skipped;
    while (!*fanOutReachedFence(database.connection())) {
        const auto result = fanOut(database.connection(), 1000, pace);
        QVERIFY2(result, result ? "" : qPrintable(result.error().line()));
        skipped += result->skipped;
    }

    QCOMPARE(jobs(database), qint64(79));
    QCOMPARE(skipped.size(), 1);
    QCOMPARE(skipped.constFirst().endpointId, QString("ep_1"));
    QVERIFY(skipped.constFirst().reason.contains("not this one"));
    database.run("DROP TRIGGER refuse ON webhook_jobs");
    QCOMPARE(replaySkipped(database.connection(), skipped.constFirst().eventId)->jobs, qint64(1));
    QCOMPARE(jobs(database), qint64(80));
}

void TestFanOut::theLargestNumberOfRetriesStopsNobody()
{
    TestDatabase database;
    database.run(insertEndpoint("ep_1", ", max_retries", ", 2147483647"));
    database.run(insertEvent("a.b", "s", 1));

    const auto result = fanOut(database.connection(), 1000);

    QVERIFY2(result, result ? "" : qPrintable(result.error().line()));
    QCOMPARE(result->jobs, qint64(1));
    QCOMPARE(database.value("SELECT max_attempts FROM webhook_jobs").toInt(), 2147483647);
}

void TestFanOut::aBatchThatFailsShrinksAndGrows()
{
    // Given a server that cannot take more than ten jobs at once
    TestDatabase database;
    database.run(insertEndpoint("ep_1"));
    for (int version = 1; version <= 60; ++version)
        database.run(insertEvent("a.b", "s", version));
    database.run("CREATE FUNCTION short_of() RETURNS trigger LANGUAGE plpgsql AS "
                 "'BEGIN IF (SELECT count(1) FROM added) > 10 THEN RAISE EXCEPTION ''too much'' "
                 "USING ERRCODE = ''53200''; END IF; RETURN NULL; END';"
                 "CREATE TRIGGER short_of AFTER INSERT ON webhook_jobs REFERENCING NEW TABLE AS added "
                 "FOR EACH STATEMENT EXECUTE FUNCTION short_of()");

    FanOutPace pace;
    int empty = 0, most = 0;
    while (!*fanOutReachedFence(database.connection())) {
        const auto result = fanOut(database.connection(), 1000, pace);
        QVERIFY2(result, result ? "" : qPrintable(result.error().line()));
        QVERIFY(result->skipped.isEmpty());
        empty += result->events == 0;
        most = qMax(most, int(result->events));
    }
    QCOMPARE(jobs(database), qint64(60));
    QVERIFY(empty >= 6); // 1000, 500, … 15
    QVERIFY(most > 4 && most <= 10);

    // When it can again, then batches grow again
    database.run("DROP TRIGGER short_of ON webhook_jobs");
    for (int round = 0; round < 10; ++round)
        pace.passed(pace.size(1000, 1), {});
    QCOMPARE(pace.size(1000, 1).events, 1000);
}

void TestFanOut::manyEndpointsMakeSmallStatements()
{
    // Given 150 endpoints that take all of 60 events
    TestDatabase database;
    database.run("INSERT INTO webhook_endpoints (id, url, secret) "
                 "SELECT 'ep_' || n, 'http://example.com/', 's' FROM generate_series(1, 150) n");
    for (int version = 1; version <= 60; ++version)
        database.run(insertEvent("a.b", "s", version));

    FanOutPace pace;
    while (!*fanOutReachedFence(database.connection())) {
        const auto result = fanOut(database.connection(), 1000, pace);
        QVERIFY2(result, result ? "" : qPrintable(result.error().line()));
        QVERIFY2(result->jobs <= 4'000, qPrintable(QString::number(result->jobs)));
        QVERIFY(result->events > 0);
    }
    QCOMPARE(jobs(database), qint64(9'000));
    // One event with more jobs than that is passed whole.
    QCOMPARE(FanOutPace().size(1000, 1'000'000).events, 1);
}

void TestFanOut::takesWhatABegunTransactionAppendsLater()
{
    // Given a transaction with a number before the endpoint's, that appends after the endpoint was created
    TestDatabase database;
    const auto begun = database.connect();
    QVERIFY(begun->begin());
    QVERIFY(begun->query("SELECT pg_current_xact_id()").has_value());
    database.run(insertEvent("a.b", "before", 1));
    database.run(insertEndpoint("ep_1"));
    QVERIFY(begun->executeRaw(insertEvent("a.b", "late", 1)));
    QVERIFY(begun->commit());

    QVERIFY(fanOut(database.connection(), 1000).has_value());

    QCOMPARE(jobs(database), qint64(1));
    QCOMPARE(database.value("SELECT payload ->> 'stream' FROM webhook_jobs").toString(), QString("late"));
}

void TestFanOut::passesAPartitionedEventStore_data()
{
    QTest::addColumn<QString>("by");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("partitions");
    QTest::newRow("hash of stream")
        << "HASH (stream_id)"
        << "stream_id"
        << "CREATE TABLE e0 PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
           "CREATE TABLE e1 PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 1);";
    QTest::newRow("range of time")
        << "RANGE (timestamp)"
        << "timestamp"
        << "CREATE TABLE e0 PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2020-01-01');"
           "CREATE TABLE e1 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO (MAXVALUE);";
}

void TestFanOut::passesAPartitionedEventStore()
{
    QFETCH(const QString, by);
    QFETCH(const QString, key);
    QFETCH(const QString, partitions);
    TestDatabase database;
    database.run(
        QStringLiteral("ALTER TABLE events RENAME TO events_before;"
                       "CREATE TABLE events (LIKE events_before INCLUDING DEFAULTS) PARTITION BY %1;%3"
                       "ALTER TABLE events ADD PRIMARY KEY (id, %2);"
                       "CREATE INDEX ON events (txid, position) WHERE txid IS NOT NULL")
            .arg(by, key, partitions));
    database.run(insertEndpoint("ep_1"));
    for (int version = 1; version <= 30; ++version)
        database.run(insertEvent(version == 9 ? "bad" : "a.b", QString("s%1").arg(version % 5), version));
    database.run("UPDATE events SET timestamp = '2019-01-01' WHERE version % 3 = 0;"
                 "UPDATE events SET position = NULL WHERE event_type = 'bad'");

    while (!*fanOutReachedFence(database.connection()))
        QVERIFY(fanOut(database.connection(), 7).has_value());

    QCOMPARE(jobs(database), qint64(29));
    QCOMPARE(replaySkipped(database.connection(), {})->jobs, qint64(1));
    QCOMPARE(previewRebase(database.connection(), {})->restoredEvents, qint64(0));
}

QTEST_GUILESS_MAIN(TestFanOut)
#include "test_fan_out.moc"
