#include "app/core/sql_state.h"
#include "app/core/time_ordered_uuid.h"
#include "app/database/detail_queries.h"
#include "app/database/overview_queries.h"
#include "app/database/page_queries.h"
#include "tests/database/sample_rows.h"
#include "tests/support/partitioned_tables.h"
#include "tests/support/test_database.h"

#include <QSqlField>
#include <QTest>

using namespace signalbox;

namespace {

Filter filterOf(const QString &text, Table table)
{
    const auto filter = parseFilter(text, table);
    if (!filter)
        qFatal("%s", qPrintable(filter.error().line()));
    return *filter;
}

QStringList keysOf(const QList<QSqlRecord> &rows)
{
    QStringList keys;
    for (const QSqlRecord &row : rows)
        keys << rowKey(row);
    return keys;
}

Page read(PgConnection &connection, const PageRequest &request)
{
    auto page = readPage(connection, request);
    if (!page)
        qFatal("%s", qPrintable(page.error().line()));
    return *page;
}

// Reads the whole order page by page.
QStringList walk(PgConnection &connection, PageRequest request)
{
    QStringList keys;
    for (;;) {
        const Page page = read(connection, request);
        keys << keysOf(page.rows);
        if (page.complete || page.rows.isEmpty())
            return keys;
        request.from = rowCursor(page.rows.constLast());
    }
}

} // namespace

