#include "app/database/page_queries.h"
#include "app/database/payload_path.h"
#include "tests/database/sample_rows.h"
#include "tests/support/test_database.h"

#include <QTest>

using namespace signalbox;

namespace {

// Three jobs made of events and one that a producer inserted; the names in event_type tell them apart.
QString rows()
{
    return QStringLiteral(
        "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, correlation_id, "
        "timestamp, created_at) VALUES "
        "('10000000-0000-0000-0000-000000000001', 'user.created', 'user-1', 1, '{\"user\": {\"id\": 42, "
        "\"tags\": [\"vip\", "
        "\"new\"]}}', '{}', 'aaaaaaaa-0000-0000-0000-000000000001', now(), '2026-01-01 10:00:00+00'), "
        "('20000000-0000-0000-0000-000000000002', 'user.updated', 'user-2', 1, '{\"user\": {\"id\": \"42\"}, "
        "\"big\": "
        "12345678901234567890123}', '{}', NULL, now(), '2026-01-02 10:00:00+00'), "
        "('30000000-0000-0000-0000-000000000003', 'order_placed', 'order-1', 1, '{\"lines\": [{\"sku\": "
        "\"x\"}, {\"sku\": \"y\"}]}', "
        "'{}', NULL, now(), now() - interval '10 s');"
        "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, "
        "next_attempt, status, last_error, "
        "timeout_ms, event_type, event_id, created_at) VALUES "
        "('1a000000-0000-0000-0000-000000000001', 'ep_1', 'u', '{\"type\": \"user.created\", \"data\": "
        "{\"user\": {\"id\": 42}}}', "
        "'s', 4, 4, now(), 'failed', 'HTTP 500: it \"timed out\" 100%', 1, 'user.created', "
        "'10000000-0000-0000-0000-000000000001', '2026-01-01 10:00:00+00'), "
        "('1b000000-0000-0000-0000-000000000002', 'ep_off', 'u', '{\"type\": \"user.updated\", \"data\": "
        "{}}', 's', 0, 4, now(), "
        "'pending', NULL, 1, 'user.updated', '20000000-0000-0000-0000-000000000002', '2026-01-02 "
        "10:00:00+00'), "
        "('2c000000-0000-0000-0000-000000000003', 'ep_1', 'u', '{\"event_type\": \"own.type\", \"user\": "
        "{\"id\": \"42\"}}', 's', 1, 4, "
        "now(), 'completed', NULL, 1, NULL, NULL, now() - interval '10 s');"
        "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, error, "
        "duration_ms, attempt, outcome, "
        "created_at) VALUES "
        "('aa000000-0000-0000-0000-000000000001', '1a000000-0000-0000-0000-000000000001', 'ep_1', "
        "'user.created', 500, 'HTTP 500', "
        "2500, 1, 'answered', '2026-01-01 10:00:00+00'), "
        "('bb000000-0000-0000-0000-000000000002', '1a000000-0000-0000-0000-000000000001', 'ep_1', "
        "'user.created', NULL, 'timed out', "
        "30000, 2, 'no-answer', '2026-01-02 10:00:00+00'), "
        "('cc000000-0000-0000-0000-000000000003', '2c000000-0000-0000-0000-000000000003', 'ep_1', "
        "'own.type', 204, NULL, 12, NULL, "
        "NULL, now() - interval '10 s');"
        "UPDATE webhook_deliveries SET response_body = 'No Stock left' WHERE attempt = 1");
}

} // namespace

