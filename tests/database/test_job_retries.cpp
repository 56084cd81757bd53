#include "app/core/curl_command.h"
#include "app/database/detail_queries.h"
#include "app/database/job_changes.h"
#include "app/database/job_retry_log.h"
#include "app/database/page_queries.h"
#include "tests/database/sample_rows.h"
#include "tests/support/test_database.h"

#include <QTest>

using namespace signalbox;

/// How jobs are retried, what became of them, and how a retry is taken back.
class TestJobRetries : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_database = std::make_unique<TestDatabase>();
        m_database->run(sampleEndpoints());
        m_database->run("UPDATE webhook_endpoints SET max_retries = 3 WHERE id = 'ep_1'");
        m_database->run(R"(
INSERT INTO webhook_jobs (id, endpoint_id, url, custom_headers, payload, secret, attempts, max_attempts, next_attempt,
                          status, timeout_ms, event_type, last_error)
SELECT gen_random_uuid(), 'ep_1', 'https://old.example/', '{"X-Old": "1"}', '{}', 'topsecret', 4, 4,
       now() - interval '1 h', 'failed', 1000, 'used-up', 'old error'
FROM generate_series(1, 10))");
    }
    void cleanup() { m_database.reset(); }

    void oneMoreTryIsTheUsual()
    {
        QCOMPARE(retry({}).changed, qint64(10));
        QCOMPARE(text("SELECT DISTINCT attempts || '/' || max_attempts FROM webhook_jobs"), "4/5");
        QCOMPARE(text("SELECT action FROM signalbox_changes"), "retry jobs");
    }

    void startingOverGrantsWhatANewJobHas()
    {
        JobRetryOptions options;
        options.startOver = true;
        retry(options);
        QCOMPARE(text("SELECT DISTINCT attempts || '/' || max_attempts FROM webhook_jobs"), "4/8");
        QCOMPARE(text("SELECT action FROM signalbox_changes"), "retry jobs, starting over");
    }

    void theyAreSpreadEvenly()
    {
        JobRetryOptions options;
        options.spreadMs = 600'000;
        retry(options);
        QCOMPARE(text(R"(
SELECT string_agg(round(extract(epoch FROM next_attempt - change.created_at))::text, ' ' ORDER BY next_attempt)
FROM webhook_jobs, signalbox_changes change)"),
                 "0 60 120 180 240 300 360 420 480 540");
        QCOMPARE(text("SELECT action FROM signalbox_changes"), "retry jobs, spread over 10 min");
    }

    void theirOwnSettingsMayStay()
    {
        JobRetryOptions options;
        options.keepSnapshot = true;
        retry(options);
        const QString settings =
            "SELECT DISTINCT url || custom_headers::text || timeout_ms FROM webhook_jobs";
        QCOMPARE(text(settings), "https://old.example/{\"X-Old\": \"1\"}1000");
        retry({});
        QVERIFY(text(settings) != "https://old.example/{\"X-Old\": \"1\"}1000");
    }

    void aJobSaysWhatItDiffersIn()
    {
        const auto job = [this] {
            const auto detail =
                readJobDetail(connection(), text("SELECT id::text FROM webhook_jobs LIMIT 1"), {});
            return detail ? detail->job : QSqlRecord();
        };
        QCOMPARE(job().value("differences").toString(), QString("url headers timeout"));
        QCOMPARE(job().value("endpoint_url").toString(), QString("https://example.com/1"));
        retry({});
        QCOMPARE(job().value("differences").toString(), QString());
        m_database->run("UPDATE webhook_endpoints SET max_retries = 9");
        QCOMPARE(job().value("differences").toString(), QString("retries"));
        m_database->run("UPDATE webhook_jobs SET status = 'completed'");
        QCOMPARE(job().value("differences").toString(), QString());
    }

    void theOutcomeIsTold()
    {
        const ActionResult result = retry({});
        m_database->run(
            "UPDATE webhook_jobs SET status = 'completed' WHERE id IN (SELECT id FROM webhook_jobs LIMIT 3)");
        m_database->run("UPDATE webhook_jobs SET status = 'failed' WHERE id IN (SELECT id FROM webhook_jobs "
                        "WHERE status = 'pending' LIMIT 2)");
        m_database->run("DELETE FROM webhook_jobs WHERE id IN (SELECT id FROM webhook_jobs WHERE status = "
                        "'pending' LIMIT 1)");
        const auto outcome = readRetryOutcome(connection(), result.changeId);
        QVERIFY2(outcome, outcome ? "" : qPrintable(outcome.error().line()));
        QCOMPARE(outcomeLine(*outcome),
                 QString("10 retried: 3 delivered, 2 failed again, 4 waiting, 1 removed since"));
        QVERIFY(!outcome->isOver());
    }

    void aFilterFindsExactlyThoseJobs()
    {
        const ActionResult result = retry({});
        m_database->run(sampleJobs(5, "failed"));
        // A change of something else keeps rows that are no jobs
        m_database->run(
            "INSERT INTO signalbox_change_rows (change_id, row_id, before) SELECT id, 'ep_1', '{}' FROM "
            "signalbox_changes");
        PageRequest request;
        request.filter = *parseFilter(changeFilter(result.changeId), Table::Jobs);
        const auto page = readPage(connection(), request, {});
        QVERIFY2(page, page ? "" : qPrintable(page.error().line()));
        QCOMPARE(page->rows.size(), 10);
        request.filter = *parseFilter("-" + changeFilter(result.changeId), Table::Jobs);
        QCOMPARE(readPage(connection(), request, {})->rows.size(), 5);
    }

    void whatWasNotSentIsTakenBack()
    {
        const QString image =
            "SELECT md5(string_agg(concat_ws('|', id, status, attempts, max_attempts, next_attempt, url, "
            "custom_headers, timeout_ms, priority, wait_reason, rescues), ';' ORDER BY id)) FROM "
            "webhook_jobs";
        const QString before = text(image);
        JobRetryOptions options;
        options.startOver = true;
        const ActionResult result = retry(options);
        QVERIFY(text(image) != before);
        const auto undone = undoRetry(connection(), result.changeId);
        QVERIFY2(undone, undone ? "" : qPrintable(undone.error().line()));
        QCOMPARE(undone->restored, qint64(10));
        QCOMPARE(undone->left, qint64(0));
        QCOMPARE(text(image), before);
        QCOMPARE(
            text("SELECT action || '/' || changed FROM signalbox_changes WHERE selection LIKE 'change %'"),
            "undo the retry/10");
        QCOMPARE(
            text("SELECT count(1)::text FROM signalbox_change_rows WHERE before ->> 'status' = 'pending'"),
            "10");
        // A second time there is nothing left to take back
        QCOMPARE(undoRetry(connection(), result.changeId).error().kind, Error::Kind::Conflict);
    }

    void whatWasSentStays()
    {
        const ActionResult result = retry({});
        m_database->run(
            "UPDATE webhook_jobs SET attempts = attempts + 1, status = 'failed' WHERE id IN (SELECT id FROM "
            "webhook_jobs LIMIT 4)");
        m_database->run(
            "UPDATE webhook_jobs SET status = 'processing', lease_token = gen_random_uuid() WHERE id IN "
            "(SELECT id FROM webhook_jobs WHERE status = 'pending' LIMIT 1)");
        const auto undone = undoRetry(connection(), result.changeId);
        QVERIFY2(undone, undone ? "" : qPrintable(undone.error().line()));
        QCOMPARE(undone->restored, qint64(5));
        QCOMPARE(undone->left, qint64(5));
        QCOMPARE(text("SELECT count(1)::text FROM webhook_jobs WHERE status = 'processing'"), "1");
    }

    void onlyRetriesAreTakenBack()
    {
        QCOMPARE(undoRetry(connection(), "00000000-0000-4000-8000-000000000000").error().kind,
                 Error::Kind::NotFound);
        retry({});
        const auto cancelled = changeJobs(connection(), all(), JobAction::Cancel, "x");
        QCOMPARE(undoRetry(connection(), cancelled->changeId).error().kind, Error::Kind::NotFound);
    }

    // What a command line carries is what is sent, byte for byte.
    void aPayloadIsCompactedAsItIsSent()
    {
        for (const char *json :
             {"{}", "[]",
              "{\"a\": 12345678901234567890.0100, \"b\": [1, {\"c\": []}, \"x,\\n {\\\"}\"], \"d\": {}}",
              "\"plain\"", "{\"zeile\": \"ä\\\\\", \"n\": null}"}) {
            const QString sql =
                QString("SELECT jsonb_pretty(%1), (%1)::text")
                    .arg("convert_from('\\x" + QByteArray(json).toHex() + "', 'UTF8')::jsonb");
            const auto row = connection().query(sql, {}, "json");
            QVERIFY2(row, row ? "" : qPrintable(row.error().line()));
            QCOMPARE(compactJson(row->constFirst().value(0).toString()),
                     row->constFirst().value(1).toString());
        }
    }

private:
    JobSelection all()
    {
        JobSelection selection;
        selection.all = true;
        return selection;
    }
    ActionResult retry(const JobRetryOptions &options)
    {
        const auto result = changeJobs(connection(), all(), {JobAction::Retry, options}, "receiver repaired");
        return result ? *result : ActionResult();
    }
    QString text(const QString &sql) { return m_database->value(sql).toString(); }
    PgConnection &connection() { return m_database->connection(); }
    std::unique_ptr<TestDatabase> m_database;
};

QTEST_GUILESS_MAIN(TestJobRetries)
#include "test_job_retries.moc"
