#include "tests/cli/command_runner.h"
#include "tests/database/sample_rows.h"
#include "tests/support/test_database.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QTest>

#include <algorithm>
#include <iterator>

using namespace signalbox;

namespace {

struct Described
{
    const char *list;
    QString sql;
};

// The monitoring queries of the schema's description, as they stand there.
const QList<Described> &described()
{
    static const QList<Described> queries = [] {
        const char *const lists[] = {"events_per_stream", "events_by_type",    "snapshot_coverage",
                                     "queue_status",      "failing_endpoints", "delivery_performance"};
        QString text;
        for (const char *name : {"monitoring_events.sql", "monitoring_webhooks.sql"}) {
            QFile file(QStringLiteral(SIGNALBOX_SOURCE_DIR "/tests/seed/") + QLatin1String(name));
            if (!file.open(QIODevice::ReadOnly))
                qFatal("%s is missing", qPrintable(file.fileName()));
            text += QString::fromUtf8(file.readAll());
        }
        const QStringList statements = text.trimmed().split(';', Qt::SkipEmptyParts);
        if (statements.size() != qsizetype(std::size(lists)))
            qFatal("the description has six monitoring queries");
        QList<Described> found;
        for (int i = 0; i < statements.size(); ++i)
            found.append({lists[i], statements[i]});
        return found;
    }();
    return queries;
}

} // namespace

class TestOverviewCommand : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase() { m_database.reset(); }

    void everyNumberIsTheDescriptionsOwn_data();
    void everyNumberIsTheDescriptionsOwn();
    void rangesBoundEveryList();
    void everythingIsCountedWithoutBound();
    void numbersStayExact();
    void theCardsAreThere();
    void tablesForATerminal();
    void wrongRangesAreRefused();

private:
    CommandOutcome run(const QStringList &arguments)
    {
        return CommandRunner(m_database->settings()).run(QStringList{"overview"} + arguments);
    }
    nlohmann::json json(const QStringList &arguments)
    {
        const CommandOutcome outcome = run(arguments + QStringList{"--format", "json"});
        if (outcome.exitCode != 0)
            qFatal("%s", outcome.err.constData());
        return nlohmann::json::parse(outcome.out.toStdString());
    }
    /// The rows of a statement, sorted where it leaves the order open.
    nlohmann::json rowsOf(const QString &sql)
    {
        const QVariant rows = m_database->value(
            "SELECT coalesce(json_agg(to_json(listed)), '[]')::text FROM (" + sql + "\n) listed");
        return nlohmann::json::parse(rows.toString().toStdString());
    }
    static nlohmann::json sorted(nlohmann::json rows)
    {
        std::sort(rows.begin(), rows.end());
        return rows;
    }

    std::unique_ptr<TestDatabase> m_database;
};

void TestOverviewCommand::initTestCase()
{
    m_database = std::make_unique<TestDatabase>();
    m_database->run(sampleEndpoints());
    m_database->run(
        "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp, created_at) "
        "SELECT gen_random_uuid(), 'type-' || n % 13, 'stream-' || stream, n, '{}', '{}', now(), "
        "now() - (n * 20 + stream) * interval '1 min' "
        "FROM generate_series(1, 14) stream, generate_series(1, stream * 17) n;"
        "INSERT INTO event_snapshots (stream_id, version, state) VALUES ('stream-14', 30, '{}');"
        "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, "
        "next_attempt, status, timeout_ms, is_test, created_at) "
        "SELECT gen_random_uuid(), CASE WHEN n % 3 = 0 THEN 'ep_off' ELSE 'ep_1' END, 'u', '{}', 's', n % 7, "
        "8, now(), (ARRAY['pending', 'completed', 'completed', 'failed', 'cancelled'])[1 + n % 5], 100, "
        "n % 11 = 0, now() - n * interval '7 min' FROM generate_series(1, 1000) n;"
        "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, "
        "created_at) SELECT gen_random_uuid(), id, endpoint_id, 'a', "
        "CASE WHEN attempts % 2 = 0 THEN 200 ELSE 503 END, 10 + attempts * 13, created_at FROM webhook_jobs");
}

