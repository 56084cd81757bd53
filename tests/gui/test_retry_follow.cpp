#include "app/core/profile.h"
#include "tests/gui/console_fixture.h"
#include "ui/dialogs/job_change_dialog.h"
#include "ui/pages/console_page.h"
#include "ui/pages/queue_page.h"
#include "ui/panes/detail_pane.h"
#include "ui/widgets/json_view.h"
#include "ui/widgets/record_table.h"
#include "ui/widgets/toast.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QTest>

#include <Qsci/qsciscintilla.h>

using namespace signalbox;

namespace {

bool openQueue(ConsoleFixture &console, const QString &filter)
{
    if (!console.open(QStringLiteral("queue")))
        return false;
    console.window().currentPage()->applyFilter(filter);
    console.table()->setFocus();
    return QTest::qWaitFor(
        [&console] {
            return console.table()->model()->rowCount() == 10 && !console.table()->currentKey().isEmpty();
        },
        60'000);
}

QString toastText(ConsoleFixture &console)
{
    return console.window().toast()->isVisible() ? console.window().toast()->text() : QString();
}

QPushButton *toastButton(ConsoleFixture &console, const QString &text)
{
    for (QPushButton *button : console.window().toast()->buttons()) {
        if (button->text() == text)
            return button;
    }
    return nullptr;
}

DetailPane *pane(ConsoleFixture &console)
{
    return console.window().currentPage()->findChild<DetailPane *>();
}

QString statusOf(ConsoleFixture &console, const QString &id)
{
    return console.database()
        .value(QStringLiteral("SELECT status || ' ' || attempts || '/' || max_attempts FROM webhook_jobs "
                              "WHERE id = :id::uuid"),
               {{QStringLiteral(":id"), id}})
        .toString();
}

JobChangeDialog *dialogOf(ConsoleFixture &console)
{
    return console.window().currentPage()->findChild<JobChangeDialog *>();
}

/// A connection that is marked as production.
class ProductionConnector final : public Connector
{
public:
    ConnectionProfile currentProfile() const override
    {
        ConnectionProfile profile;
        profile.environment = QStringLiteral("PRODUCTION");
        return profile;
    }
    void connectTo(const ConnectionProfile &, const Secret &) override {}
    void retryNow() override {}
    Result<AddressedProfile> readAddress(const QString &) const override { return AddressedProfile{}; }
    void testConnection(const ConnectionProfile &, const Secret &, QObject *, Reply<QString>) override {}
};

} // namespace

/// What becomes of jobs that were retried is told as it happens, and a retry by one key can be taken back.
class TestRetryFollow : public QObject
{
    Q_OBJECT
private slots:
    void aRetriedJobStaysInThePane();
    void undoPutsItBack();
    void whatWasSentCannotBeTakenBack();
    void severalAreFollowedAndFound();
    void theDialogSaysWhatItActsOn();
    void startsOverAndSpreads();
    void lettersDoNothingOutsideTheTable();
    void inProductionAFormAsks();
};

void TestRetryFollow::aRetriedJobStaysInThePane()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openQueue(console, QStringLiteral("status:failed")));
    const QString id = console.table()->currentKey();
    console.press(Qt::Key_R);
    QTRY_VERIFY2(toastText(console).contains(QStringLiteral("retried: waiting")),
                 qPrintable(toastText(console)));
    QVERIFY(toastText(console).contains(id.left(8)));
    QVERIFY(!dialogOf(console));
    // It is failed no more and leaves the table, not the pane
    QTRY_COMPARE(console.table()->model()->rowCount(), 9);
    QCOMPARE(pane(console)->shownId(), id);
    // When it fails again, pane and toast say so
    console.database().run(
        QStringLiteral("UPDATE webhook_jobs SET status = 'failed', attempts = 5, last_error = "
                       "'refused once more' WHERE status = 'pending' AND max_attempts = 5"));
    QTRY_VERIFY2(toastText(console).contains(QStringLiteral("failed again")), qPrintable(toastText(console)));
    QTRY_COMPARE(console.table()->model()->rowCount(), 10);
    QCOMPARE(pane(console)->shownId(), id);
    QTRY_COMPARE(console.table()->currentKey(), id); // back in the table, and chosen there
}

