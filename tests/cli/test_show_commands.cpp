#include "tests/cli/command_runner.h"
#include "tests/support/patience.h"
#include "tests/support/test_database.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTemporaryFile>
#include <QTest>

#include <csignal>

using namespace signalbox;

namespace {

const QString failedJob = QStringLiteral("aaaa0000-0000-4000-8000-000000000001");

QString insertEvent(const QString &stream, int version)
{
    return QStringLiteral(
               "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
               "VALUES (gen_random_uuid(), 'user.created', '%1', %2, "
               "'{\"big\": 123456789012345678901234567890}', '{}', now());")
        .arg(stream)
        .arg(version);
}

} // namespace

// One row with what belongs to it, lists that go on, and commands that only look.
class TestShowCommands : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup() { m_database.reset(); }

    void aJobIsShownWithItsAttempts();
    void theBeginningOfAnIdWillDo();
    void everyTableShowsARow();
    void workersAreListed();
    void emptyListsSayWhere();
    void aListIsFollowed();
    void followingOutlivesALostConnection();
    void jobsAreChosenByAFileOfIds();
    void jobsAreRepointed();
    void lookingCreatesNothing_data();
    void lookingCreatesNothing();

private:
    CommandOutcome run(const QStringList &arguments, const QByteArray &input = {})
    {
        return CommandRunner(m_database->settings()).run(arguments, input);
    }

    std::unique_ptr<TestDatabase> m_database;
};

void TestShowCommands::init()
{
    m_database = std::make_unique<TestDatabase>();
    m_database->run(
        QStringLiteral(
            "INSERT INTO webhook_endpoints (id, url, secret) "
            "VALUES ('ep_1', 'http://example.com/', 'a-long-enough-secret');"
            "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, custom_headers, attempts, "
            "max_attempts, next_attempt, status, last_error, timeout_ms) VALUES "
            "('%1', 'ep_1', 'http://old.example.com/', '{\"n\": 1.50}', 'a-long-enough-secret', "
            "'{\"X-Api-Key\": \"hidden\"}', 2, 2, now(), 'failed', 'HTTP 500', 30000),"
            "('aaaa0000-0000-4000-8000-000000000002', 'ep_1', 'http://example.com/', '{}', "
            "'a-long-enough-secret', "
            "NULL, 0, 4, now(), 'pending', NULL, 30000);"
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, "
            "attempt, outcome, response_body, created_at) VALUES "
            "(gen_random_uuid(), '%1', 'ep_1', 'user.created', 500, 12, 1, 'answered', 'first', now() - "
            "interval '5 s'), "
            "(gen_random_uuid(), '%1', 'ep_1', 'user.created', 503, 15, 2, 'answered', 'second', now());")
            .arg(failedJob) +
        insertEvent(QStringLiteral("user-1"), 1));
}

void TestShowCommands::aJobIsShownWithItsAttempts()
{
    const CommandOutcome outcome = run({"jobs", "show", failedJob, "--format", "json"});
    QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    const auto job = nlohmann::json::parse(outcome.out.toStdString());
    QVERIFY(job["id"] == failedJob.toStdString());
    QVERIFY(job["status"] == "failed");
    QVERIFY(outcome.out.contains("1.50")); // digit for digit
    QCOMPARE(job["attempts"].is_array(), false);
    QCOMPARE(job["deliveries"].size(), 2U);
    QVERIFY(job["deliveries"][0]["status_code"] == 503); // newest first
    const CommandOutcome text = run({"jobs", "show", failedJob});
    QVERIFY2(text.out.contains("HTTP 500") && text.out.contains("503"), text.out.constData());
    for (const QByteArray &out : {outcome.out, text.out})
        QVERIFY(!out.contains("hidden") && !out.contains("a-long-enough-secret"));
}