class TestPages : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_database = std::make_unique<TestDatabase>();
        m_database->run(sampleEndpoints());
    }
    void cleanup() { m_database.reset(); }

    void walksRowsOfOneInstantWithoutLossOrRepetition()
    {
        m_database->run(sampleJobs(57));
        m_database->run("INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, "
                        "next_attempt, status, "
                        "timeout_ms, created_at) SELECT gen_random_uuid(), 'ep_1', 'u', '{}', 's', 1, now(), "
                        "'completed', 1, "
                        "timestamptz '2026-11-01 12:00:00.123456+00' + n * interval '1 us' FROM "
                        "generate_series(1, 40) n");
        PageRequest request;
        request.limit = 10;
        const QStringList expected = allIds("created_at DESC, id DESC");
        QCOMPARE(walk(connection(), request), expected);
        request.sort.descending = false;
        QCOMPARE(walk(connection(), request), QStringList(expected.crbegin(), expected.crend()));
    }

    void readsBackwardInDisplayOrder()
    {
        m_database->run(sampleJobs(30));
        const QStringList all = allIds("created_at DESC, id DESC");
        PageRequest request;
        request.limit = 20;
        const Page first = read(connection(), request);
        request.from = rowCursor(first.rows.at(15));
        request.direction = PageRequest::Direction::Backward;
        request.limit = 5;
        Page before = read(connection(), request);
        QCOMPARE(keysOf(before.rows), all.mid(10, 5));
        QVERIFY(!before.complete);
        request.includeFrom = true;
        request.limit = 100;
        before = read(connection(), request);
        QCOMPARE(keysOf(before.rows), all.mid(0, 16));
        QVERIFY(before.complete);
    }

    void includesTheRowTheCursorStandsOn()
    {
        m_database->run(sampleJobs(5));
        const QStringList all = allIds("created_at DESC, id DESC");
        PageRequest request;
        request.limit = 2;
        request.from = rowCursor(read(connection(), request).rows.at(1));
        request.includeFrom = true;
        QCOMPARE(keysOf(read(connection(), request).rows), all.mid(1, 2));
    }

    void mergesStatesFromTheirOwnIndexes()
    {
        m_database->run(sampleJobs(9, "failed") + sampleJobs(9, "pending") + sampleJobs(9));
        PageRequest request;
        request.filter = filterOf("status:failed,pending", Table::Jobs);
        request.limit = 4;
        QCOMPARE(walk(connection(), request),
                 allIds("created_at DESC, id DESC", "status IN ('failed', 'pending')"));
        request.filter = filterOf("-status:completed,failed", Table::Jobs);
        QCOMPARE(walk(connection(), request).size(), 9);
    }

    void offersOnlyOrdersThatAnIndexCarries()
    {
        PageRequest request;
        request.sort.column = "last_error";
        QCOMPARE(readPage(connection(), request).error().kind, Error::Kind::Refused);
        request.sort.column = "next_attempt";
        QCOMPARE(readPage(connection(), request).error().kind, Error::Kind::Refused);
        request.filter = filterOf("status:pending", Table::Jobs);
        QVERIFY(readPage(connection(), request));
    }

    void everyRecordBeginsWithKeyAndCursor()
    {
        m_database->run(sampleJobs(1, "pending"));
        m_database->run(
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, duration_ms) "
            "SELECT gen_random_uuid(), id, 'ep_1', 'a', 1 FROM webhook_jobs;"
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
            "VALUES (gen_random_uuid(), 'a', 's', 1, '{}', '{}', now())");
        for (const Table table : {Table::Jobs, Table::Deliveries, Table::Events, Table::Streams}) {
            PageRequest request;
            request.table = table;
            if (table == Table::Streams)
                request.sort.column = "updated_at";
            const Page page = read(connection(), request);
            QCOMPARE(page.rows.size(), 1);
            QCOMPARE(page.rows.constFirst().fieldName(0), QString("key"));
            QCOMPARE(page.rows.constFirst().fieldName(1), QString("cursor"));
            QCOMPARE(rowKey(page.rows.constFirst()), page.rows.constFirst().value("id").toString());
            QVERIFY(page.complete);
        }
    }

    void largePayloadsAreNamedNotRead()
    {
        m_database->run(
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
            "SELECT gen_random_uuid(), 'a', 's', 1, jsonb_build_object('text', string_agg(md5(n::text), "
            "'')), '{}', "
            "now() FROM generate_series(1, 20000) n");
        PageRequest request;
        request.table = Table::Events;
        const QString preview = read(connection(), request).rows.constFirst().value("payload").toString();
        QVERIFY2(preview.size() < 30, qPrintable(preview));
    }

    void countsSayHowTheyWereMade()
    {
        m_database->run(sampleJobs(50, "failed") + sampleJobs(70));
        CountRequest request;
        request.cap = 40;
        QCOMPARE(count(request), std::pair(RowCount::Kind::AtLeast, qint64(40)));
        request.precision = CountRequest::Precision::Exact;
        QCOMPARE(count(request), std::pair(RowCount::Kind::Exact, qint64(120)));
        request.filter = filterOf("status:failed", Table::Jobs);
        request.precision = CountRequest::Precision::Capped;
        request.cap = 100;
        QCOMPARE(count(request), std::pair(RowCount::Kind::Exact, qint64(50)));
        m_database->run("ANALYZE webhook_jobs");
        request.filter = {};
        request.precision = CountRequest::Precision::Estimate;
        QCOMPARE(count(request), std::pair(RowCount::Kind::Estimate, qint64(120)));
    }

    void aCountThatTakesLongIsGivenUp()
    {
        // Given a table that nobody can read for now
        m_database->run(sampleJobs(3));
        const auto other = PgConnection::open(m_database->settings());
        QVERIFY(other && (*other)->executeRaw("BEGIN; LOCK TABLE webhook_jobs", "lock"));

        // Then a count within a budget says so, and the connection is as it was
        CountRequest request;
        request.budgetMs = 50;
        const auto counted = countRows(connection(), request);
        QVERIFY(!counted);
        QVERIFY2(isOutOfTime(counted.error()), qPrintable(counted.error().line()));
        QVERIFY((*other)->executeRaw("COMMIT", "unlock"));
        QCOMPARE(count(request).second, qint64(3));
    }

    void countsWhatComesBeforeARow()
    {
        m_database->run(sampleJobs(20));
        PageRequest page;
        CountRequest request;
        request.before = rowCursor(read(connection(), page).rows.at(7));
        QCOMPARE(count(request).second, qint64(7));
    }

    void listsEveryColumnButSecrets()
    {
        m_database->run(sampleJobs(2));
        const auto rows = listTable(connection(), Table::Jobs, {}, 1);
        QVERIFY(rows);
        QCOMPARE(rows->size(), 1);
        const QSqlRecord row = rows->constFirst();
        const QStringList columns = columnsOf("webhook_jobs");
        for (const QString &column : columns) {
            if (column == "secret" || column == "previous_secret")
                QVERIFY2(!row.contains(column), qPrintable(column));
            else
                QVERIFY2(row.contains(column), qPrintable(column));
        }
        QCOMPARE(row.value("created_at").toString(), QString("2026-11-01T12:00:00.123456+00:00"));
        QCOMPARE(row.field("is_test").metaType().id(), int(QMetaType::Bool));
        QCOMPARE(row.field("attempts").metaType().id(), int(QMetaType::Int));
        QCOMPARE(row.value("payload").toString(), QString("{\"type\": \"a.b\"}"));
        QVERIFY(isJsonColumn("payload"));
        QVERIFY(!isJsonColumn("url"));
    }

    void listsTheOtherTables_data()
    {
        QTest::addColumn<int>("table");
        QTest::addColumn<QString>("name");
        QTest::newRow("deliveries") << int(Table::Deliveries) << "webhook_deliveries";
        QTest::newRow("events") << int(Table::Events) << "events";
        QTest::newRow("streams") << int(Table::Streams) << "event_streams";
    }

    void listsTheOtherTables()
    {
        QFETCH(int, table);
        QFETCH(QString, name);
        m_database->run(
            sampleJobs(1) +
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, duration_ms) "
            "SELECT gen_random_uuid(), id, 'ep_1', 'a', 1 FROM webhook_jobs;"
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
            "VALUES (gen_random_uuid(), 'a', 's', 1, '{}', '{}', now())");
        const auto rows = listTable(connection(), Table(table), {}, 10);
        QVERIFY(rows);
        QCOMPARE(rows->size(), 1);
        for (const QString &column : columnsOf(name))
            QVERIFY2(rows->constFirst().contains(column), qPrintable(column));
    }

    // 2,335 stored bytes whose text is over a gigabyte, numbers of digits without end, deep nesting.
    void onePoisonedRowLeavesThePage_data()
    {
        QTest::addColumn<QString>("json");
        QTest::newRow("exponents")
            << "(SELECT jsonb_build_object('n', jsonb_agg(1e131071)) FROM generate_series(1, 8500))";
        QTest::newRow("zeros")
            << "(SELECT jsonb_agg(round(1::numeric, 16000)) FROM generate_series(1, 80000))";
        QTest::newRow("depth") << "(repeat('[', 3000) || repeat(']', 3000))::jsonb";
        QTest::newRow("size") << "to_jsonb(repeat('x', 30000000))";
    }

    void onePoisonedRowLeavesThePage()
    {
        QFETCH(const QString, json);
        m_database->run(sampleJobs(3));
        m_database->run(
            "UPDATE webhook_jobs SET payload = " + json + ", custom_headers = " + json +
            ", event_type = NULL WHERE id = (SELECT min(id::text)::uuid FROM webhook_jobs);" +
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
            "SELECT id, 'a', 's', row_number() OVER (), payload, payload, now() FROM webhook_jobs;"
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, duration_ms, "
            "request_headers, response_headers) SELECT id, id, 'ep_1', 'a', 1, payload, payload "
            "FROM webhook_jobs;"
            "INSERT INTO event_snapshots (stream_id, version, state) SELECT 's', 1, " +
            json);
        const QString bad = m_database->value("SELECT min(id::text) FROM webhook_jobs").toString();
        for (const Table table : {Table::Jobs, Table::Deliveries, Table::Events, Table::Streams}) {
            PageRequest request;
            request.table = table;
            if (table == Table::Streams)
                request.sort.column = "updated_at";
            const auto page = readPage(connection(), request);
            QVERIFY2(page, qPrintable(page ? QString() : page.error().line()));
            QCOMPARE(page->rows.size(), table == Table::Streams ? 1 : 3);
            const auto rows = listTable(connection(), table, {}, 10);
            QVERIFY2(rows, qPrintable(rows ? QString() : rows.error().line()));
            QCOMPARE(rows->size(), page->rows.size());
            if (table != Table::Jobs)
                continue;
            int unrendered = 0;
            for (const QSqlRecord &row : *rows)
                unrendered += row.value("payload").toString() == "\"payload cannot be rendered\"";
            QCOMPARE(unrendered, 1);
        }
        const auto job = readJobDetail(connection(), bad);
        QVERIFY2(job, qPrintable(job ? QString() : job.error().line()));
        QVERIFY(job->payload.text.startsWith("payload cannot be rendered"));
        QVERIFY(job->payload.bytes > 0 && job->payload.bytes < 30'000'000);
        QCOMPARE(job->attempts.size(), 1);
        QVERIFY(readDeliveryDetail(connection(), bad)->payload.text.startsWith("payload cannot be rendered"));
        QVERIFY(readEventDetail(connection(), bad)->payload.text.startsWith("payload cannot be rendered"));
        QVERIFY(readStreamDetail(connection(), "s")
                    ->latestSnapshot.text.startsWith("payload cannot be rendered"));
    }

    void nestedPayloadsAreNotBlownUp()
    {
        m_database->run(sampleJobs(1));
        m_database->run("UPDATE webhook_jobs SET payload = (repeat('[', 900) || repeat(']', 900))::jsonb");
        const auto job =
            readJobDetail(connection(), m_database->value("SELECT id::text FROM webhook_jobs").toString());
        QVERIFY(job);
        QCOMPARE(job->payload.text.size(), qsizetype(1'800));
        m_database->run("UPDATE webhook_jobs SET payload = '{\"a\": {\"b\": 1.50}}'");
        const auto plain = readJobDetail(connection(), job->job.value("id").toString());
        QCOMPARE(plain->payload.text, QString("{\n    \"a\": {\n        \"b\": 1.50\n    }\n}"));
        QCOMPARE(plain->payload.bytes, qint64(18));
    }

    void aRateBeyondAllDatesHasItsReason_data()
    {
        QTest::addColumn<QString>("rate");
        for (const char *rate : {"1e-300", "1e-13", "1e-7", "0", "-1", "'NaN'", "3e9"})
            QTest::newRow(rate) << rate;
    }

    // In a database from before the bounds, or one whose owner dropped them.
    void aRateBeyondAllDatesHasItsReason()
    {
        QFETCH(QString, rate);
        m_database->run(sampleJobs(1, "pending"));
        m_database->run(
            "ALTER TABLE webhook_endpoints DROP CONSTRAINT signalbox_rate_limit;"
            "UPDATE webhook_endpoints SET max_in_flight = 2147483647, rate_burst = 1, rate_limit = " +
            rate +
            ";UPDATE signalbox_endpoint_state SET rate_tokens = 0, rate_at = now();"
            "INSERT INTO signalbox_workers (id, host, pid, version, heartbeat_at) VALUES "
            "(gen_random_uuid(), 'h', 1, '1', now()), (gen_random_uuid(), 'h', 2, '1', now())");
        const auto held = m_database->connection().query(
            "SELECT held.reason FROM webhook_jobs, signalbox_held_reason(id) held");
        QVERIFY2(held, qPrintable(held ? QString() : held.error().line()));
        if (rate.startsWith('1'))
            QCOMPARE(held->constFirst().value(0).toString(), QString("rate"));
    }

    // Whatever else one row can do to a statement: the others are read all the same.
    void aRowThatFailsIsShownAsFarAsItCan()
    {
        m_database->run(sampleJobs(5, "pending"));
        m_database->run(
            "UPDATE webhook_jobs SET attempts = 77 WHERE id = (SELECT min(id::text)::uuid FROM "
            "webhook_jobs);"
            "CREATE OR REPLACE FUNCTION signalbox_held_reason(job_id uuid) RETURNS TABLE (reason "
            "text, until timestamptz, detail text) LANGUAGE sql STABLE AS $$ SELECT 'rate'::text, "
            "now() + interval '1 h' + interval '1 s' / (job.attempts - 77), ''::text FROM webhook_jobs job "
            "WHERE "
            "job.id = job_id $$");
        PageRequest request;
        request.limit = 2;
        QCOMPARE(walk(connection(), request), allIds("created_at DESC, id DESC"));
        request.limit = 10;
        int told = 0;
        for (const QSqlRecord &row : read(connection(), request).rows) {
            told += row.value("held").toString() == "rate";
            QCOMPARE(row.fieldName(0), QString("key"));
            QCOMPARE(row.value("status").toString(), QString("pending"));
        }
        QCOMPARE(told, 4);
        const auto job = readJobDetail(
            connection(),
            m_database->value("SELECT id::text FROM webhook_jobs WHERE attempts = 77").toString());
        QVERIFY2(job, qPrintable(job ? QString() : job.error().line()));
        QVERIFY(job->held.code.isEmpty());
    }

    void datesWithoutEndArePaged()
    {
        m_database->run(sampleJobs(9, "pending"));
        m_database->run(
            "WITH numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM webhook_jobs) "
            "UPDATE webhook_jobs job SET attempts = 2147483647, max_attempts = 2147483647, "
            "created_at = CASE WHEN n <= 3 THEN timestamptz 'infinity' WHEN n <= 6 THEN "
            "'-infinity' ELSE now() END, next_attempt = CASE WHEN n % 2 = 0 THEN timestamptz "
            "'infinity' ELSE '-infinity' END FROM numbered WHERE numbered.id = job.id");
        for (const char *column : {"created_at", "next_attempt"}) {
            PageRequest request;
            request.limit = 2;
            request.filter = filterOf("status:pending", Table::Jobs);
            request.sort.column = column;
            QCOMPARE(walk(connection(), request),
                     allIds(QString("%1 DESC, id DESC").arg(QLatin1String(column))));
        }
        const auto rows = listTable(connection(), Table::Jobs, {}, 10);
        QVERIFY(rows);
        QCOMPARE(rows->constFirst().value("created_at").toString(), QString("infinity"));
        QCOMPARE(rows->constLast().value("created_at").toString(), QString("-infinity"));
        QVERIFY(readJobDetail(connection(), rows->constFirst().value("id").toString()));
        QCOMPARE(read(connection(), {}).rows.size(), 9);
    }

    // The schema's description advises partitions; the same pages are read from both forms.
    void partitionedDeliveriesArePagedAlike()
    {
        m_database->run(sampleJobs(20));
        partitionDeliveries(*m_database);
        m_database->run(
            "UPDATE webhook_jobs SET created_at = now() - interval '40 days';"
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, "
            "created_at) SELECT gen_random_uuid(), id, 'ep_1', 'a', 200, 5, now() - day * interval '2 days' "
            "FROM webhook_jobs, generate_series(0, 14) day; ANALYZE webhook_deliveries");
        PageRequest request;
        request.table = Table::Deliveries;
        request.limit = 70;
        const auto ids = keysOf(
            *connection().query("SELECT id::text FROM webhook_deliveries ORDER BY created_at DESC, id DESC"));
        QCOMPARE(ids.size(), 300);
        QCOMPARE(walk(connection(), request), ids);
        CountRequest estimate;
        estimate.table = Table::Deliveries;
        estimate.precision = CountRequest::Precision::Estimate;
        estimate.cap = 100;
        QCOMPARE(count(estimate), std::pair(RowCount::Kind::Estimate, qint64(300)));
        const QString job = m_database->value("SELECT min(id::text) FROM webhook_jobs").toString();
        QCOMPARE(readJobDetail(connection(), job)->attempts.size(), 15);
        QCOMPARE(readDeliveryDetail(connection(), ids.constLast())->delivery.value("id").toString(),
                 ids.constLast());
        // An id of our own tells the day, and is found where it tells a wrong one too.
        for (const char *ago : {"0", "20 days"}) {
            const QDateTime moment = QDateTime::currentDateTimeUtc();
            const QString id = timeOrderedUuid(moment).toString(QUuid::WithoutBraces);
            m_database->run(QString("INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, "
                                    "duration_ms, created_at) VALUES ('%1', '%2', 'ep_1', 'a', 1, now() - "
                                    "interval '%3')")
                                .arg(id, job, QLatin1String(ago)));
            QVERIFY(readDeliveryDetail(connection(), id));
        }
        const auto overview = readOverview(connection(), {});
        QVERIFY2(overview, qPrintable(overview ? QString() : overview.error().line()));
        QCOMPARE(listTable(connection(), Table::Deliveries, {}, 1000)->size(), 302);
    }

    void partitionedEventsArePagedAlike_data()
    {
        QTest::addColumn<EventPartitions>("form");
        QTest::newRow("hash") << EventPartitions::HashByStream;
        QTest::newRow("range") << EventPartitions::RangeByTimestamp;
    }

    void partitionedEventsArePagedAlike()
    {
        QFETCH(const EventPartitions, form);
        partitionEvents(*m_database, form);
        m_database->run(
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp, "
            "created_at) "
            "SELECT gen_random_uuid(), 'a', 's' || n % 9, n, '{}', '{}', now(), now() - n * interval '1 min' "
            "FROM generate_series(1, 120) n; ANALYZE events");
        PageRequest request;
        request.table = Table::Events;
        request.limit = 50;
        const auto ids =
            keysOf(*connection().query("SELECT id::text FROM events ORDER BY created_at DESC, id DESC"));
        QCOMPARE(walk(connection(), request), ids);
        CountRequest estimate;
        estimate.table = Table::Events;
        estimate.precision = CountRequest::Precision::Estimate;
        estimate.cap = 100;
        QCOMPARE(count(estimate), std::pair(RowCount::Kind::Estimate, qint64(120)));
        QVERIFY(readEventDetail(connection(), ids.constLast()));
        OverviewRequest sampled;
        sampled.scanBudgetMs = 0;
        const auto overview = readOverview(connection(), sampled);
        QVERIFY2(overview, qPrintable(overview ? QString() : overview.error().line()));
        QCOMPARE(overview->list(Monitoring::EventsByType).rows.at(0).value("count").toInt(), 120);
    }

    void saysWhyAJobWaits()
    {
        m_database->run(
            "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, "
            "next_attempt, status, timeout_ms, "
            "event_type, lease_token, lease_until) VALUES "
            "(gen_random_uuid(), 'ep_1', 'u', '{}', 's', 1, 4, now() + interval '1 h', 'pending', 1, "
            "'back-off', NULL, NULL),"
            "(gen_random_uuid(), 'ep_1', 'u', '{}', 's', 0, 4, now() + interval '1 h', 'pending', 1, "
            "'scheduled', NULL, NULL),"
            "(gen_random_uuid(), 'ep_off', 'u', '{}', 's', 0, 4, now(), 'pending', 1, 'disabled', NULL, "
            "NULL),"
            "(gen_random_uuid(), 'ep_1', 'u', '{}', 's', 0, 4, now(), 'processing', 1, 'foreign', NULL, "
            "NULL),"
            "(gen_random_uuid(), 'ep_1', 'u', '{}', 's', 0, 4, now(), 'processing', 1, 'leased', "
            "gen_random_uuid(), now() + "
            "interval '30 s'),"
            "(gen_random_uuid(), 'ep_1', 'u', '{}', 's', 0, 4, now(), 'pending', 1, 'no-worker', NULL, NULL),"
            "(gen_random_uuid(), 'ep_1', 'u', '{}', 's', 0, 4, now(), 'completed', 1, '', NULL, NULL)");
        const Page page = read(connection(), {});
        QCOMPARE(page.rows.size(), 7);
        for (const QSqlRecord &row : page.rows) {
            const QString expected = row.value("event_type").toString();
            QCOMPARE(row.value("held").toString(), expected);
            const bool hasEnd = expected == "back-off" || expected == "scheduled" || expected == "leased";
            QCOMPARE(row.value("held_until").toDateTime().isValid(), hasEnd);
        }
        for (const QString code : {"back-off", "disabled", "foreign", "leased", "no-worker"}) {
            PageRequest request;
            request.filter = filterOf("held:" + code, Table::Jobs);
            const Page held = read(connection(), request);
            QCOMPARE(held.rows.size(), 1);
            QCOMPARE(held.rows.constFirst().value("held").toString(), code);
        }
        m_database->run(
            "INSERT INTO signalbox_workers (id, host, pid, version) VALUES (gen_random_uuid(), 'h', 1, '1')");
        PageRequest request;
        request.filter = filterOf("held:no-worker", Table::Jobs);
        QVERIFY(read(connection(), request).rows.isEmpty());
    }

private:
    PgConnection &connection() { return m_database->connection(); }

    QStringList allIds(const QString &order, const QString &where = "true")
    {
        const auto rows =
            connection().query("SELECT id::text FROM webhook_jobs WHERE " + where + " ORDER BY " + order);
        return keysOf(*rows);
    }

    QStringList columnsOf(const QString &table)
    {
        return keysOf(*connection().query("SELECT column_name::text FROM information_schema.columns "
                                          "WHERE table_schema = 'public' AND table_name = '" +
                                          table + "'"));
    }

    std::pair<RowCount::Kind, qint64> count(const CountRequest &request)
    {
        const auto rows = countRows(connection(), request);
        if (!rows)
            qFatal("%s", qPrintable(rows.error().line()));
        return {rows->kind, rows->rows};
    }

    std::unique_ptr<TestDatabase> m_database;
};

QTEST_GUILESS_MAIN(TestPages)
#include "test_pages.moc"
