#include "tests/cli/worker_process.h"
#include "tests/support/test_database.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>

#include <csignal>

using namespace signalbox;

namespace {

const QByteArray oneEvent = "{\"stream\": \"s\", \"type\": \"a.b\", \"payload\": {}}\n";

// No attempt finds room any more.
void fillDisk(TestDatabase &database)
{
    database.run("CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
                 "'BEGIN RAISE EXCEPTION ''could not extend file'' USING ERRCODE = ''53100''; END';"
                 "CREATE TRIGGER full_disk BEFORE INSERT ON webhook_deliveries EXECUTE FUNCTION full_disk()");
}

} // namespace

/// What a running worker serves, read as Prometheus reads it.
class TestWorkerMetrics : public QObject
{
    Q_OBJECT
private slots:
    void figuresAreTrueAfterDeliveries();
    void healthTurnsWhenDueWorkIsNotSentAndBack();
    void attemptsThatCannotBeRecordedAreSeen();
    void unrecordedAttemptsEndInAnError();
    void aLostDatabaseIsSeen();
    void aTakenPortEndsTheCommand();

private:
    struct Page
    {
        int status = 0;
        QByteArray body;
    };
    Page get(WorkerProcess &worker, const QString &path)
    {
        const auto serving = worker.said("serves metrics");
        if (serving.isEmpty())
            return {};
        const QString address = QString::fromStdString(serving.constFirst().value("address", ""));
        const std::unique_ptr<QNetworkReply> reply(
            m_manager.get(QNetworkRequest(QUrl(QStringLiteral("http://") + address + path))));
        QSignalSpy finished(reply.get(), &QNetworkReply::finished);
        if (!reply->isFinished())
            finished.wait(60'000);
        return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll()};
    }
    /// The value of a sample, NaN while there is none.
    double sample(WorkerProcess &worker, const QByteArray &series)
    {
        for (const QByteArray &line : get(worker, "/metrics").body.split('\n')) {
            if (line.startsWith(series + ' '))
                return line.mid(series.size() + 1).toDouble();
        }
        return qQNaN();
    }

    QNetworkAccessManager m_manager;
};

