#include "tests/cli/command_runner.h"
#include "tests/support/test_database.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace signalbox;

class TestListCommands : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase() { m_database.reset(); }

    void jsonHasTheColumnsOfTheSchema_data();
    void jsonHasTheColumnsOfTheSchema();
    void jobsAreNewestFirstAndLimited();
    void valuesKeepTheirTypes();
    void csvIsQuoted();
    void formulasAreQuoted();
    void controlCharactersReachNoTerminal_data();
    void controlCharactersReachNoTerminal();
    void oneBadRowLeavesTheList_data();
    void oneBadRowLeavesTheList();
    void tablesAreAligned();
    void emptyResults_data();
    void emptyResults();
    void filtersSelect_data();
    void filtersSelect();
    void dryRunChangesNothing();
    void retryAndCancel();
    void secretsNeverAppear();

private:
    CommandOutcome run(const QStringList &arguments)
    {
        return CommandRunner(m_database->settings()).run(arguments);
    }
    nlohmann::json json(const QStringList &arguments)
    {
        const CommandOutcome outcome = run(arguments + QStringList{"--format", "json"});
        return outcome.exitCode == 0 ? nlohmann::json::parse(outcome.out.toStdString()) : nlohmann::json();
    }

    std::unique_ptr<TestDatabase> m_database;
};

void TestListCommands::initTestCase()
{
    m_database = std::make_unique<TestDatabase>();
    m_database->run(QStringLiteral(
        "INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep_1', 'http://example.com/', "
        "'top-secret'), "
        "('ep_2', 'http://example.com/', 'top-secret');"
        "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, custom_headers, attempts, "
        "max_attempts, next_attempt, "
        "status, last_error, timeout_ms, created_at) VALUES "
        "('00000000-0000-4000-8000-000000000001', 'ep_1', 'http://example.com/', '{\"n\": 1.50, \"type\": "
        "\"user.created\"}', "
        "'top-secret', NULL, 0, 3, now(), 'pending', NULL, 100, '2026-11-01 10:00Z'), "
        "('00000000-0000-4000-8000-000000000002', 'ep_1', 'http://example.com/', '{}', 'top-secret', "
        "'{\"X-A\": \"b\"}', 3, 3, "
        "now(), 'failed', E'say \"no\",\\nplease', 100, '2026-11-02 10:00Z'), "
        "('00000000-0000-4000-8000-000000000003', 'ep_2', 'http://example.com/', '{}', 'top-secret', NULL, "
        "1, 3, now(), "
        "'completed', '', 100, '2026-11-03 10:00Z');"
        "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, "
        "attempt, outcome) VALUES "
        "(gen_random_uuid(), '00000000-0000-4000-8000-000000000002', 'ep_1', 'unknown', 500, 12, 1, "
        "'answered');"
        "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) VALUES "
        "(gen_random_uuid(), 'user.created', 'user-1', 1, '{\"big\": 123456789012345678901234567890}', '{}', "
        "now());"));
}

void TestListCommands::jsonHasTheColumnsOfTheSchema_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QStringList>("columns");
    QTest::newRow("jobs") << "jobs" << QStringList{"id",           "endpoint_id",    "url",
                                                   "payload",      "custom_headers", "attempts",
                                                   "max_attempts", "next_attempt",   "status",
                                                   "last_error",   "timeout_ms",     "created_at",
                                                   "updated_at"};
    QTest::newRow("deliveries") << "deliveries" << QStringList{"id",         "job_id",      "endpoint_id",
                                                               "event_type", "status_code", "response_body",
                                                               "error",      "duration_ms", "created_at"};
    QTest::newRow("events") << "events"
                            << QStringList{"id",        "event_type", "stream_id",      "version",
                                           "payload",   "metadata",   "correlation_id", "causation_id",
                                           "timestamp", "created_at"};
    QTest::newRow("streams") << "streams" << QStringList{"id", "current_version", "created_at", "updated_at"};
}