void TestRetryFollow::undoPutsItBack()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openQueue(console, QStringLiteral("status:failed")));
    const QString id = console.table()->currentKey();
    console.press(Qt::Key_R);
    QTRY_VERIFY(toastButton(console, QStringLiteral("Undo")));
    QCOMPARE(statusOf(console, id), QStringLiteral("pending 4/5"));
    console.press(Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY2(toastText(console).startsWith(QStringLiteral("Undone:")), qPrintable(toastText(console)));
    QCOMPARE(statusOf(console, id), QStringLiteral("failed 4/4"));
    QTRY_COMPARE(console.table()->model()->rowCount(), 10);
}

void TestRetryFollow::whatWasSentCannotBeTakenBack()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openQueue(console, QStringLiteral("status:failed")));
    const QString id = console.table()->currentKey();
    console.press(Qt::Key_R);
    QTRY_VERIFY(toastButton(console, QStringLiteral("Undo")));
    console.database().run(QStringLiteral("UPDATE webhook_jobs SET status = 'processing', lease_token = "
                                          "gen_random_uuid() WHERE max_attempts = 5"));
    if (QPushButton *undo = toastButton(console, QStringLiteral("Undo")))
        undo->click();
    QTRY_VERIFY2(toastText(console).contains(QStringLiteral("cannot")) ||
                     toastText(console).contains(QStringLiteral("nothing can be taken back")),
                 qPrintable(toastText(console)));
    QCOMPARE(statusOf(console, id), QStringLiteral("processing 4/5"));
}

void TestRetryFollow::severalAreFollowedAndFound()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openQueue(console, QStringLiteral("status:failed")));
    console.press(Qt::Key_R, Qt::ControlModifier);
    QTRY_VERIFY(dialogOf(console));
    QTest::keyClicks(dialogOf(console)->findChild<QLineEdit *>(), QStringLiteral("repaired"));
    QTRY_VERIFY(dialogOf(console)->isVisible());
    const auto perform = [&] {
        for (QPushButton *button : dialogOf(console)->findChildren<QPushButton *>()) {
            if (button->isDefault())
                return button;
        }
        return static_cast<QPushButton *>(nullptr);
    };
    QTRY_VERIFY(perform()->isEnabled());
    perform()->click();
    QTRY_VERIFY2(toastText(console).contains(QStringLiteral("10 retried: 10 waiting")),
                 qPrintable(toastText(console)));
    console.database().run(QStringLiteral(
        "UPDATE webhook_jobs SET status = CASE WHEN id::text < '20000000-0000-4000-8000-000000000014' "
        "THEN 'completed' ELSE 'failed' END WHERE max_attempts = 5"));
    QTRY_VERIFY2(toastText(console).contains(QStringLiteral("10 retried: 5 delivered, 5 failed again")) ||
                     toastText(console).contains(QStringLiteral("failed again")),
                 qPrintable(toastText(console)));
    QVERIFY(toastButton(console, QStringLiteral("Show them")));
    toastButton(console, QStringLiteral("Show them"))->click();
    QTRY_COMPARE(console.table()->model()->rowCount(), 10);
    QVERIFY(console.window().currentPage()->filterText().startsWith(QStringLiteral("change:")));
    // And back to what was filtered before
    console.window().activateWindow();
    QTRY_VERIFY(console.window().isActiveWindow());
    console.press(Qt::Key_Left, Qt::AltModifier);
    QTRY_COMPARE(console.window().currentPage()->filterText(), QStringLiteral("status:failed"));
}

