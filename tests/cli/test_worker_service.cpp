#include "tests/cli/notify_socket.h"
#include "tests/cli/worker_process.h"
#include "tests/support/test_database.h"

#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace signalbox;
using nlohmann::json;

/// The worker as a service: its log, its settings, its signals, what systemd hears.
class TestWorkerService : public QObject
{
    Q_OBJECT
private slots:
    void linesOfJsonWithoutSecrets();
    void linesOfTextAsBefore();
    void hangUpReadsSettingsAgain();
    void aBrokenFileChangesNothing();
    void settingsThatAreWrongFromTheStart_data();
    void settingsThatAreWrongFromTheStart();
    void terminationCutsAtTheDrainLimit();
    void aSecondSignalEndsAtOnce();
    void systemdHearsTheWholeLife();
    void systemdHearsReadyOnlyWithADatabase();

private:
    static QString writeFile(const QTemporaryDir &folder, const QByteArray &text)
    {
        QFile file(folder.filePath(QStringLiteral("worker.conf")));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }
    static ConnectionSettings nowhere()
    {
        ConnectionSettings settings;
        settings.host = QStringLiteral("127.0.0.1");
        settings.port = 1;
        settings.database = QStringLiteral("none");
        settings.user = QStringLiteral("nobody");
        settings.password = Secret(QStringLiteral("hunter2"));
        return settings;
    }
};