void TestListCommands::jsonHasTheColumnsOfTheSchema()
{
    QFETCH(const QString, command);
    QFETCH(const QStringList, columns);
    const auto rows = json({command, "list"});
    QVERIFY(rows.is_array() && !rows.empty());
    for (const QString &column : columns)
        QVERIFY2(rows[0].contains(column.toStdString()), qPrintable(column));
}

void TestListCommands::jobsAreNewestFirstAndLimited()
{
    const auto all = json({"jobs", "list"});
    QCOMPARE(all.size(), 3U);
    QVERIFY(all[0]["status"] == "completed");
    QVERIFY(all[2]["status"] == "pending");
    const auto newest = json({"jobs", "list", "--limit", "1"});
    QCOMPARE(newest.size(), 1U);
    QVERIFY(newest[0]["id"] == all[0]["id"]);
}

void TestListCommands::valuesKeepTheirTypes()
{
    const auto rows = json({"jobs", "list", "--filter", "id:00000000-0000-4000-8000-000000000001"});
    QCOMPARE(rows.size(), 1U);
    QVERIFY(rows[0]["attempts"] == 0);
    QVERIFY(rows[0]["is_test"] == false);
    QVERIFY(rows[0]["last_error"] == nullptr);
    QVERIFY(rows[0]["custom_headers"] == nullptr);
    QVERIFY(rows[0]["payload"].is_object());
    const QDateTime created =
        QDateTime::fromString(QString::fromStdString(rows[0]["created_at"]), Qt::ISODateWithMs);
    QCOMPARE(created.toUTC(), QDateTime(QDate(2026, 11, 1), QTime(10, 0), Qt::UTC));
    const CommandOutcome raw = run({"jobs", "list", "--format", "json"});
    QVERIFY(raw.out.contains("1.50"));
}

void TestListCommands::csvIsQuoted()
{
    const CommandOutcome listed =
        run({"jobs", "list", "--filter", "status:failed,completed", "--format", "csv"});
    QCOMPARE(listed.exitCode, 0);
    QVERIFY(listed.out.startsWith("id,endpoint_id,url,payload,"));
    QVERIFY2(listed.out.contains(",\"say \"\"no\"\",\nplease\","), listed.out.constData());
    QVERIFY(listed.out.contains(",completed,\"\",100,"));
    QVERIFY(listed.out.endsWith("\r\n"));
}

void TestListCommands::formulasAreQuoted()
{
    TestDatabase database;
    database.run(
        "INSERT INTO webhook_endpoints (id, url, secret) VALUES ('=1+1', 'u', 's'), ('+a', 'u', 's'), "
        "('-a', 'u', 's'), ('@a', 'u', 's');"
        "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, "
        "next_attempt, status, timeout_ms, priority) SELECT gen_random_uuid(), id, 'u', '-5', 's', 0, "
        "1, now(), 'failed', 1, -1 FROM webhook_endpoints");
    const CommandOutcome listed = CommandRunner(database.settings()).run({"jobs", "list", "--format", "csv"});
    QCOMPARE(listed.exitCode, 0);
    for (const char *cell : {",\"'=1+1\",", ",\"'+a\",", ",\"'-a\",", ",\"'@a\",", ",\"'-5\",", ",-1,"})
        QVERIFY2(listed.out.contains(cell), listed.out.constData());
}

void TestListCommands::controlCharactersReachNoTerminal_data()
{
    QTest::addColumn<QString>("format");
    for (const char *format : {"table", "json", "csv"})
        QTest::newRow(format) << QString::fromLatin1(format);
}