void TestShowCommands::theBeginningOfAnIdWillDo()
{
    const CommandOutcome both = run({"jobs", "show", "aaaa0000"});
    QCOMPARE(both.exitCode, 1);
    QVERIFY2(both.err.contains("more than one"), both.err.constData());
    const CommandOutcome none = run({"jobs", "show", "bbbb"});
    QCOMPARE(none.exitCode, 1);
    QVERIFY2(none.err.contains("there is no job bbbb"), none.err.constData());
    QCOMPARE(run({"jobs", "show", "no-id"}).exitCode, 2);
    QCOMPARE(run({"jobs", "show"}).exitCode, 2);
    m_database->run(QStringLiteral("DELETE FROM webhook_jobs WHERE id <> '%1'").arg(failedJob));
    QCOMPARE(run({"jobs", "show", "aaaa0000"}).exitCode, 0);
}

void TestShowCommands::everyTableShowsARow()
{
    const QString event = m_database->value("SELECT id::text FROM events").toString();
    const QString delivery = m_database->value("SELECT id::text FROM webhook_deliveries LIMIT 1").toString();
    const CommandOutcome shownEvent = run({"events", "show", event, "--format", "json"});
    QVERIFY2(shownEvent.exitCode == 0, shownEvent.err.constData());
    QVERIFY(shownEvent.out.contains("123456789012345678901234567890"));
    QVERIFY(nlohmann::json::parse(shownEvent.out.toStdString())["jobs"].is_array());
    const CommandOutcome stream = run({"streams", "show", "user-1", "--format", "json"});
    QCOMPARE(nlohmann::json::parse(stream.out.toStdString())["events"].size(), 1U);
    QCOMPARE(run({"streams", "show", "user"}).exitCode, 1);
    const CommandOutcome shownDelivery = run({"deliveries", "show", delivery});
    QVERIFY2(shownDelivery.exitCode == 0 && shownDelivery.out.contains("\nresponse\n"),
             shownDelivery.out.constData());
}

void TestShowCommands::workersAreListed()
{
    const CommandOutcome none = run({"workers", "list"});
    QCOMPARE(none.exitCode, 0);
    QVERIFY2(none.err.contains("0 workers in "), none.err.constData());
    m_database->run(
        QStringLiteral("INSERT INTO signalbox_workers (id, host, pid, version, slots, heartbeat_at) "
                       "VALUES (gen_random_uuid(), 'box', 42, '1', 8, now())"));
    const auto workers =
        nlohmann::json::parse(run({"workers", "list", "--format", "json"}).out.toStdString());
    QCOMPARE(workers.size(), 1U);
    QVERIFY(workers[0]["host"] == "box" && workers[0]["pid"] == 42);
}

void TestShowCommands::emptyListsSayWhere()
{
    const CommandOutcome outcome = run({"jobs", "list", "--filter", "status:cancelled", "--format", "json"});
    QCOMPARE(outcome.exitCode, 0);
    QCOMPARE(outcome.out, QByteArray("[]\n"));
    QVERIFY2(outcome.saidOneLine() && outcome.err.contains("0 jobs in "), outcome.err.constData());
}

void TestShowCommands::aListIsFollowed()
{
    const CommandRunner runner(m_database->settings());
    QCOMPARE(runner.run({"events", "list", "--follow", "--format", "json"}).exitCode, 2);
    const auto process = runner.start({"events", "list", "--follow", "--format", "jsonl"});
    QByteArray out;
    const auto lines = [&] {
        process->waitForReadyRead(50);
        out += process->readAllStandardOutput();
        return out.count('\n');
    };
    QTRY_COMPARE_WITH_TIMEOUT(lines(), 1, patience::leastMs);
    // More rows at once than it reads at once.
    m_database->run(QStringLiteral(
        "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
        "SELECT gen_random_uuid(), 'user.created', 'user-2', n, '{}', '{}', now() FROM generate_series(1, "
        "450) n"));
    QTRY_COMPARE_WITH_TIMEOUT(lines(), 451, patience::leastMs);
    m_database->run(insertEvent(QStringLiteral("user-3"), 1));
    QTRY_COMPARE_WITH_TIMEOUT(lines(), 452, patience::leastMs);
    QVERIFY(out.split('\n').at(451).contains("user-3")); // oldest first
    ::kill(pid_t(process->processId()), SIGTERM);
    QCOMPARE(CommandRunner::finish(*process).exitCode, 0);
}

