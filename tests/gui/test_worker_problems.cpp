#include "app/core/delivery_control.h"
#include "tests/gui/console_fixture.h"
#include "ui/widgets/navigation_rail.h"
#include "ui/widgets/worker_banner.h"

#include <QLabel>
#include <QTest>

using namespace signalbox;

namespace {

/// A worker whose status a test sets.
class ScriptedWorker final : public DeliveryControl
{
public:
    WorkerStatus status() const override { return m_status; }
    void startWorker() override {}
    void stopWorker() override {}
    void sendTest(const QString &, QObject *, Reply<AttemptRecord>) override {}

    void setRemarks(const QStringList &remarks)
    {
        m_status.state = WorkerStatus::State::Running;
        m_status.remarks = remarks;
        emit statusChanged(m_status);
    }

    void setProblems(const QStringList &problems)
    {
        m_status.state = WorkerStatus::State::Running;
        m_status.problems = problems;
        emit statusChanged(m_status);
    }

private:
    WorkerStatus m_status;
};

} // namespace

/// What keeps the window's worker from delivering is said where nobody can miss it.
class TestWorkerProblems : public QObject
{
    Q_OBJECT
private slots:
    void bannerSaysWhatIsWrongUntilItIsNot();
    void aRemarkIsNoAlarm();
};

void TestWorkerProblems::bannerSaysWhatIsWrongUntilItIsNot()
{
    ScriptedWorker worker;
    ConsoleFixture console(QString(), &worker);
    QVERIFY(console.open(QStringLiteral("queue")));
    auto *banner = console.window().findChild<WorkerBanner *>();
    QVERIFY(banner && !banner->isVisible());

    worker.setProblems({"fan-out stands still: <b>restored</b>", "something else"});
    QVERIFY(banner->isVisible());
    QCOMPARE(banner->text(),
             QString("The worker of this window: fan-out stands still: <b>restored</b>\nsomething else"));

    worker.setProblems({});
    QVERIFY(!banner->isVisible());
}

void TestWorkerProblems::aRemarkIsNoAlarm()
{
    ScriptedWorker worker;
    ConsoleFixture console(QString(), &worker);
    QVERIFY(console.open(QStringLiteral("queue")));
    const auto figures = [&console] {
        QStringList texts;
        for (const QLabel *label : console.window().findChild<NavigationRail *>()->findChildren<QLabel *>())
            texts << label->text();
        return texts.join('|');
    };

    // Given an endpoint that asked for less: the banner says so, and the rail goes on telling how much is
    // delivered
    worker.setRemarks({"1 endpoint answers 429, 502 or 504 and gets fewer requests at once: ep_1"});
    QVERIFY(console.window().findChild<WorkerBanner *>()->isVisible());
    QVERIFY2(figures().contains("in flight"), qPrintable(figures()));

    worker.setProblems({"the database is lost"});
    QVERIFY2(figures().contains("the database"), qPrintable(figures()));
}

QTEST_MAIN(TestWorkerProblems)
#include "test_worker_problems.moc"