void TestListCommands::controlCharactersReachNoTerminal()
{
    QFETCH(const QString, format);
    TestDatabase database;
    // ESC, BEL, the C1 form of CSI, and characters that turn text round.
    database.run(QString::fromUtf8(
        "INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep', 'u', 's');"
        "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, "
        "next_attempt, status, timeout_ms, last_error, event_type) VALUES (gen_random_uuid(), 'ep', 'u', "
        "jsonb_build_object('a', E'x\\u009b31m\\u202Ey'), 's', 0, 1, now(), 'failed', 1, "
        "E'\\x1b]0;title\\x07 red \\u009b31m back \\u202E turned \\u2066 end', E'a\\x1b[2J')"));
    const CommandOutcome listed =
        CommandRunner(database.settings()).run({"jobs", "list", "--format", format});
    QCOMPARE(listed.exitCode, 0);
    QVERIFY(listed.out.contains("red"));
    const QString text = QString::fromUtf8(listed.out);
    for (const QChar character : text) {
        const bool isPlain =
            character.category() != QChar::Other_Control && character.category() != QChar::Other_Format;
        QVERIFY2(isPlain || character == '\n' || character == '\r',
                 qPrintable(QString::number(character.unicode(), 16)));
    }
    if (format == "json") {
        const auto rows = nlohmann::json::parse(listed.out.toStdString());
        QVERIFY(rows[0]["event_type"] == "a\x1b[2J");
        QVERIFY(rows[0]["payload"]["a"] == "x\u009b31m\u202Ey");
    }
}

void TestListCommands::oneBadRowLeavesTheList_data()
{
    QTest::addColumn<QString>("command");
    QTest::newRow("jobs") << "jobs";
    QTest::newRow("events") << "events";
}

// Some thousand stored bytes whose text is over a gigabyte.
void TestListCommands::oneBadRowLeavesTheList()
{
    QFETCH(const QString, command);
    TestDatabase database;
    database.run(
        "INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep', 'u', 's');"
        "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, custom_headers, secret, attempts, "
        "max_attempts, next_attempt, status, timeout_ms) SELECT gen_random_uuid(), 'ep', 'u', bad, bad, 's', "
        "0, 1, now(), 'failed', 1 FROM (SELECT jsonb_build_object('n', jsonb_agg(1e131071)) AS bad FROM "
        "generate_series(1, 8500)) made;"
        "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, "
        "next_attempt, status, timeout_ms) SELECT gen_random_uuid(), 'ep', 'u', '{\"n\": 1e400}', 's', 0, 1, "
        "now(), 'failed', 1 FROM generate_series(1, 3);"
        "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp, created_at) "
        "SELECT gen_random_uuid(), 'a', 's', row_number() OVER (), payload, '{}', now(), "
        "CASE WHEN row_number() OVER () = 1 THEN timestamptz 'infinity' ELSE now() END FROM webhook_jobs");
    const CommandRunner runner(database.settings());
    for (const char *format : {"table", "csv", "json"}) {
        const CommandOutcome listed = runner.run({command, "list", "--format", format});
        QVERIFY2(listed.exitCode == 0, listed.err.constData());
        QVERIFY(listed.out.size() < 1'000'000);
        if (qstrcmp(format, "json") != 0)
            continue;
        QVERIFY(listed.out.contains("payload cannot be rendered"));
        QCOMPARE(listed.out.count("\"payload\": {"), 3);
    }
}

void TestListCommands::tablesAreAligned()
{
    const QStringList lines = run({"jobs", "list"}).lines();
    QCOMPARE(lines.size(), 4);
    const qsizetype column = lines[0].indexOf("status");
    QVERIFY(column > 0);
    QCOMPARE(lines[1].mid(column, 9), QString("completed"));
    QCOMPARE(lines[3].mid(column, 7), QString("pending"));
}

void TestListCommands::emptyResults_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QByteArray>("start");
    QTest::newRow("json") << "json" << QByteArray("[]\n");
    QTest::newRow("csv") << "csv" << QByteArray("id,endpoint_id,url,payload,");
    QTest::newRow("table") << "table" << QByteArray("id  status");
}

void TestListCommands::emptyResults()
{
    QFETCH(const QString, format);
    QFETCH(const QByteArray, start);
    const CommandOutcome listed = run({"jobs", "list", "--filter", "status:cancelled", "--format", format});
    QCOMPARE(listed.exitCode, 0);
    QVERIFY2(listed.out.startsWith(start), listed.out.constData());
    QCOMPARE(listed.lines().size(), 1);
}