void TestRetryFollow::theDialogSaysWhatItActsOn()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openQueue(console, QStringLiteral("status:failed")));
    console.press(Qt::Key_R, Qt::ControlModifier);
    QTRY_VERIFY(dialogOf(console));
    QStringList texts;
    for (const QLabel *label : dialogOf(console)->findChildren<QLabel *>())
        texts << label->text();
    QVERIFY2(texts.contains(QStringLiteral("status:failed")), qPrintable(texts.join('|')));
}

void TestRetryFollow::startsOverAndSpreads()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openQueue(console, QStringLiteral("status:failed")));
    console.press(Qt::Key_R, Qt::ControlModifier);
    QTRY_VERIFY(dialogOf(console));
    JobChangeDialog *dialog = dialogOf(console);
    QLineEdit *spread = nullptr;
    QLineEdit *reason = nullptr;
    for (QLineEdit *edit : dialog->findChildren<QLineEdit *>())
        (edit->accessibleName() == QLatin1String("Reason") ? reason : spread) = edit;
    QVERIFY(spread && reason);
    QTRY_VERIFY(spread->isVisible());
    reason->setText(QStringLiteral("repaired"));
    spread->setText(QStringLiteral("soon"));
    QPushButton *perform = nullptr;
    for (QPushButton *button : dialog->findChildren<QPushButton *>()) {
        if (button->isDefault())
            perform = button;
    }
    QVERIFY(!perform->isEnabled()); // no duration
    spread->setText(QStringLiteral("10 min"));
    for (QRadioButton *choice : dialog->findChildren<QRadioButton *>()) {
        if (choice->text().contains(QStringLiteral("Start over")) ||
            choice->text().contains(QStringLiteral("&Start")))
            choice->click();
    }
    QTRY_VERIFY(perform->isEnabled());
    perform->click();
    QTRY_COMPARE(
        console.database()
            .value(QStringLiteral("SELECT count(1) FROM webhook_jobs WHERE attempts = 4 AND max_attempts = 8 "
                                  "AND status = 'pending'"))
            .toInt(),
        10);
    QCOMPARE(console.database()
                 .value(QStringLiteral(
                     "SELECT count(DISTINCT next_attempt) FROM webhook_jobs WHERE max_attempts = 8"))
                 .toInt(),
             10);
}

void TestRetryFollow::lettersDoNothingOutsideTheTable()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openQueue(console, QStringLiteral("status:failed")));
    console.press(Qt::Key_F6);
    QVERIFY(pane(console)->isAncestorOf(QApplication::focusWidget()));
    console.press(Qt::Key_R);
    pane(console)->findChild<QsciScintilla *>()->setFocus();
    console.press(Qt::Key_R);
    console.press(Qt::Key_C);
    QTest::qWait(0);
    QVERIFY(!dialogOf(console));
    console.table()->setFocus();
    console.press(Qt::Key_R);
    QTRY_VERIFY(toastText(console).contains(QStringLiteral("retried")));
    QCOMPARE(console.database().value(QStringLiteral("SELECT count(1) FROM signalbox_changes")).toInt(), 1);
}

void TestRetryFollow::inProductionAFormAsks()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    ProductionConnector production;
    ConsoleServices services;
    services.pages = &console.gateway();
    services.details = &console.gateway();
    services.jobActions = &console.gateway();
    services.jobChanges = &console.gateway();
    services.signals_ = &console.gateway().signals_();
    services.connector = &production;
    QueuePage page(services);
    page.resize(1400, 800);
    page.show();
    QVERIFY(console.open(QStringLiteral("overview")));
    page.reset();
    auto *table = page.findChild<RecordTable *>();
    QTRY_VERIFY(!table->currentKey().isEmpty());
    page.activateWindow();
    table->setFocus();
    QTRY_VERIFY(table->hasFocus());
    QTest::keyClick(table, Qt::Key_R);
    QTRY_VERIFY(page.findChild<JobChangeDialog *>());
    QCOMPARE(console.database().value(QStringLiteral("SELECT count(1) FROM signalbox_changes")).toInt(), 0);
}

QTEST_MAIN(TestRetryFollow)
#include "test_retry_follow.moc"
