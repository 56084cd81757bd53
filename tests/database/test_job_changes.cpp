#include "app/database/job_changes.h"
#include "tests/database/sample_rows.h"
#include "tests/support/test_database.h"

#include <QTest>

using namespace signalbox;

namespace {

JobSelection byFilter(const QString &text)
{
    return {{}, *parseFilter(text, Table::Jobs)};
}

// One job per state; the name in event_type finds it again.
QString jobsOfEveryState()
{
    return QStringLiteral(
        "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, "
        "next_attempt, status, timeout_ms, "
        "event_type, last_error, lease_owner, lease_token, lease_until) SELECT gen_random_uuid(), endpoint, "
        "'u', '{}', 'topsecret', "
        "attempts, 4, now() + interval '1 h', status, 1, name, 'old error', "
        "CASE WHEN leased THEN gen_random_uuid() END, CASE WHEN leased THEN gen_random_uuid() END, "
        "CASE WHEN leased THEN now() + interval '30 s' END FROM (VALUES "
        "('waiting', 'ep_1', 'pending', 2, false), ('leased', 'ep_1', 'processing', 1, true), "
        "('foreign', 'ep_1', 'processing', 1, false), ('completed', 'ep_1', 'completed', 1, false), "
        "('failed', 'ep_1', 'failed', 4, false), ('cancelled', 'ep_1', 'cancelled', 0, false), "
        "('disabled', 'ep_off', 'failed', 4, false)) job (name, endpoint, status, attempts, leased);");
}

} // namespace

