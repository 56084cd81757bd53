#include "tests/cli/command_runner.h"
#include "tests/cli/worker_process.h"
#include "tests/support/loopback_receiver.h"
#include "tests/support/test_database.h"

#include <QSignalSpy>
#include <QTest>

#include <csignal>

using namespace signalbox;

class TestWorkerCommand : public QObject
{
    Q_OBJECT
private slots:
    void untilIdleDeliversAndEnds();
    void untilIdleDoesNotWaitForHeldJobs();
    void terminationDrains();
    void anUnreachableDatabaseIsWaitedFor();

private:
    static void addEndpoint(const CommandRunner &runner, const LoopbackReceiver &receiver)
    {
        QCOMPARE(
            runner
                .run({"endpoint", "add", "--id", "ep_1", "--url", receiver.url(), "--allow-private-network"})
                .exitCode,
            0);
    }
    static CommandOutcome append(const CommandRunner &runner, const QByteArray &lines)
    {
        return runner.run({"append", "--stream", "s", "--type", "user.created.v1", "--lines", "-"}, lines);
    }
};

void TestWorkerCommand::untilIdleDeliversAndEnds()
{
    TestDatabase database;
    LoopbackReceiver receiver;
    const CommandRunner runner(database.settings());
    addEndpoint(runner, receiver);
    QCOMPARE(append(runner, "{\"n\": 12345678901234567890.50}\n{\"n\": 2}\n").exitCode, 0);

    const CommandOutcome worked = runner.run({"worker", "--until-idle", "--concurrency", "4"});
    QVERIFY2(worked.exitCode == 0, worked.err.constData());
    QVERIFY2(worked.err.contains("delivered 2") && !worked.err.contains("database lost"),
             worked.err.constData());
    QCOMPARE(receiver.requests().size(), 2);
    QVERIFY(receiver.requests()[0].body.contains("12345678901234567890.50") ||
            receiver.requests()[1].body.contains("12345678901234567890.50"));
    QCOMPARE(database.value("SELECT count(1) FROM webhook_jobs WHERE status = 'completed'").toInt(), 2);
    QCOMPARE(database.value("SELECT count(1) FROM signalbox_workers").toInt(), 0);
}

void TestWorkerCommand::untilIdleDoesNotWaitForHeldJobs()
{
    TestDatabase database;
    LoopbackReceiver receiver;
    const CommandRunner runner(database.settings());
    addEndpoint(runner, receiver);
    QCOMPARE(runner.run({"endpoint", "disable", "ep_1", "--reason", "test", "--yes"}).exitCode, 0);
    QCOMPARE(append(runner, "{}\n").exitCode, 0);
    QCOMPARE(runner.run({"worker", "--until-idle"}).exitCode, 0);
    QCOMPARE(receiver.requests().size(), 0);
    QCOMPARE(database.value("SELECT status FROM webhook_jobs").toString(), QString("pending"));
}

void TestWorkerCommand::terminationDrains()
{
    TestDatabase database;
    LoopbackReceiver receiver;
    receiver.answerAlways(ReceiverAnswer::inManner(ReceiverAnswer::Manner::Held));
    const CommandRunner runner(database.settings());
    addEndpoint(runner, receiver);
    QCOMPARE(append(runner, "{}\n").exitCode, 0);

    WorkerProcess worker(runner, {});
    QTRY_COMPARE(receiver.requests().size(), 1);
    worker.sendSignal(SIGTERM);
    QTRY_COMPARE(worker.said("drain began").size(), 1);
    receiver.letGo();
    QCOMPARE(worker.wait(), 0);
    QCOMPARE(database.value("SELECT status FROM webhook_jobs").toString(), QString("completed"));
    QCOMPARE(database.value("SELECT count(1) FROM webhook_jobs WHERE lease_token IS NOT NULL").toInt(), 0);
}

void TestWorkerCommand::anUnreachableDatabaseIsWaitedFor()
{
    ConnectionSettings nowhere;
    nowhere.host = QStringLiteral("127.0.0.1");
    nowhere.port = 1;
    nowhere.database = QStringLiteral("none");
    nowhere.user = QStringLiteral("nobody");
    const CommandRunner runner(nowhere);
    const auto worker = runner.start({"worker"});
    QSignalSpy said(worker.get(), &QProcess::readyReadStandardError);
    QVERIFY(said.wait(20'000));
    QCOMPARE(worker->state(), QProcess::Running);
    worker->terminate();
    const CommandOutcome ended = CommandRunner::finish(*worker, 20'000);
    QCOMPARE(ended.exitCode, 0);

    const CommandOutcome listed = runner.run({"jobs", "list"});
    QCOMPARE(listed.exitCode, 1);
    QVERIFY2(listed.saidOneLine(), listed.err.constData());
}

QTEST_GUILESS_MAIN(TestWorkerCommand)
#include "test_worker_command.moc"
