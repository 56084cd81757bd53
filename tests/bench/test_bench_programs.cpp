// The benchmarks' programs do what their figures claim: a ceiling that skipped requests, or a queue that
// recorded nothing, would only look fast.

#include "tests/database/sample_rows.h"
#include "tests/support/loopback_receiver.h"
#include "tests/support/test_database.h"

#include <QProcess>
#include <QSet>
#include <QSignalSpy>
#include <QTemporaryFile>
#include <QTest>

using namespace signalbox;

namespace {

struct Ended
{
    int exitCode = -1;
    QList<QByteArray> columns; ///< of the one line it printed
};

// The event loop runs meanwhile, so that a receiver in the test can answer.
Ended run(const char *program, const QStringList &arguments)
{
    QProcess process;
    QSignalSpy finished(&process, &QProcess::finished);
    process.start(QString::fromLocal8Bit(program), arguments);
    if (!finished.wait(60'000))
        return {};
    return {process.exitCode(), process.readAllStandardOutput().trimmed().split('\t')};
}

QString uriOf(const ConnectionSettings &settings)
{
    return QStringLiteral("host='%1' port=%2 dbname='%3' user='%4'")
        .arg(settings.host, QString::number(settings.port), settings.database, settings.user);
}

} // namespace

class TestBenchPrograms : public QObject
{
    Q_OBJECT
private slots:
    void ceilingPostsEveryRequestOnce();
    void ceilingFailsWhenAReceiverRefuses();
    void queueIsRecorded();
    void queueIsGivenBack();
    void pagesAreRead();
};

void TestBenchPrograms::ceilingPostsEveryRequestOnce()
{
    LoopbackReceiver receiver;
    QTemporaryFile body;
    QVERIFY(body.open());
    body.write(R"({"type": "order.created.v1"})");
    body.close();
    const Ended ended =
        run(SIGNALBOX_QNAM_CEILING, {"--url", receiver.url(), "--requests", "50", "--in-flight", "8",
                                     "--endpoints", "3", "--body", body.fileName()});
    QCOMPARE(ended.exitCode, 0);
    QCOMPARE(ended.columns.value(0), QByteArray("50"));
    QVERIFY(ended.columns.value(1).toDouble() > 0);
    QCOMPARE(receiver.requests().size(), 50);
    QSet<QByteArray> ids, paths;
    for (const ReceivedRequest &request : receiver.requests()) {
        QCOMPARE(request.body, QByteArray(R"({"type": "order.created.v1"})"));
        ids.insert(request.header("webhook-id"));
        paths.insert(request.path);
    }
    QCOMPARE(ids.size(), 50);
    QCOMPARE(paths.size(), 3);
    QVERIFY2(receiver.connections() <= 8, "more connections than requests in flight");
}

void TestBenchPrograms::ceilingFailsWhenAReceiverRefuses()
{
    LoopbackReceiver receiver;
    receiver.answerNext({ReceiverAnswer::withStatus(503)});
    const Ended ended = run(SIGNALBOX_QNAM_CEILING, {"--url", receiver.url(), "--requests", "5"});
    QCOMPARE(ended.exitCode, 1);
    QCOMPARE(ended.columns.value(2), QByteArray("1"));
}

void TestBenchPrograms::queueIsRecorded()
{
    TestDatabase database;
    database.run(sampleEndpoints() + sampleJobs(40, QStringLiteral("pending")));
    const Ended ended =
        run(SIGNALBOX_QUEUE_BENCH, {"--db", uriOf(database.settings()), "--jobs", "30", "--batch", "16"});
    QCOMPARE(ended.exitCode, 0);
    QCOMPARE(ended.columns.value(0), QByteArray("30"));
    QCOMPARE(database.value("SELECT count(id) FROM webhook_jobs WHERE status = 'completed'").toInt(), 30);
    QCOMPARE(database.value("SELECT count(id) FROM webhook_deliveries WHERE status_code = 200").toInt(), 30);
    QCOMPARE(database.value("SELECT count(id) FROM webhook_jobs WHERE status = 'pending'").toInt(), 10);
}

void TestBenchPrograms::queueIsGivenBack()
{
    TestDatabase database;
    database.run(sampleEndpoints() + sampleJobs(20, QStringLiteral("pending")));
    const Ended ended =
        run(SIGNALBOX_QUEUE_BENCH, {"--db", uriOf(database.settings()), "--act", "release", "--jobs", "60"});
    QCOMPARE(ended.exitCode, 0);
    QCOMPARE(ended.columns.value(0), QByteArray("60"));
    QCOMPARE(
        database.value("SELECT count(id) FROM webhook_jobs WHERE status = 'pending' AND lease_token IS NULL")
            .toInt(),
        20);
}

void TestBenchPrograms::pagesAreRead()
{
    TestDatabase database;
    database.run(sampleEndpoints() + sampleJobs(30, QStringLiteral("failed")));
    QProcess process;
    process.start(QString::fromLocal8Bit(SIGNALBOX_PAGE_BENCH), {"--db", uriOf(database.settings())});
    process.write("jobs\tstatus:failed\nevents\t\n");
    process.closeWriteChannel();
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitCode(), 0);
    const QList<QByteArray> lines = process.readAllStandardOutput().trimmed().split('\n');
    QCOMPARE(lines.size(), 3);
    QVERIFY2(lines[1].startsWith("jobs\tstatus:failed\t") && lines[1].endsWith("\t30"), lines[1].constData());
    QVERIFY2(lines[2].startsWith("events\t(none)\t") && lines[2].endsWith("\t0"), lines[2].constData());
}

QTEST_GUILESS_MAIN(TestBenchPrograms)
#include "test_bench_programs.moc"