class TestJobChanges : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_database = std::make_unique<TestDatabase>();
        m_database->run(sampleEndpoints() + jobsOfEveryState());
    }
    void cleanup() { m_database.reset(); }

    void previewsARetry()
    {
        m_database->run(
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, duration_ms, outcome) "
            "SELECT gen_random_uuid(), id, endpoint_id, 'a', 1, 'no-answer' FROM webhook_jobs WHERE "
            "event_type = 'failed'");
        const auto preview = previewJobs(connection(), byFilter("type:*"), JobAction::Retry);
        QVERIFY2(preview, preview ? "" : qPrintable(preview.error().line()));
        QCOMPARE(preview->selected, qint64(7));
        QCOMPARE(preview->affected, qint64(5));
        QCOMPARE(preview->inFlight, qint64(0));
        QCOMPARE(preview->heldByDisabled, qint64(1));
        QCOMPARE(preview->ambiguous, qint64(1));
        QCOMPARE(preview->byEndpoint.constFirst().value("endpoint_id").toString(), QString("ep_1"));
        QCOMPARE(preview->byEndpoint.constFirst().value("jobs").toInt(), 4);
        QCOMPARE(preview->byStatus.size(), 5);
    }

    void previewsACancellation()
    {
        const auto preview = previewJobs(connection(), byFilter("type:*"), JobAction::Cancel);
        QVERIFY(preview);
        QCOMPARE(preview->affected, qint64(2));
        QCOMPARE(preview->inFlight, qint64(1));
    }

    // A job is a snapshot of its endpoint; those that are still to be sent take over what was changed.
    void letsJobsFollowTheirEndpoint()
    {
        m_database->run(
            "UPDATE webhook_endpoints SET custom_headers = '{\"X-Tenant\": \"eu\"}', timeout_ms = 7000, "
            "max_retries = 9 WHERE id = 'ep_1'");
        const auto preview = previewJobs(connection(), byFilter("endpoint:ep_1"), JobAction::Follow);
        QVERIFY2(preview, preview ? "" : qPrintable(preview.error().line()));
        QCOMPARE(preview->affected, qint64(3));

        const auto result =
            changeJobs(connection(), byFilter("endpoint:ep_1"), JobAction::Follow, "the receiver has moved");
        QVERIFY2(result, result ? "" : qPrintable(result.error().line()));
        QCOMPARE(result->changed, qint64(3));
        const QString sent = "https://example.com/1 {\"X-Tenant\": \"eu\"} 7000";
        QCOMPARE(snapshot("waiting"), sent + " 10 pending");
        QCOMPARE(snapshot("leased"), sent + " 10 processing");
        QCOMPARE(snapshot("failed"), sent + " 4 failed"); // it has used up what it had
        QCOMPARE(snapshot("foreign"), QString("u 1 4 processing"));
        QCOMPARE(snapshot("completed"), QString("u 1 4 completed"));
        QCOMPARE(m_database
                     ->value("SELECT count(*) FROM signalbox_change_rows WHERE before ->> 'url' = 'u' "
                             "AND jsonb_exists(before, 'custom_headers') AND before ->> 'timeout_ms' = '1'")
                     .toInt(),
                 3);
        // Once they do, nothing is left to change
        QCOMPARE(previewJobs(connection(), byFilter("endpoint:ep_1"), JobAction::Follow)->affected,
                 qint64(0));
    }

    // An adopted table may leave open what ours does not.
    void whatAnEndpointLeavesOpenIsTheUsual()
    {
        m_database->run(
            "ALTER TABLE webhook_endpoints ALTER timeout_ms DROP NOT NULL, ALTER max_retries DROP NOT NULL;"
            "UPDATE webhook_endpoints SET timeout_ms = NULL, max_retries = NULL");
        const auto retried = changeJobs(connection(), byFilter("type:failed"), JobAction::Retry, "because");
        QVERIFY2(retried && retried->refused == 0, retried ? qPrintable(retried->refusal) : "");
        QCOMPARE(snapshot("failed"), QString("https://example.com/1 30000 5 pending"));
        QCOMPARE(changeJobs(connection(), byFilter("type:waiting"), JobAction::Follow, "because")->changed,
                 qint64(1));
        QCOMPARE(snapshot("waiting"), QString("https://example.com/1 30000 4 pending"));
    }

    // While a million ids are looked for nothing is written: a transaction that does so holds up fan-out's
    // fence.
    void lookingForJobsWritesNothing()
    {
        QVERIFY(connection().executeRaw("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"));
        const auto none = changeJobs(connection(), byFilter("type:leased"), JobAction::Retry, "because");
        QVERIFY2(none, none ? "" : qPrintable(none.error().line()));
        QCOMPARE(none->changed, qint64(0));
        QCOMPARE(none->skipped, qint64(1));
        const auto some = changeJobs(connection(), byFilter("type:failed"), JobAction::Retry, "because");
        QVERIFY(!some);
        QCOMPARE(some.error().sqlState, QString("25006"));
        // And a run that failed leaves nothing in the way of the next
        QVERIFY(connection().executeRaw("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"));
        QCOMPARE(changeJobs(connection(), byFilter("type:failed"), JobAction::Retry, "because")->changed,
                 qint64(1));
    }

    void aRetryGoesWhereTheEndpointIsNow()
    {
        QVERIFY(changeJobs(connection(), byFilter("type:failed"), JobAction::Retry, "receiver was repaired"));
        QCOMPARE(snapshot("failed"), QString("https://example.com/1 30000 5 pending"));
    }

    void retriesByHand()
    {
        const auto result =
            changeJobs(connection(), byFilter("type:failed"), JobAction::Retry, "receiver was repaired");
        QVERIFY2(result, result ? "" : qPrintable(result.error().line()));
        QCOMPARE(result->changed, qint64(1));
        QCOMPARE(state("failed"), QString("pending 4/5 due"));
        // Once per call: a second one adds nothing until an attempt was made.
        QVERIFY(changeJobs(connection(), byFilter("type:failed"), JobAction::Retry, "again"));
        QCOMPARE(state("failed"), QString("pending 4/5 due"));
        QVERIFY(changeJobs(connection(), byFilter("type:waiting"), JobAction::Retry, "now"));
        QCOMPARE(state("waiting"), QString("pending 2/4 due"));
        QVERIFY(changeJobs(connection(), byFilter("type:completed"), JobAction::Retry, "send again"));
        QCOMPARE(state("completed"), QString("pending 1/4 due"));
    }

    void leavesRunningAndForeignJobsAlone()
    {
        const auto result = changeJobs(connection(), byFilter("status:processing"), JobAction::Retry, "all");
        QVERIFY(result);
        QCOMPARE(result->changed, qint64(0));
        QCOMPARE(result->skipped, qint64(2));
        QVERIFY(result->changeId.isEmpty());
        QCOMPARE(m_database->value("SELECT count(1) FROM signalbox_changes").toInt(), 0);
        const auto cancelled =
            changeJobs(connection(), byFilter("status:processing"), JobAction::Cancel, "all");
        QCOMPARE(cancelled->changed, qint64(1));
        QCOMPARE(state("foreign"), QString("processing 1/4"));
        QCOMPARE(state("leased"), QString("cancelled 1/4"));
        QVERIFY(
            m_database->value("SELECT lease_token FROM webhook_jobs WHERE event_type = 'leased'").isNull());
    }

    void aForeignJobIsReleasedByItsId()
    {
        const auto result =
            changeJobs(connection(), {{id("foreign")}, {}}, JobAction::Retry, "its program is gone");
        QVERIFY(result);
        QCOMPARE(result->changed, qint64(1));
        QCOMPARE(state("foreign"), QString("pending 1/4 due"));
        QCOMPARE(changeJobs(connection(), {{id("leased")}, {}}, JobAction::Retry, "x")->changed, qint64(0));
    }

    void keepsBeforeImagesWithoutSecrets()
    {
        const auto result =
            changeJobs(connection(), {{id("failed"), id("disabled")}, {}}, JobAction::Retry, " because ");
        QVERIFY(result);
        QCOMPARE(result->changed, qint64(2));
        QCOMPARE(
            m_database
                ->value(
                    "SELECT reason || '/' || changed || '/' || action FROM signalbox_changes WHERE id = '" +
                    result->changeId + "'")
                .toString(),
            QString("because/2/retry jobs"));
        QCOMPARE(m_database
                     ->value("SELECT before ->> 'status' || ' ' || (before ->> 'max_attempts') FROM "
                             "signalbox_change_rows "
                             "WHERE row_id = '" +
                             id("failed") + "'")
                     .toString(),
                 QString("failed 4"));
        QCOMPARE(
            m_database
                ->value("SELECT count(1) FROM signalbox_change_rows WHERE before::text LIKE '%topsecret%' "
                        "OR jsonb_exists(before, 'payload')")
                .toInt(),
            0);
    }

    void needsAReasonAndASelection()
    {
        QCOMPARE(changeJobs(connection(), byFilter("type:*"), JobAction::Retry, "  ").error().kind,
                 Error::Kind::Refused);
        QCOMPARE(changeJobs(connection(), {}, JobAction::Retry, "x").error().kind, Error::Kind::Refused);
        QCOMPARE(changeJobs(connection(), {{}, Filter()}, JobAction::Retry, "x").error().kind,
                 Error::Kind::Refused);
        QCOMPARE(previewJobs(connection(), {}, JobAction::Retry).error().kind, Error::Kind::Refused);
    }

    void aFilterTakesAllOfThem()
    {
        m_database->run(sampleJobs(12'000, "failed"));
        const auto result =
            changeJobs(connection(), byFilter("status:failed type:a.b"), JobAction::Retry, "incident over");
        QVERIFY(result);
        QCOMPARE(result->changed, qint64(12'000));
        QCOMPARE(result->skipped, qint64(0));
        QCOMPARE(m_database->value("SELECT count(1) FROM signalbox_change_rows").toInt(), 12'000);
    }

    void changesInShortTransactionsAndTellsProgress()
    {
        m_database->run(sampleJobs(12'000, "failed"));
        QList<qint64> done;
        ActionWatch watch;
        watch.progress = [&done](const ActionProgress &progress) {
            QCOMPARE(progress.total, qint64(12'000));
            done << progress.done;
        };
        const auto result = changeJobs(connection(), byFilter("status:failed type:a.b"), JobAction::Retry,
                                       "incident over", watch);
        QVERIFY(result);
        QCOMPARE(result->changed, qint64(12'000));
        QVERIFY(done.size() >= 3);
        QCOMPARE(done.constLast(), qint64(12'000));
        // A transaction each: they gave the rows different times, and one change counts them all.
        QCOMPARE(m_database
                     ->value("SELECT count(DISTINCT updated_at) FROM webhook_jobs WHERE status = 'pending' "
                             "AND event_type = 'a.b'")
                     .toInt(),
                 int(done.size()));
        QCOMPARE(m_database->value("SELECT changed FROM signalbox_changes").toInt(), 12'000);
    }

    void whatIsDoneStaysWhenItIsStopped()
    {
        m_database->run(sampleJobs(12'000, "failed"));
        const auto stop = std::make_shared<std::atomic<bool>>(false);
        ActionWatch watch;
        watch.stopRequested = stop;
        watch.progress = [stop](const ActionProgress &) { *stop = true; };
        const auto result =
            changeJobs(connection(), byFilter("status:failed type:a.b"), JobAction::Retry, "x", watch);
        QVERIFY(result);
        QVERIFY(result->stopped);
        QVERIFY(result->changed > 0 && result->left > 0);
        QCOMPARE(result->changed + result->left, qint64(12'000));
        QCOMPARE(m_database->value("SELECT changed FROM signalbox_changes").toLongLong(), result->changed);
        QCOMPARE(m_database->value("SELECT count(1) FROM signalbox_change_rows").toLongLong(),
                 result->changed);
        QCOMPARE(m_database
                     ->value("SELECT count(1) FROM webhook_jobs WHERE event_type = 'a.b' AND "
                             "status = 'failed'")
                     .toLongLong(),
                 result->left);
    }

    void whatWasDeliveredMeanwhileIsLeftAlone()
    {
        // Given jobs that another session completes between two chunks
        m_database->run(sampleJobs(3'000, "failed"));
        const auto other = m_database->connect();
        ActionWatch watch;
        bool isFirst = true;
        qint64 completed = 0;
        watch.progress = [&](const ActionProgress &) {
            if (std::exchange(isFirst, false))
                completed = *other->execute("UPDATE webhook_jobs SET status = 'completed', attempts = "
                                            "attempts + 1 WHERE status = 'failed' AND event_type = 'a.b'");
        };
        const auto result =
            changeJobs(connection(), byFilter("status:failed type:a.b"), JobAction::Retry, "x", watch);
        QVERIFY(result);
        QVERIFY(completed > 0);
        QCOMPARE(result->skipped, completed);
        QCOMPARE(result->changed, 3'000 - completed);
        QCOMPARE(m_database
                     ->value("SELECT count(1) FROM webhook_jobs WHERE status = 'completed' AND "
                             "event_type = 'a.b'")
                     .toLongLong(),
                 completed);
    }

    void allHasToBeSaid()
    {
        JobSelection all;
        all.all = true;
        QCOMPARE(changeJobs(connection(), all, JobAction::Cancel, "x")->changed, qint64(2));
    }

    void aRowThatIsRefusedStopsNoOther()
    {
        m_database->run(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN IF OLD.event_type = ''disabled'' THEN RAISE EXCEPTION ''no''; END IF; RETURN NEW; END';"
            "CREATE TRIGGER refuse BEFORE UPDATE ON webhook_jobs FOR EACH ROW EXECUTE FUNCTION refuse()");
        const auto result = changeJobs(connection(), byFilter("status:failed"), JobAction::Retry, "x");
        QVERIFY2(result, result ? "" : qPrintable(result.error().line()));
        QCOMPARE(result->changed, qint64(1));
        QCOMPARE(result->refused, qint64(1));
        QVERIFY2(result->refusal.startsWith("no"), qPrintable(result->refusal));
        QCOMPARE(state("failed"), QString("pending 4/5 due"));
        QCOMPARE(state("disabled"), QString("failed 4/4"));
        // Where all are refused, nothing is recorded.
        QCOMPARE(changeJobs(connection(), byFilter("type:disabled"), JobAction::Retry, "x")->refused,
                 qint64(1));
        QCOMPARE(m_database->value("SELECT count(1) FROM signalbox_changes").toInt(), 1);
    }

private:
    QString snapshot(const QString &name)
    {
        return m_database
            ->value(
                QString("SELECT concat_ws(' ', url, custom_headers::text, timeout_ms, max_attempts, status) "
                        "FROM webhook_jobs WHERE event_type = '%1'")
                    .arg(name))
            .toString();
    }
    PgConnection &connection() { return m_database->connection(); }
    QString id(const QString &name)
    {
        return m_database->value("SELECT id::text FROM webhook_jobs WHERE event_type = '" + name + "'")
            .toString();
    }
    QString state(const QString &name)
    {
        return m_database
            ->value(
                "SELECT format('%s %s/%s%s', status, attempts, max_attempts, CASE WHEN next_attempt <= now() "
                "THEN ' due' END) FROM webhook_jobs WHERE event_type = '" +
                name + "'")
            .toString();
    }
    std::unique_ptr<TestDatabase> m_database;
};

QTEST_GUILESS_MAIN(TestJobChanges)
#include "test_job_changes.moc"
