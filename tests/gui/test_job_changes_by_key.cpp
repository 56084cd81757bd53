#include "tests/gui/console_fixture.h"
#include "ui/dialogs/job_change_dialog.h"
#include "ui/pages/console_page.h"
#include "ui/widgets/record_table.h"
#include "ui/widgets/toast.h"

#include <QLineEdit>
#include <QPushButton>
#include <QTest>

using namespace signalbox;

namespace {

/// The dialog that is open over the page in front.
JobChangeDialog *openDialog(ConsoleFixture &console)
{
    return console.window().currentPage()->findChild<JobChangeDialog *>();
}

/// The queue, and ten jobs of a status in its table.
bool openQueue(ConsoleFixture &console, const QString &status)
{
    if (!console.open(QStringLiteral("queue")))
        return false;
    console.press(Qt::Key_Slash);
    console.type(QStringLiteral("status:%1 ").arg(status));
    console.press(Qt::Key_Return); // nothing typed: on to the table
    return QTest::qWaitFor(
        [&console] {
            return console.table()->model()->rowCount() == 10 && !console.table()->currentKey().isEmpty();
        },
        60'000);
}

QPushButton *performButton(const JobChangeDialog *dialog)
{
    for (QPushButton *button : dialog->findChildren<QPushButton *>()) {
        if (button->isDefault())
            return button;
    }
    return nullptr;
}

} // namespace

/// Retry and cancel through the dialog, without a mouse; judged by the database.
class TestJobChangesByKey : public QObject
{
    Q_OBJECT

private slots:
    void retriesOneJobAndKeepsItsAttempts();
    void sendsAJobBeforeOthers();
    void asksForAReason();
    void cancelsAllThatMatch();
};

void TestJobChangesByKey::retriesOneJobAndKeepsItsAttempts()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openQueue(console, QStringLiteral("failed")));
    const QString id = console.table()->currentKey();
    console.press(Qt::Key_R);
    QTRY_VERIFY(console.window().toast()->isVisible());
    QVERIFY(!openDialog(console)); // one job is no matter for a form
    const Bindings job = {{QStringLiteral(":id"), id}};
    QCOMPARE(console.database()
                 .value(QStringLiteral("SELECT status FROM webhook_jobs WHERE id = :id::uuid"), job)
                 .toString(),
             QStringLiteral("pending"));
    QCOMPARE(console.database()
                 .value(QStringLiteral("SELECT attempts FROM webhook_jobs WHERE id = :id::uuid"), job)
                 .toInt(),
             4);
    QCOMPARE(console.database()
                 .value(QStringLiteral("SELECT max_attempts FROM webhook_jobs WHERE id = :id::uuid"), job)
                 .toInt(),
             5);
    QCOMPARE(console.database().value(QStringLiteral("SELECT reason FROM signalbox_changes")).toString(),
             QStringLiteral("retried by one key"));
    QTRY_COMPARE(console.table()->model()->rowCount(), 9); // it is not failed any more
}

void TestJobChangesByKey::sendsAJobBeforeOthers()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openQueue(console, QStringLiteral("pending")));
    const Bindings job = {{QStringLiteral(":id"), console.table()->currentKey()}};
    console.press(Qt::Key_R, Qt::ShiftModifier);
    QTRY_VERIFY(openDialog(console));
    JobChangeDialog *dialog = openDialog(console);
    QTRY_VERIFY(performButton(dialog)->isEnabled()); // it comes with a reason
    QTest::keyClick(dialog->findChild<QLineEdit *>(), Qt::Key_Return);
    QTRY_VERIFY(console.window().toast()->isVisible());
    QCOMPARE(console.database()
                 .value(QStringLiteral("SELECT count(*) FROM webhook_jobs WHERE priority = 1"))
                 .toInt(),
             1);
    QCOMPARE(console.database()
                 .value(QStringLiteral("SELECT priority FROM webhook_jobs WHERE id = :id::uuid"), job)
                 .toInt(),
             1);
    QCOMPARE(console.database()
                 .value(QStringLiteral("SELECT action || ': ' || reason FROM signalbox_changes"))
                 .toString(),
             QStringLiteral("send jobs now: sent now"));
}

void TestJobChangesByKey::asksForAReason()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(console.open(QStringLiteral("queue")));
    console.table()->setFocus();
    QTRY_VERIFY(!console.table()->currentKey().isEmpty());
    console.press(Qt::Key_Down, Qt::ShiftModifier); // two of them
    console.press(Qt::Key_R);
    QTRY_VERIFY(openDialog(console));
    JobChangeDialog *dialog = openDialog(console);
    QTest::keyClick(dialog->findChild<QLineEdit *>(), Qt::Key_Return);
    QVERIFY(dialog->isVisible());
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!openDialog(console));
    QCOMPARE(console.database().value(QStringLiteral("SELECT count(*) FROM signalbox_changes")).toInt(), 0);
}

void TestJobChangesByKey::cancelsAllThatMatch()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openQueue(console, QStringLiteral("pending")));
    console.press(Qt::Key_Backspace, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(openDialog(console));
    JobChangeDialog *dialog = openDialog(console);
    QTest::keyClicks(dialog->findChild<QLineEdit *>(), QStringLiteral("sent by hand"));
    QTRY_VERIFY(performButton(dialog)->isEnabled());
    QTest::keyClick(dialog->findChild<QLineEdit *>(), Qt::Key_Return);
    QTRY_VERIFY(console.window().toast()->isVisible());
    QCOMPARE(console.database()
                 .value(QStringLiteral("SELECT count(*) FROM webhook_jobs WHERE status = 'cancelled'"))
                 .toInt(),
             10);
}

QTEST_MAIN(TestJobChangesByKey)
#include "test_job_changes_by_key.moc"