void TestWorkerMetrics::figuresAreTrueAfterDeliveries()
{
    // Given three events, the answers 200, 503 and 200, and a disabled endpoint that gets its jobs too
    TestDatabase database;
    LoopbackReceiver receiver;
    receiver.answerNext({ReceiverAnswer::withStatus(200), ReceiverAnswer::withStatus(503)});
    const CommandRunner runner(database.settings());
    QVERIFY(addEndpoint(runner, receiver));
    QCOMPARE(
        runner.run({"endpoint", "add", "--id", "ep_off", "--url", receiver.url(), "--allow-private-network"})
            .exitCode,
        0);
    QCOMPARE(runner.run({"endpoint", "disable", "ep_off", "--reason", "test", "--yes"}).exitCode, 0);
    QCOMPARE(runner.run({"endpoint", "set", "ep_1", "--max-retries", "0"}).exitCode, 0);
    QVERIFY(appendEvents(runner, "{}\n{}\n{}\n"));

    WorkerProcess worker(runner, {"--metrics-listen", "127.0.0.1:0"});

    QTRY_COMPARE_WITH_TIMEOUT(sample(worker, "signalbox_attempts_total{outcome=\"delivered\"}"), 2.0, 30'000);
    QTRY_COMPARE(sample(worker, "signalbox_attempts_total{outcome=\"answered-failure\"}"), 1.0);
    QCOMPARE(sample(worker, "signalbox_attempts_total{outcome=\"no-answer\"}"), 0.0);
    QCOMPARE(sample(worker, "signalbox_attempt_duration_seconds_count"), 3.0);
    QCOMPARE(sample(worker, "signalbox_attempt_duration_seconds_bucket{le=\"+Inf\"}"), 3.0);
    QVERIFY(sample(worker, "signalbox_attempt_duration_seconds_sum") > 0);
    QCOMPARE(sample(worker, "signalbox_claimed_jobs_total"), 3.0);
    QVERIFY(sample(worker, "signalbox_claims_total") >= 1);
    QCOMPARE(sample(worker, "signalbox_fanned_out_jobs_total"), 6.0);
    QCOMPARE(sample(worker, "signalbox_leases_lost_total"), 0.0);
    QCOMPARE(sample(worker, "signalbox_database_up"), 1.0);
    QTRY_COMPARE(sample(worker, "signalbox_in_flight"), 0.0);
    // What the database says, once it was read again
    QTRY_COMPARE_WITH_TIMEOUT(sample(worker, "signalbox_queue_due_jobs{class=\"disabled\"}"), 3.0, 30'000);
    QVERIFY(sample(worker, "signalbox_queue_oldest_due_seconds{class=\"disabled\"}") > 0);
    QTRY_COMPARE_WITH_TIMEOUT(sample(worker, "signalbox_queue_due_jobs{class=\"ready\"}"), 0.0, 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(sample(worker, "signalbox_fan_out_lag_seconds"), 0.0, 30'000);
    QCOMPARE(sample(worker, "signalbox_endpoints{state=\"closed\"}"), 2.0);
    QCOMPARE(get(worker, "/healthz").status, 200);

    worker.sendSignal(SIGTERM);
    QCOMPARE(worker.wait(), 0);
}

void TestWorkerMetrics::healthTurnsWhenDueWorkIsNotSentAndBack()
{
    // Given a worker, and a job that somebody else's open transaction keeps locked
    TestDatabase database;
    LoopbackReceiver receiver;
    const CommandRunner runner(database.settings());
    QVERIFY(addEndpoint(runner, receiver));
    database.run("INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, "
                 "next_attempt, status, "
                 "timeout_ms) SELECT gen_random_uuid(), id, url, '{}', secret, 4, now() - interval '10 min', "
                 "'pending', 1000 FROM webhook_endpoints");
    const auto other = database.connect();
    QVERIFY(other->begin());
    QVERIFY(other->query("SELECT id FROM webhook_jobs FOR UPDATE"));

    WorkerProcess worker(runner, {"--metrics-listen", "127.0.0.1:0", "--stall-seconds", "1"});

    // Then it is unhealthy, and says why
    QTRY_COMPARE_WITH_TIMEOUT(get(worker, "/healthz").status, 503, 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(get(worker, "/healthz").body.startsWith("jobs are due for "), 30'000);
    QCOMPARE(receiver.requests().size(), 0);

    // And well again as soon as the job can be sent
    other->rollback();
    QTRY_COMPARE_WITH_TIMEOUT(receiver.requests().size(), 1, 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(get(worker, "/healthz").status, 200, 30'000);
    worker.sendSignal(SIGTERM);
    QCOMPARE(worker.wait(), 0);
}

void TestWorkerMetrics::attemptsThatCannotBeRecordedAreSeen()
{
    // Given a database whose disk is full when attempts come
    TestDatabase database;
    LoopbackReceiver receiver;
    const CommandRunner runner(database.settings());
    QVERIFY(addEndpoint(runner, receiver));
    fillDisk(database);
    QVERIFY(appendEvents(runner, oneEvent));

    WorkerProcess worker(runner, {"--metrics-listen", "127.0.0.1:0"});

    // Then it says so in every place
    QTRY_COMPARE_WITH_TIMEOUT(get(worker, "/healthz").status, 503, 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(get(worker, "/healthz").body.contains("could not extend file"), 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(sample(worker, "signalbox_unrecorded_attempts"), 1.0, 30'000);

    // And is well, with everything on record, once there is room again
    database.run("DROP TRIGGER full_disk ON webhook_deliveries");
    QTRY_COMPARE_WITH_TIMEOUT(get(worker, "/healthz").status, 200, 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(sample(worker, "signalbox_unrecorded_attempts"), 0.0, 30'000);
    QCOMPARE(database.value("SELECT count(id) FROM webhook_deliveries").toInt(), 1);
    QCOMPARE(receiver.requests().size(), 1);
    worker.sendSignal(SIGTERM);
    QCOMPARE(worker.wait(), 0);
}

void TestWorkerMetrics::unrecordedAttemptsEndInAnError()
{
    TestDatabase database;
    LoopbackReceiver receiver;
    const CommandRunner runner(database.settings());
    QVERIFY(addEndpoint(runner, receiver));
    fillDisk(database);
    QVERIFY(appendEvents(runner, oneEvent));
    WorkerProcess worker(runner, {});
    QTRY_COMPARE_WITH_TIMEOUT(receiver.requests().size(), 1, 30'000);
    worker.sendSignal(SIGTERM);
    QCOMPARE(worker.wait(), 1);
    QVERIFY2(worker.everything().contains("could not extend file"), worker.everything().constData());
}

void TestWorkerMetrics::aLostDatabaseIsSeen()
{
    ConnectionSettings nowhere;
    nowhere.host = QStringLiteral("127.0.0.1");
    nowhere.port = 1;
    nowhere.database = QStringLiteral("none");
    nowhere.user = QStringLiteral("nobody");
    WorkerProcess worker(CommandRunner(nowhere), {"--metrics-listen", "127.0.0.1:0"});
    QTRY_COMPARE_WITH_TIMEOUT(sample(worker, "signalbox_database_up"), 0.0, 30'000);
    QVERIFY(qIsNaN(sample(worker, "signalbox_queue_due_jobs{class=\"ready\"}")));
    QVERIFY(qIsNaN(sample(worker, "signalbox_fan_out_lag_seconds")));
}

void TestWorkerMetrics::aTakenPortEndsTheCommand()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    ConnectionSettings nowhere;
    nowhere.host = QStringLiteral("127.0.0.1");
    nowhere.port = 1;
    nowhere.database = QStringLiteral("none");
    const CommandOutcome outcome = CommandRunner(nowhere).run(
        {"worker", "--metrics-listen", QStringLiteral("127.0.0.1:%1").arg(other.serverPort())});
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.saidOneLine(), outcome.err.constData());
}

QTEST_GUILESS_MAIN(TestWorkerMetrics)
#include "test_worker_metrics.moc"