class TestFilterSql : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_database = std::make_unique<TestDatabase>();
        m_database->run(sampleEndpoints() + rows());
    }
    void cleanupTestCase() { m_database.reset(); }

    void finds_data()
    {
        QTest::addColumn<int>("table");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected"); // first two characters of the ids, oldest first
        const auto add = [](Table table, const char *text, const char *expected) {
            QTest::addRow("%d %s", int(table), text) << int(table) << QString(text) << QString(expected);
        };
        jobRows(add);
        deliveryRows(add);
        eventRows(add);
        add(Table::Streams, "stream:user-*", "us us");
        add(Table::Streams, "id:order-1", "or");
        add(Table::Streams, "USER", "us us");
        add(Table::Streams, "age:<1h -stream:user-1", "us or");
        add(Table::Streams, "created:>2020-01-01", "us us or");
    }

    void finds()
    {
        QFETCH(int, table);
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const auto filter = parseFilter(text, Table(table));
        QVERIFY2(filter, filter ? "" : qPrintable(filter.error().line()));
        PageRequest request;
        request.table = Table(table);
        request.filter = *filter;
        request.sort = {Table(table) == Table::Streams ? "id" : "created_at", Table(table) == Table::Streams};
        const auto page = readPage(m_database->connection(), request);
        QVERIFY2(page, page ? "" : qPrintable(page.error().line()));
        QStringList found;
        for (const QSqlRecord &row : page->rows)
            found << rowKey(row).left(2);
        QCOMPARE(found.join(' '), expected);

        CountRequest count;
        count.table = Table(table);
        count.filter = *filter;
        const auto rows = countRows(m_database->connection(), count);
        QVERIFY2(rows, rows ? "" : qPrintable(rows.error().line()));
        QCOMPARE(rows->rows, qint64(found.size()));
    }

    void everyWordOfEveryTableIsUnderstood()
    {
        const QHash<QString, QString> samples{{"status:", "failed"},
                                              {"endpoint:", "e*"},
                                              {"type:", "a*"},
                                              {"code:", "5xx"},
                                              {"attempts:", ">=1"},
                                              {"age:", "1m..2m"},
                                              {"duration:", "1s..2s"},
                                              {"created:", "2026-01-01.."},
                                              {"error:", "x"},
                                              {"stream:", "s"},
                                              {"correlation:", "aaaaaaaa-0000-0000-0000-000000000001"},
                                              {"id:", "a"},
                                              {"payload.", "a:1"},
                                              {"outcome:", "never-connected"},
                                              {"held:", "breaker"},
                                              {"failed:", "<10m"},
                                              {"response:", "x"},
                                              {"any:", "x"},
                                              {"due:", "ready"},
                                              {"test:", "no"},
                                              {"change:", "aaaaaaaa-0000-0000-0000-000000000001"}};
        for (const Table table : {Table::Jobs, Table::Deliveries, Table::Events, Table::Streams}) {
            for (const QString &word : filterFieldNames(table)) {
                QVERIFY2(samples.contains(word), qPrintable(word));
                for (const QString sign : {"", "-"}) {
                    PageRequest request;
                    request.table = table;
                    request.filter = *parseFilter(sign + word + samples.value(word), table);
                    request.sort.column = table == Table::Streams ? "updated_at" : "created_at";
                    const auto page = readPage(m_database->connection(), request);
                    QVERIFY2(page,
                             qPrintable(request.filter.text + (page ? QString() : page.error().line())));
                }
            }
        }
    }

    void payloadValuesKeepTheirDigits()
    {
        QCOMPARE(payloadPredicate({"a", "b\"c"}, "12345678901234567890123", false),
                 QString("$.\"a\".\"b\\\"c\" == \"12345678901234567890123\" || "
                         "$.\"a\".\"b\\\"c\" == 12345678901234567890123"));
        QCOMPARE(payloadPredicate({"a"}, "x", true),
                 QString("$.\"a\" == \"x\" || $.\"data\".\"a\" == \"x\""));
    }

