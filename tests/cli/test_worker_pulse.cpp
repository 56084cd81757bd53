#include "app/cli/worker_pulse.h"
#include "tests/cli/notify_socket.h"
#include "tests/delivery/blocking_resolver.h"
#include "tests/delivery/worker_fixture.h"

#include <QElapsedTimer>
#include <QTest>

using namespace signalbox;

/// The watchdog is fed by the dispatcher's own loop, and by nothing else.
class TestWorkerPulse : public QObject
{
    Q_OBJECT
private slots:
    void aHungDispatcherStarvesTheWatchdog()
    {
        NotifySocket systemd;
        qputenv("NOTIFY_SOCKET", systemd.path().toLocal8Bit());
        qputenv("WATCHDOG_USEC", "200000");
        WorkerFixture fixture;
        fixture.addEndpoint(
            "ep_1", {{"url", "'http://hang.example:" + QString::number(fixture.receiver.port()) + "/'"}});
        const auto resolver = std::make_shared<BlockingResolver>();
        fixture.startWorker(WorkerFixture::quickOptions(), resolver);
        LoopPulse pulse(*fixture.service);
        QElapsedTimer sinceAnswer;
        connect(&pulse, &LoopPulse::answered, this, [&sinceAnswer] { sinceAnswer.start(); });
        QTRY_VERIFY(systemd.count("WATCHDOG=1") > 1);

        // When the dispatcher hangs for longer than systemd would wait
        const QUuid job = fixture.addJob();
        QTRY_VERIFY(resolver->isReached());
        QTRY_VERIFY(sinceAnswer.hasExpired(200));

        // Then nothing was sent meanwhile, and is again as soon as it goes on
        const qsizetype before = systemd.count("WATCHDOG=1");
        QTRY_VERIFY(sinceAnswer.hasExpired(600));
        QCOMPARE(systemd.count("WATCHDOG=1"), before);
        resolver->letGo();
        QTRY_VERIFY(systemd.count("WATCHDOG=1") > before);
        QTRY_COMPARE(fixture.jobStatus(job), QStringLiteral("completed"));
    }
};

QTEST_GUILESS_MAIN(TestWorkerPulse)
#include "test_worker_pulse.moc"
