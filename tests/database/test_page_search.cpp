#include "app/database/page_queries.h"
#include "tests/support/test_database.h"

#include <QTest>

using namespace signalbox;

// A filter that no index carries is searched for in steps: what it finds is what one statement would.
class TestPageSearch : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase() { m_database.reset(); }

    void findsWhatOneStatementFinds_data();
    void findsWhatOneStatementFinds();
    void tellsHowFarItIs();
    void isEndedEarly();
    void readsWhatIsPromptAtOnce();

private:
    static PageRequest request(Table table, const QString &filter, int limit)
    {
        PageRequest request;
        request.table = table;
        request.filter = *parseFilter(filter, table);
        request.limit = limit;
        if (table == Table::Streams)
            request.sort.column = QStringLiteral("updated_at");
        return request;
    }
    QStringList keys(PageRequest request, bool inSteps);

    std::unique_ptr<TestDatabase> m_database;
};

void TestPageSearch::initTestCase()
{
    m_database = std::make_unique<TestDatabase>();
    // Thirty days, most of it lately, a burst within one moment, and rows whose time is no time.
    m_database->run(QStringLiteral(R"(
INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep_1', 'http://example.com/', 's'), ('ep_2', 'http://example.com/', 's');
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, next_attempt, status, last_error,
    timeout_ms, event_type, created_at)
SELECT gen_random_uuid(), 'ep_' || 1 + n % 2, 'u', '{}', 's', 1, 4, now(),
    (ARRAY['pending', 'completed', 'failed', 'cancelled'])[1 + n % 4],
    CASE WHEN n % 7 = 0 THEN 'no stock left' END, 1, 'type.' || n % 5,
    CASE WHEN n > 1950 THEN '2026-01-01 00:00Z' WHEN n = 1 THEN 'infinity' WHEN n = 2 THEN '-infinity'
         ELSE now() - interval '30 days' * (n / 2000.0) ^ 3 END
FROM generate_series(1, 2000) n;
INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, attempt, created_at,
    response_body)
SELECT gen_random_uuid(), id, endpoint_id, event_type, 500, 1, 1, created_at, last_error FROM webhook_jobs;
INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp, created_at)
SELECT gen_random_uuid(), 'type.' || n % 5, 'stream-' || n % 50, 1 + n / 50, '{}', '{}', now(), now() - n * interval '1 hour'
FROM generate_series(0, 499) n;
ANALYZE;)"));
}

QStringList TestPageSearch::keys(PageRequest request, bool inSteps)
{
    if (inSteps) {
        request.watch.progress = [](const SearchProgress &) {};
        request.watch.promptMs = 0;
    }
    QStringList all;
    while (true) {
        const auto page = readPage(m_database->connection(), request);
        if (!page) {
            qWarning("%s", qPrintable(page.error().line()));
            return {};
        }
        for (const QSqlRecord &row : page->rows)
            all << rowKey(row);
        if (page->complete || page->rows.isEmpty())
            return all;
        request.from = rowCursor(page->rows.constLast());
    }
}

void TestPageSearch::findsWhatOneStatementFinds_data()
{
    QTest::addColumn<int>("table");
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("limit");
    const auto row = [](Table table, const char *filter, int limit) {
        QTest::addRow("%d %s by %d", int(table), filter, limit) << int(table) << QString(filter) << limit;
    };
    for (const int limit : {7, 200}) {
        row(Table::Jobs, "stock", limit);
        row(Table::Jobs, "status:pending,failed stock", limit);
        row(Table::Jobs, "response:stock", limit);
        row(Table::Jobs, "type:type.3 endpoint:ep_*", limit);
        row(Table::Jobs, "nowhere", limit);
        row(Table::Deliveries, "status:pending", limit);
        row(Table::Deliveries, "response:left", limit);
        row(Table::Events, "type.4", limit);
        row(Table::Streams, "stream-1", limit);
    }
}

void TestPageSearch::findsWhatOneStatementFinds()
{
    QFETCH(const int, table);
    QFETCH(const QString, filter);
    QFETCH(const int, limit);
    const PageRequest wanted = request(Table(table), filter, limit);
    const QStringList expected = keys(wanted, false);
    QCOMPARE(expected.isEmpty(), filter == QLatin1String("nowhere"));
    QCOMPARE(keys(wanted, true), expected);
}

void TestPageSearch::tellsHowFarItIs()
{
    PageRequest wanted = request(Table::Jobs, QStringLiteral("nowhere"), 10);
    QList<double> shares;
    wanted.watch = {[&shares](const SearchProgress &progress) { shares << progress.share; }, {}, 0};
    const auto page = readPage(m_database->connection(), wanted);
    QVERIFY(page && page->complete && !page->stopped);
    QVERIFY(!shares.isEmpty());
    QVERIFY(std::is_sorted(shares.cbegin(), shares.cend()));
    QVERIFY(shares.constFirst() == 0.0 && shares.constLast() <= 1.0);
}

void TestPageSearch::isEndedEarly()
{
    const auto stop = std::make_shared<std::atomic<bool>>(false);
    PageRequest wanted = request(Table::Jobs, QStringLiteral("stock"), 1'000);
    wanted.watch = {[stop](const SearchProgress &progress) {
                        if (progress.found > 0)
                            *stop = true;
                    },
                    stop, 0};
    const auto page = readPage(m_database->connection(), wanted);
    QVERIFY(page);
    QVERIFY(page->stopped && !page->complete);
    QVERIFY(!page->rows.isEmpty() && page->rows.size() < 280);
}

void TestPageSearch::readsWhatIsPromptAtOnce()
{
    PageRequest wanted = request(Table::Jobs, QStringLiteral("status:failed"), 10);
    int told = 0;
    wanted.watch = {[&told](const SearchProgress &) { ++told; }, {}, 60'000};
    const auto page = readPage(m_database->connection(), wanted);
    QVERIFY(page && page->rows.size() == 10);
    QCOMPARE(told, 0);
}

QTEST_GUILESS_MAIN(TestPageSearch)
#include "test_page_search.moc"
