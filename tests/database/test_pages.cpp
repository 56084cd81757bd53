#include "app/database/page_queries.h"
#include "tests/database/sample_rows.h"
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