void TestWorkerService::linesOfJsonWithoutSecrets()
{
    TestDatabase database;
    LoopbackReceiver receiver;
    receiver.answerAlways(ReceiverAnswer::withStatus(500));
    const CommandRunner runner(database.settings());
    QVERIFY(addEndpoint(runner, receiver));
    QCOMPARE(runner
                 .run({"endpoint", "set", "ep_1", "--secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                       "--header", "Authorization: Bearer t0ken"})
                 .exitCode,
             0);
    QVERIFY(appendEvents(runner, "{\"card\": \"4111111111111111\"}\n"));

    WorkerProcess worker(runner, {});
    QTRY_COMPARE_WITH_TIMEOUT(worker.said("attempt failed").size(), 1, 30'000);
    worker.sendSignal(SIGTERM);
    QCOMPARE(worker.wait(), 0);

    const json failed = worker.said("attempt failed").constFirst();
    QCOMPARE(QString::fromStdString(failed.value("endpoint", "")), QStringLiteral("ep_1"));
    QCOMPARE(failed.value("status_code", 0), 500);
    QCOMPARE(failed.value("level", ""), std::string("warning"));
    QCOMPARE(worker.said("started").size(), 1);
    const json started = worker.said("started").constFirst();
    for (const char *name : {"ts", "worker", "host", "version", "database", "pid"})
        QVERIFY2(started.contains(name), name);
    QCOMPARE(failed.value("worker", "a"), started.value("worker", "b"));
    const QDateTime time = QDateTime::fromString(QString::fromStdString(started["ts"]), Qt::ISODateWithMs);
    QCOMPARE(time.timeSpec(), Qt::UTC);
    QVERIFY(qAbs(time.secsTo(QDateTime::currentDateTimeUtc())) < 120);
    QCOMPARE(worker.said("drain began").size(), 1);
    QCOMPARE(worker.said("drain ended").size(), 1);
    QCOMPARE(worker.said("stopped").constFirst().value("failed", 0), 1);
    QCOMPARE(worker.brokenLines(), QList<QByteArray>());
    for (const char *secret : {"MfKQ9r8GK", "t0ken", "4111111111111111"})
        QVERIFY2(!worker.everything().contains(secret), secret);
}

void TestWorkerService::linesOfTextAsBefore()
{
    const CommandRunner runner(nowhere());
    const auto worker = runner.start({"worker"});
    QByteArray text;
    QTRY_VERIFY_WITH_TIMEOUT((text += worker->readAllStandardError()).contains('\n'), 30'000);
    worker->terminate();
    text += CommandRunner::finish(*worker).err;
    for (const QByteArray &line : text.trimmed().split('\n'))
        QVERIFY2(line.startsWith("signalbox: "), line.constData());
    QVERIFY2(text.contains("worker: waits for the database (error "), text.constData());
    QVERIFY(!text.contains("hunter2"));
}

void TestWorkerService::hangUpReadsSettingsAgain()
{
    // Given a worker that may send two at once to receivers that do not answer
    TestDatabase database;
    LoopbackReceiver receiver;
    receiver.answerAlways(ReceiverAnswer::inManner(ReceiverAnswer::Manner::Nothing));
    const CommandRunner runner(database.settings());
    QVERIFY(addEndpoint(runner, receiver));
    QVERIFY(appendEvents(runner, QByteArray("{}\n").repeated(8)));
    QTemporaryDir folder;
    const QString file = writeFile(folder, "# as it begins\nconcurrency = 2\ndrain-seconds=30\n");
    WorkerProcess worker(runner, {"--config", file, "--stall-seconds", "7"});
    QTRY_VERIFY_WITH_TIMEOUT(!receiver.requests().isEmpty(), 30'000);

    // When the file allows twelve, and names more
    writeFile(folder,
              "concurrency = 12\ndrain-seconds = 0\nmetrics-listen = 127.0.0.1:0\nstall-seconds = 99\n");
    worker.sendSignal(SIGHUP);
    QTRY_COMPARE(worker.said("settings reloaded").size(), 1);

    // Then what can change has changed, the command line stays in force, and one line says it all
    const json line = worker.said("settings reloaded").constFirst();
    QCOMPARE(line.value("changed", ""), std::string("concurrency: 2 -> 12; drain-seconds: 30 -> 0"));
    QCOMPARE(line.value("needs_restart", ""), std::string("metrics-listen: none -> 127.0.0.1:0"));
    QTRY_VERIFY_WITH_TIMEOUT(receiver.requests().size() > 2, 30'000);
    worker.sendSignal(SIGTERM);
    QCOMPARE(worker.wait(), 0);
    QCOMPARE(worker.said("drain began").constFirst().value("limit_ms", -1), 0);
    QCOMPARE(worker.brokenLines(), QList<QByteArray>());
}

void TestWorkerService::aBrokenFileChangesNothing()
{
    TestDatabase database;
    const CommandRunner runner(database.settings());
    QTemporaryDir folder;
    const QString file = writeFile(folder, "drain-seconds = 3\n");
    WorkerProcess worker(runner, {"--config", file});
    QTRY_COMPARE_WITH_TIMEOUT(worker.said("started").size(), 1, 30'000);

    writeFile(folder, "drain-seconds = 5\npassword = hunter2\n");
    worker.sendSignal(SIGHUP);
    const std::string complaint = "settings not reloaded, the former ones stay";
    QTRY_COMPARE(worker.said(complaint).size(), 1);
    const QString error = QString::fromStdString(worker.said(complaint).constFirst().value("error", ""));
    QVERIFY2(error.contains("line 2"), qPrintable(error));
    QVERIFY(!worker.everything().contains("hunter2"));

    QVERIFY(QFile::remove(file));
    worker.sendSignal(SIGHUP);
    QTRY_COMPARE(worker.said(complaint).size(), 2);
    worker.sendSignal(SIGTERM);
    QCOMPARE(worker.wait(), 0);
    QCOMPARE(worker.said("drain began").constFirst().value("limit_ms", 0), 3'000);
    QCOMPARE(worker.said("settings reloaded").size(), 0);
}

void TestWorkerService::settingsThatAreWrongFromTheStart_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, const QByteArray &file, const QStringList &arguments, int exitCode,
                        const QByteArray &says) {
        QTest::newRow(name) << file << arguments << exitCode << says;
    };
    row("a name unknown", "concurency = 3\n", {}, 1, "line 1");
    row("no number", "# a\n\nconcurrency = many\n", {}, 1,
        "line 3: concurrency takes a whole number from 1 to 1000");
    row("twice", "concurrency = 1\nconcurrency = 2\n", {}, 1, "concurrency is set twice");
    row("format in the file", "log-format = xml\n", {}, 1, "log-format takes text or json, not \"xml\"");
    row("format", "", {"--log-format", "xml"}, 2, "--log-format takes text or json");
    row("level", "", {"--log-level", "loud"}, 2, "--log-level takes debug or info or warning or error");
    row("drain", "", {"--drain-seconds", "-1"}, 2, "--drain-seconds takes a whole number from 0 to 3600");
    row("address", "", {"--metrics-listen", "localhost"}, 2, "--metrics-listen takes ADDRESS:PORT");
}

void TestWorkerService::settingsThatAreWrongFromTheStart()
{
    QFETCH(const QByteArray, file);
    QFETCH(const QStringList, arguments);
    QFETCH(const int, exitCode);
    QFETCH(const QByteArray, says);
    QTemporaryDir folder;
    const CommandOutcome outcome =
        CommandRunner(nowhere()).run(QStringList{"worker", "--config", writeFile(folder, file)} + arguments);
    QCOMPARE(outcome.exitCode, exitCode);
    QVERIFY2(outcome.saidOneLine(), outcome.err.constData());
    QVERIFY2(outcome.err.contains(says), outcome.err.constData());
}

void TestWorkerService::terminationCutsAtTheDrainLimit()
{
    TestDatabase database;
    LoopbackReceiver receiver;
    receiver.answerAlways(ReceiverAnswer::inManner(ReceiverAnswer::Manner::Nothing));
    const CommandRunner runner(database.settings());
    QVERIFY(addEndpoint(runner, receiver));
    QVERIFY(appendEvents(runner, "{}\n"));
    WorkerProcess worker(runner, {"--drain-seconds", "1"});
    QTRY_COMPARE_WITH_TIMEOUT(receiver.requests().size(), 1, 30'000);

    worker.sendSignal(SIGTERM);
    QCOMPARE(worker.wait(), 0);
    QCOMPARE(worker.said("drain limit reached: requests cut, their jobs given back").size(), 1);
    const int took = worker.said("drain ended").constFirst().value("duration_ms", 0);
    QVERIFY2(took >= 900, qPrintable(QString::number(took)));
    QCOMPARE(
        database.value("SELECT concat_ws('|', status, attempts, lease_token) FROM webhook_jobs").toString(),
        QStringLiteral("pending|0"));
    QCOMPARE(database.value("SELECT count(1) FROM signalbox_workers").toInt(), 0);
}

void TestWorkerService::aSecondSignalEndsAtOnce()
{
    TestDatabase database;
    LoopbackReceiver receiver;
    receiver.answerAlways(ReceiverAnswer::inManner(ReceiverAnswer::Manner::Nothing));
    const CommandRunner runner(database.settings());
    QVERIFY(addEndpoint(runner, receiver));
    QVERIFY(appendEvents(runner, "{}\n"));
    WorkerProcess worker(runner, {"--drain-seconds", "600"});
    QTRY_COMPARE_WITH_TIMEOUT(receiver.requests().size(), 1, 30'000);
    worker.sendSignal(SIGTERM);
    QTRY_COMPARE(worker.said("drain began").size(), 1);
    worker.sendSignal(SIGTERM);
    QCOMPARE(worker.wait(), -1); // by the signal
    QCOMPARE(worker.process().exitStatus(), QProcess::CrashExit);
}

void TestWorkerService::systemdHearsTheWholeLife()
{
    TestDatabase database;
    NotifySocket systemd;
    CommandRunner runner(database.settings());
    runner.setEnvironment("NOTIFY_SOCKET", systemd.path());
    runner.setEnvironment("WATCHDOG_USEC", "400000");
    QTemporaryDir folder;
    WorkerProcess worker(runner, {"--config", writeFile(folder, "")});

    QTRY_COMPARE_WITH_TIMEOUT(systemd.count("READY=1"), 1, 30'000);
    QVERIFY(systemd.has("STATUS=delivers from "));
    const qsizetype before = systemd.count("WATCHDOG=1");
    QTRY_VERIFY(systemd.count("WATCHDOG=1") > before + 2);

    worker.sendSignal(SIGHUP);
    QTRY_COMPARE(systemd.count("READY=1"), 2);
    QCOMPARE(systemd.count("RELOADING=1"), 1);
    QVERIFY(systemd.has("MONOTONIC_USEC="));
    QVERIFY(systemd.first("RELOADING=1") < systemd.received().lastIndexOf("READY=1"));
    QVERIFY(systemd.first("READY=1") < systemd.first("RELOADING=1"));
    QTRY_VERIFY(systemd.has("STATUS=0 in flight, 0 delivered, 0 failed"));

    worker.sendSignal(SIGTERM);
    QCOMPARE(worker.wait(), 0);
    QCOMPARE(systemd.count("STOPPING=1"), 1);
    QVERIFY(systemd.has("EXTEND_TIMEOUT_USEC=20000000"));
    QVERIFY(systemd.first("STOPPING=1") > systemd.received().lastIndexOf("READY=1"));
}

void TestWorkerService::systemdHearsReadyOnlyWithADatabase()
{
    NotifySocket systemd;
    CommandRunner runner(nowhere());
    runner.setEnvironment("NOTIFY_SOCKET", systemd.path());
    WorkerProcess worker(runner, {});
    QTRY_VERIFY_WITH_TIMEOUT(systemd.has("STATUS=waits for the database: "), 30'000);
    worker.sendSignal(SIGTERM);
    QCOMPARE(worker.wait(), 0);
    QCOMPARE(systemd.count("READY=1"), 0);
    QCOMPARE(systemd.count("STOPPING=1"), 1);
}

QTEST_GUILESS_MAIN(TestWorkerService)
#include "test_worker_service.moc"