void TestOverviewCommand::everyNumberIsTheDescriptionsOwn_data()
{
    QTest::addColumn<QString>("list");
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QStringList>("arguments");
    for (const Described &one : described()) {
        const QString name = QString::fromLatin1(one.list);
        QTest::newRow(one.list) << name << one.sql << QStringList();
        const bool isHour = name == "delivery_performance";
        QTest::addRow("%s %s", one.list, isHour ? "1h" : "all")
            << name << one.sql << QStringList{"--range", isHour ? "1h" : "all"};
    }
}

void TestOverviewCommand::everyNumberIsTheDescriptionsOwn()
{
    QFETCH(const QString, list);
    QFETCH(const QString, sql);
    QFETCH(const QStringList, arguments);
    const nlohmann::json overview = json(arguments);
    const nlohmann::json expected = rowsOf(sql);
    QVERIFY(!expected.empty());
    const nlohmann::json &shown = overview[list.toStdString()];
    QVERIFY2(sorted(shown) == sorted(expected),
             qPrintable(QString::fromStdString(shown.dump() + "\n" + expected.dump())));
    const nlohmann::json &said = overview["lists"][list.toStdString()];
    QVERIFY(said["precision"] == "exact");
    QVERIFY(said["range"] == (list == "delivery_performance" ? "1h" : "all"));
}

void TestOverviewCommand::rangesBoundEveryList()
{
    const nlohmann::json overview = json({"--range", "24h"});
    const nlohmann::json expected = rowsOf("SELECT event_type, COUNT(*), MIN(created_at) as first_seen, "
                                           "MAX(created_at) as last_seen FROM events WHERE created_at > "
                                           "now() - interval '24 hours' GROUP BY event_type");
    QVERIFY(sorted(overview["events_by_type"]) == sorted(expected));
    qint64 jobs = 0;
    for (const nlohmann::json &row : overview["queue_status"])
        jobs += row["count"].get<qint64>();
    QCOMPARE(jobs, m_database
                       ->value("SELECT count(1) FROM webhook_jobs WHERE created_at > now() - interval "
                               "'24 h'")
                       .toLongLong());
    for (const Described &one : described())
        QVERIFY(overview["lists"][one.list]["range"] == "24h");
}

void TestOverviewCommand::everythingIsCountedWithoutBound()
{
    const nlohmann::json overview = json({"--range", "all"});
    qint64 deliveries = 0;
    for (const nlohmann::json &row : overview["delivery_performance"])
        deliveries += row["total_deliveries"].get<qint64>();
    QCOMPARE(deliveries, qint64(1000));
    QVERIFY(overview["cards"]["attempts"] == 1000);
    QVERIFY(overview["cards"]["range"] == "all");
}

void TestOverviewCommand::numbersStayExact()
{
    const QByteArray text = run({"--range", "all", "--format", "json"}).out;
    const QString average =
        m_database->value("SELECT avg(attempts)::text FROM webhook_jobs WHERE status = 'failed'").toString();
    QVERIFY(average.size() > 15);
    QVERIFY2(text.contains("\"avg_attempts\":" + average.toLatin1()), text.constData());
}

void TestOverviewCommand::theCardsAreThere()
{
    const nlohmann::json cards = json({})["cards"];
    for (const char *name : {"due_now", "oldest_due_seconds", "attempts", "delivered", "p50_ms", "p95_ms",
                             "endpoints", "failing_endpoints", "disabled_endpoints", "event_lag_seconds",
                             "failed", "due_throttled", "due_breaker", "due_disabled"})
        QVERIFY2(cards.contains(name), name);
    QVERIFY(cards["range"] == "1h");
    QVERIFY(cards["endpoints"] == 2);
    QVERIFY(cards["due_now"].get<int>() + cards["due_disabled"].get<int>() == 200);
    QVERIFY(cards["failed"].get<int>() == cards["attempts"].get<int>() - cards["delivered"].get<int>());
}

void TestOverviewCommand::tablesForATerminal()
{
    const CommandOutcome shown = run({});
    QCOMPARE(shown.exitCode, 0);
    QVERIFY2(shown.out.startsWith("events_per_stream (all)\nstream_id"), shown.out.constData());
    QVERIFY(shown.out.contains("delivery_performance (1h)\nendpoint_id"));
}

void TestOverviewCommand::wrongRangesAreRefused()
{
    QCOMPARE(run({"--range", "2h"}).exitCode, 2);
    QCOMPARE(run({"--format", "csv"}).exitCode, 2);
}

QTEST_GUILESS_MAIN(TestOverviewCommand)
#include "test_overview_command.moc"