void TestShowCommands::followingOutlivesALostConnection()
{
    const CommandRunner runner(m_database->settings());
    const auto process = runner.start({"jobs", "list", "--follow", "--format", "csv"});
    QByteArray out;
    QByteArray err;
    const auto read = [&](const QByteArray &awaited) {
        process->waitForReadyRead(50);
        out += process->readAllStandardOutput();
        err += process->readAllStandardError();
        return (out + err).contains(awaited);
    };
    QTRY_VERIFY_WITH_TIMEOUT(read("aaaa0000-0000-4000-8000-000000000002"), patience::leastMs);
    m_database->run(QStringLiteral("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                   "WHERE datname = current_database() AND pid <> pg_backend_pid() "
                                   "AND application_name LIKE 'signalbox%'"));
    QTRY_VERIFY_WITH_TIMEOUT(read("trying again"), patience::leastMs);
    // A job that changes is printed again.
    m_database->run(QStringLiteral("UPDATE webhook_jobs SET status = 'cancelled' WHERE status = 'pending'"));
    QTRY_VERIFY_WITH_TIMEOUT(read("cancelled"), patience::leastMs);
    ::kill(pid_t(process->processId()), SIGINT);
    QCOMPARE(CommandRunner::finish(*process).exitCode, 0);
}

void TestShowCommands::jobsAreChosenByAFileOfIds()
{
    const CommandOutcome preview =
        run({"jobs", "retry", "--ids", "-", "--dry-run"}, failedJob.toUtf8() + "\n\n");
    QVERIFY2(preview.out.startsWith("1 of 1 selected job would be retried"), preview.out.constData());
    const CommandOutcome wrong = run({"jobs", "retry", "--ids", "-", "--dry-run"}, "nonsense\n");
    QCOMPARE(wrong.exitCode, 1);
    QVERIFY2(wrong.err.contains("line 1"), wrong.err.constData());
    QCOMPARE(run({"jobs", "retry", "--ids", "-", "--all", "--dry-run"}, failedJob.toUtf8()).exitCode, 2);
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write(failedJob.toUtf8());
    file.close();
    const CommandOutcome sent =
        run({"jobs", "send-now", "--ids", file.fileName(), "--reason", "the customer waits", "--yes"});
    QCOMPARE(sent.out, QByteArray("1\n"));
    QCOMPARE(
        m_database->value(QStringLiteral("SELECT status FROM webhook_jobs WHERE id = '%1'").arg(failedJob))
            .toString(),
        QStringLiteral("pending"));
}

void TestShowCommands::jobsAreRepointed()
{
    const CommandOutcome done =
        run({"jobs", "repoint", "--filter", "status:failed", "--reason", "moved", "--yes"});
    QVERIFY2(done.exitCode == 0, done.err.constData());
    QCOMPARE(m_database->value(QStringLiteral("SELECT url FROM webhook_jobs WHERE id = '%1'").arg(failedJob))
                 .toString(),
             QStringLiteral("http://example.com/"));
}

void TestShowCommands::lookingCreatesNothing_data()
{
    QTest::addColumn<QStringList>("arguments");
    for (const QStringList &arguments :
         {QStringList{"endpoint", "list"}, QStringList{"jobs", "list"}, QStringList{"overview"},
          QStringList{"migrate", "status"}, QStringList{"migrate", "plan"}, QStringList{"fan-out", "status"},
          QStringList{"jobs", "retry", "--all", "--dry-run"}, QStringList{"workers", "list"}})
        QTest::newRow(qPrintable(arguments.join(' '))) << arguments;
}

void TestShowCommands::lookingCreatesNothing()
{
    QFETCH(const QStringList, arguments);
    const QTemporaryDir place;
    const QString data = place.filePath(QStringLiteral("data"));
    CommandRunner runner;
    runner.setEnvironment(QStringLiteral("SIGNALBOX_DATA_DIR"), data);
    runner.setEnvironment(QStringLiteral("SIGNALBOX_RUNTIME_DIR"), place.filePath(QStringLiteral("run")));
    const CommandOutcome outcome = runner.run(arguments);
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.err.contains("there is none yet"), outcome.err.constData());
    QVERIFY(!QFileInfo::exists(data));
}

QTEST_GUILESS_MAIN(TestShowCommands)
#include "test_show_commands.moc"