void TestListCommands::filtersSelect_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("rows");
    const auto row = [](const char *command, const char *filter, int rows) {
        QTest::addRow("%s %s", command, filter) << QString(command) << QString(filter) << rows;
    };
    row("jobs", "status:failed,pending", 2);
    row("jobs", "-status:failed", 2);
    row("jobs", "endpoint:ep_1", 2);
    row("jobs", "endpoint:ep_1 status:failed", 1);
    row("jobs", "attempts:>=1", 2);
    row("jobs", "created:2026-11-02..2026-11-03", 2);
    row("jobs", "created:<2026-11-02", 1);
    row("jobs", "type:user.*", 1);
    row("jobs", "error:no", 1);
    row("jobs", "code:5xx", 1);
    row("jobs", "outcome:answered", 1);
    row("jobs", "payload.n:1.5", 1);
    row("deliveries", "code:500", 1);
    row("deliveries", "code:2xx", 0);
    row("deliveries", "duration:>10ms", 1);
    row("events", "stream:user-1 type:user.*", 1);
    row("events", "payload.big:123456789012345678901234567890", 1);
    row("events", "age:>1h", 0);
    row("streams", "id:user-1", 1);
}

void TestListCommands::filtersSelect()
{
    QFETCH(const QString, command);
    QFETCH(const QString, filter);
    QFETCH(const int, rows);
    const auto listed = json({command, "list", "--filter", filter});
    QVERIFY(listed.is_array());
    QCOMPARE(int(listed.size()), rows);
}

void TestListCommands::dryRunChangesNothing()
{
    const CommandOutcome preview = run({"jobs", "retry", "--filter", "status:failed", "--dry-run"});
    QCOMPARE(preview.exitCode, 0);
    QVERIFY2(preview.out.startsWith("1 of 1 "), preview.out.constData());
    QVERIFY(preview.out.contains("ep_1"));
    // Without a word about it the same is said, and the exit code tells that nothing was done.
    const CommandOutcome asked = run({"jobs", "retry", "--filter", "status:failed", "--reason", "fixed"});
    QCOMPARE(asked.exitCode, 2);
    QCOMPARE(asked.out, preview.out);
    QVERIFY(asked.err.contains("--yes"));
    QCOMPARE(m_database->value("SELECT count(1) FROM webhook_jobs WHERE status = 'failed'").toInt(), 1);
    QCOMPARE(m_database->value("SELECT count(1) FROM signalbox_changes").toInt(), 0);
}

void TestListCommands::retryAndCancel()
{
    const CommandOutcome retried =
        run({"jobs", "retry", "--filter", "status:failed", "--reason", "fixed", "--yes"});
    QCOMPARE(retried.exitCode, 0);
    QCOMPARE(retried.out, QByteArray("1\n"));
    QCOMPARE(m_database->value("SELECT status || ' ' || max_attempts FROM webhook_jobs WHERE attempts = 3")
                 .toString(),
             QString("pending 4"));
    QCOMPARE(m_database->value("SELECT reason FROM signalbox_changes").toString(), QString("fixed"));
    const CommandOutcome cancelled =
        run({"jobs", "cancel", "--filter", "attempts:3", "--reason", "gave up", "--yes"});
    QCOMPARE(cancelled.exitCode, 0);
    QCOMPARE(cancelled.out, QByteArray("1\n"));
    QCOMPARE(m_database->value("SELECT status FROM webhook_jobs WHERE attempts = 3").toString(),
             QString("cancelled"));
}

void TestListCommands::secretsNeverAppear()
{
    for (const char *format : {"table", "json", "csv"}) {
        QVERIFY(!run({"jobs", "list", "--format", format}).out.contains("top-secret"));
        QVERIFY(!run({"endpoint", "list", "--format", format}).out.contains("top-secret"));
    }
}

QTEST_GUILESS_MAIN(TestListCommands)
#include "test_list_commands.moc"