private:
    template <typename Add> static void jobRows(Add add)
    {
        add(Table::Jobs, "status:failed", "1a");
        add(Table::Jobs, "status:failed,pending", "1a 1b");
        add(Table::Jobs, "-status:failed,pending", "2c");
        add(Table::Jobs, "status:failed status:pending", "");
        add(Table::Jobs, "endpoint:ep_1", "1a 2c");
        add(Table::Jobs, "endpoint:ep_*", "1a 1b 2c");
        add(Table::Jobs, "endpoint:ep", "");
        add(Table::Jobs, "-endpoint:ep_1", "1b");
        add(Table::Jobs, "type:user.*", "1a 1b");
        add(Table::Jobs, "type:own.type", "2c");
        add(Table::Jobs, "type:user_created", "");
        add(Table::Jobs, "attempts:>=1 attempts:<4", "2c");
        add(Table::Jobs, "attempts:1..4", "1a 2c");
        add(Table::Jobs, "age:<1h", "2c");
        add(Table::Jobs, "age:>1h", "1a 1b");
        add(Table::Jobs, "created:2026-01-01", "1a");
        add(Table::Jobs, "created:2026-01-01..2026-01-02", "1a 1b");
        add(Table::Jobs, "error:\"TIMED OUT\"", "1a");
        add(Table::Jobs, "error:100%", "1a");
        add(Table::Jobs, "-error:timed", "1b 2c");
        add(Table::Jobs, "id:1", "1a 1b");
        add(Table::Jobs, "id:1b000000-0000-0000-0000-000000000002", "1b");
        add(Table::Jobs, "stream:user-1", "1a");
        add(Table::Jobs, "stream:user-*", "1a 1b");
        add(Table::Jobs, "correlation:aaaaaaaa-0000-0000-0000-000000000001", "1a");
        add(Table::Jobs, "payload.user.id:42", "1a 2c");
        add(Table::Jobs, "-payload.user.id:42", "1b");
        add(Table::Jobs, "code:5xx", "1a");
        add(Table::Jobs, "code:204", "2c");
        add(Table::Jobs, "outcome:no-answer", "1a");
        add(Table::Jobs, "duration:<1s", "2c");
        add(Table::Jobs, "failed:<1h", "");
        add(Table::Jobs, "failed:>1h", "1a");
        add(Table::Jobs, "-failed:>1h", "1b 2c");
        add(Table::Jobs, "failed:1h..36500d", "1a");
        add(Table::Jobs, "response:\"no stock\"", "1a");
        add(Table::Jobs, "-response:stock", "1b 2c");
        add(Table::Jobs, "UPDATED", "1b");
        add(Table::Jobs, "own.type", "2c");
        add(Table::Jobs, "ep_off", "1b");
        add(Table::Jobs, "\"timed out\" user", "1a");
        add(Table::Jobs, "-user", "2c");
        add(Table::Jobs, "1b000000", "1b");
        add(Table::Jobs, "1b", "1b");
        add(Table::Jobs, "10000000-0000-0000-0000-000000000001", "1a");
        add(Table::Jobs, "aaaaaaaa-0000-0000-0000-000000000001", "1a");
        add(Table::Jobs, "bb000000-0000-0000-0000-000000000002", "1a");
        add(Table::Jobs, "{2C000000-0000-0000-0000-000000000003}", "");
        add(Table::Jobs, "held:disabled", "1b");
        add(Table::Jobs, "-held:disabled", "1a 2c");
    }

    template <typename Add> static void deliveryRows(Add add)
    {
        add(Table::Deliveries, "code:5xx", "aa");
        add(Table::Deliveries, "code:500,204", "aa cc");
        add(Table::Deliveries, "-code:5xx", "bb cc");
        add(Table::Deliveries, "-code:2xx", "aa bb");
        add(Table::Deliveries, "outcome:answered", "aa cc");
        add(Table::Deliveries, "outcome:no-answer", "bb");
        add(Table::Deliveries, "duration:>2s", "aa bb");
        add(Table::Deliveries, "attempts:2", "bb");
        add(Table::Deliveries, "status:completed", "cc");
        add(Table::Deliveries, "-status:completed", "aa bb");
        add(Table::Deliveries, "stream:user-1", "aa bb");
        add(Table::Deliveries, "error:timed", "bb");
        add(Table::Deliveries, "payload.user.id:42", "aa bb cc");
        add(Table::Deliveries, "id:c", "cc");
        add(Table::Deliveries, "response:*stock*left", "aa");
        add(Table::Deliveries, "failed:>1h", "aa bb");
        add(Table::Deliveries, "failed:<1h", "");
        add(Table::Deliveries, "timed", "bb");
        add(Table::Deliveries, "1a000000-0000-0000-0000-000000000001", "aa bb");
    }

    template <typename Add> static void eventRows(Add add)
    {
        add(Table::Events, "type:user.*", "10 20");
        add(Table::Events, "type:order_placed", "30");
        add(Table::Events, "stream:user-2", "20");
        add(Table::Events, "correlation:aaaaaaaa-0000-0000-0000-000000000001", "10");
        add(Table::Events, "payload.user.id:42", "10 20");
        add(Table::Events, "payload.user.tags:vip", "10");
        add(Table::Events, "payload.lines.sku:y", "30");
        add(Table::Events, "payload.big:12345678901234567890123", "20");
        add(Table::Events, "payload.big:12345678901234567890124", "");
        add(Table::Events, "id:3", "30");
        add(Table::Events, "order", "30");
        add(Table::Events, "aaaaaaaa-0000-0000-0000-000000000001", "10");
    }

    std::unique_ptr<TestDatabase> m_database;
};

QTEST_GUILESS_MAIN(TestFilterSql)
#include "test_filter_sql.moc"
