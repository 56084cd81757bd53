// What stops, removes or exposes an endpoint asks first; removed ones can be seen and restored. Judged by the
// database.

#include "app/core/delivery_control.h"
#include "app/core/production.h"
#include "models/endpoint_model.h"
#include "tests/gui/console_fixture.h"
#include "ui/dialogs/consent_dialog.h"
#include "ui/dialogs/secret_dialog.h"
#include "ui/pages/endpoint_table.h"
#include "ui/pages/endpoints_page.h"
#include "ui/panes/endpoint_pane.h"
#include "ui/theme/theme.h"
#include "ui/widgets/secret_text.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollBar>
#include <QTabWidget>
#include <QTest>

using namespace signalbox;

namespace {

class FakeWorker final : public DeliveryControl
{
public:
    WorkerStatus status() const override { return current; }
    void startWorker() override { current.state = WorkerStatus::State::Running; }
    void stopWorker() override { ++stops; }
    void sendTest(const QString &, QObject *, Reply<AttemptRecord>) override { ++tests; }

    WorkerStatus current;
    int stops = 0;
    int tests = 0;
};

QString twoEndpoints()
{
    return QStringLiteral("INSERT INTO webhook_endpoints (id, url, secret) VALUES "
                          "('ep_blog', 'https://blog.example/', 'a secret of the blog'), "
                          "('ep_shop', 'https://shop.example/', 'a secret of the shop'); "
                          "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, "
                          "next_attempt, status, timeout_ms) SELECT gen_random_uuid(), 'ep_shop', "
                          "'https://shop.example/', '{}', 's', 4, now() + interval '1 h', 'pending', 30000 "
                          "FROM generate_series(1, 3);");
}

/// The Endpoints page with an endpoint chosen and the keyboard on the table.
bool openWith(ConsoleFixture &console, const QString &id)
{
    if (!console.open(QStringLiteral("endpoints")))
        return false;
    auto *page = qobject_cast<EndpointsPage *>(console.window().currentPage());
    page->selectRow(id);
    page->setFocus();
    return QTest::qWaitFor([page, &id] { return page->pane()->shownId() == id && page->isSettled(); },
                           60'000);
}

EndpointsPage &pageOf(ConsoleFixture &console)
{
    return *qobject_cast<EndpointsPage *>(console.window().currentPage());
}

ConsentDialog *question(const ConsoleFixture &console)
{
    const ConsoleFixture *fixture = &console;
    for (auto *dialog : const_cast<ConsoleFixture *>(fixture)->window().findChildren<ConsentDialog *>()) {
        if (dialog->isVisible())
            return dialog;
    }
    return nullptr;
}

QPushButton *button(const QWidget &within, const QString &text)
{
    for (QPushButton *one : within.findChildren<QPushButton *>()) {
        if (one->text() == text && one->isVisibleTo(&within))
            return one;
    }
    return nullptr;
}

QAction *action(ConsoleFixture &console, const QString &text)
{
    for (QAction *one : pageOf(console).pageActions()) {
        if (one->text() == text)
            return one;
    }
    return nullptr;
}

QStringList cutLabels(const QWidget &dialog)
{
    QStringList cut;
    for (const QLabel *label : dialog.findChildren<QLabel *>()) {
        if (!label->isVisible() || label->text().isEmpty())
            continue;
        const QSize room = label->contentsRect().size();
        const bool isCut = label->wordWrap()
                               ? label->height() < label->heightForWidth(label->width())
                               : room.width() < label->fontMetrics().size(0, label->text()).width();
        if (isCut)
            cut << label->text();
    }
    return cut;
}

QString stateOf(ConsoleFixture &console, const QString &id)
{
    return console.database()
        .value(QStringLiteral("SELECT concat_ws('|', enabled, disabled_reason, removed_at IS NOT NULL) "
                              "FROM webhook_endpoints WHERE id = '%1'")
                   .arg(id))
        .toString();
}

} // namespace

class TestEndpointActs : public QObject
{
    Q_OBJECT
private slots:
    void disablingAsksForAReason();
    void lettersActInTheTableOnly();
    void aSecretIsShownAfterAQuestion();
    void removingAsksWhatBecomesOfTheJobs();
    void removedOnesAreSeenAndRestored();
    void aLinkToARemovedOneOpensNoOther();
    void stoppingTheWorkerAsks();
    void productionIsTyped();
    void aNarrowTableLeavesColumnsOut();
    void noTextOfADialogIsCut_data();
    void noTextOfADialogIsCut();
    void whatIsProduction_data();
    void whatIsProduction();
};

void TestEndpointActs::disablingAsksForAReason()
{
    ConsoleFixture console(twoEndpoints());
    QVERIFY(openWith(console, QStringLiteral("ep_shop")));

    // When D is pressed, then it says what would be held and wants to know why
    console.press(Qt::Key_D);
    QTRY_VERIFY(question(console));
    ConsentDialog *dialog = question(console);
    auto *reason = dialog->findChild<QLineEdit *>();
    QTest::keyClick(reason, Qt::Key_Return);
    QVERIFY(dialog->isVisible());
    QCOMPARE(stateOf(console, "ep_shop"), QStringLiteral("t|f"));
    QTest::keyClicks(reason, QStringLiteral("maintenance"));
    QTest::keyClick(reason, Qt::Key_Return);
    QTRY_COMPARE(stateOf(console, "ep_shop"), QStringLiteral("f|maintenance|f"));
    QCOMPARE(
        console.database().value("SELECT concat_ws('|', action, reason) FROM signalbox_changes").toString(),
        QStringLiteral("disable endpoint|maintenance"));

    // When D is pressed again, then what was held goes out, and that keeps its reason too
    QTRY_VERIFY(action(console, QStringLiteral("Enable")));
    console.window().activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&console.window()));
    console.press(Qt::Key_D);
    QTRY_VERIFY(question(console));
    QTest::keyClicks(question(console)->findChild<QLineEdit *>(), QStringLiteral("over"));
    QTest::keyClick(question(console), Qt::Key_Return);
    QTRY_COMPARE(stateOf(console, "ep_shop"), QStringLiteral("t|f"));
    QCOMPARE(console.database()
                 .value("SELECT concat_ws('|', action, reason) FROM signalbox_changes "
                        "ORDER BY created_at DESC LIMIT 1")
                 .toString(),
             QStringLiteral("enable endpoint|over"));
}

void TestEndpointActs::lettersActInTheTableOnly()
{
    FakeWorker worker;
    ConsoleFixture console(twoEndpoints(), &worker);
    QVERIFY(openWith(console, QStringLiteral("ep_shop")));
    // A button or a text of the pane, or the filter, has the keyboard: letters do nothing to endpoints
    QList<QWidget *> elsewhere{pageOf(console).findChild<QLineEdit *>()};
    elsewhere << button(*pageOf(console).pane(), QStringLiteral("Edit…"))
              << pageOf(console).pane()->findChild<SecretText *>();
    for (QWidget *widget : elsewhere) {
        QVERIFY(widget);
        widget->setFocus();
        QTRY_COMPARE(QApplication::focusWidget(), widget);
        for (const Qt::Key key : {Qt::Key_D, Qt::Key_S, Qt::Key_H, Qt::Key_T, Qt::Key_Delete})
            console.press(key);
        QVERIFY(!question(console));
    }
    QCOMPARE(worker.tests, 0);
    pageOf(console).applyFilter({});
    pageOf(console).table()->setFocus();
    console.press(Qt::Key_T);
    QCOMPARE(worker.tests, 1);
}

void TestEndpointActs::aSecretIsShownAfterAQuestion()
{
    const QString secret = QStringLiteral("whsec_") + QString(44, QLatin1Char('x'));
    ConsoleFixture console(twoEndpoints() +
                           QStringLiteral("UPDATE webhook_endpoints SET secret = '%1'").arg(secret));
    QVERIFY(openWith(console, QStringLiteral("ep_shop")));
    auto *shown = pageOf(console).pane()->findChild<SecretText *>();
    console.press(Qt::Key_S);
    QTRY_VERIFY(question(console));
    QVERIFY(!shown->toPlainText().contains(QLatin1Char('x')));
    QTest::keyClick(question(console), Qt::Key_Return);
    QTRY_COMPARE(shown->toPlainText(), secret);
    // All of it is there to see
    QTRY_VERIFY(shown->viewport()->height() >=
                int(shown->document()->size().height()) * shown->fontMetrics().lineSpacing());
    QVERIFY(button(*pageOf(console).pane(), QStringLiteral("Copy")));
}

void TestEndpointActs::removingAsksWhatBecomesOfTheJobs()
{
    ConsoleFixture console(twoEndpoints());
    QVERIFY(openWith(console, QStringLiteral("ep_shop")));

    // When it is to be removed, then Enter alone removes nothing
    console.press(Qt::Key_Delete);
    QTRY_VERIFY(question(console));
    QTest::keyClick(question(console), Qt::Key_Return);
    QTRY_VERIFY(!question(console));
    QCOMPARE(stateOf(console, "ep_shop"), QStringLiteral("t|f"));

    // and with a reason, its jobs given up, it does
    pageOf(console).table()->setFocus();
    action(console, QStringLiteral("Remove…"))->trigger();
    QTRY_VERIFY(question(console));
    ConsentDialog *dialog = question(console);
    const auto choices = dialog->findChildren<QRadioButton *>();
    QCOMPARE(choices.size(), 2);
    QVERIFY(choices.at(0)->isChecked()); // they are kept unless somebody says otherwise
    choices.at(1)->click();
    auto *reason = dialog->findChild<QLineEdit *>();
    reason->setFocus();
    QTest::keyClicks(reason, QStringLiteral("the customer left"));
    QTest::keyClick(reason, Qt::Key_Return); // goes on to the button
    QVERIFY(dialog->isVisible());
    QTest::keyClick(button(*dialog, QStringLiteral("Remove")), Qt::Key_Return);
    QTRY_COMPARE(stateOf(console, "ep_shop"), QStringLiteral("f|removed|t"));
    QTRY_COMPARE(
        console.database().value("SELECT count(1) FROM webhook_jobs WHERE status = 'cancelled'").toInt(), 3);
    QCOMPARE(console.database()
                 .value("SELECT string_agg(concat_ws('|', action, reason), ', ' ORDER BY created_at) "
                        "FROM signalbox_changes")
                 .toString(),
             QStringLiteral("remove endpoint|the customer left, cancel jobs|the customer left"));
}

void TestEndpointActs::removedOnesAreSeenAndRestored()
{
    ConsoleFixture console(twoEndpoints());
    QVERIFY(openWith(console, QStringLiteral("ep_shop")));
    action(console, QStringLiteral("Remove…"))->trigger();
    QTRY_VERIFY(question(console));
    QTest::keyClicks(question(console)->findChild<QLineEdit *>(), QStringLiteral("a mistake"));
    button(*question(console), QStringLiteral("Remove"))->click();
    QTRY_COMPARE(stateOf(console, "ep_shop"), QStringLiteral("f|removed|t"));

    // Then the pane stays with it, and nothing can be done to it but bringing it back
    QTRY_VERIFY(action(console, QStringLiteral("Restore…"))->isEnabled());
    QCOMPARE(pageOf(console).pane()->shownId(), QStringLiteral("ep_shop"));
    QVERIFY(!action(console, QStringLiteral("Remove…"))->isEnabled());
    QVERIFY(!action(console, QStringLiteral("Send test"))->isEnabled());

    // When another is chosen it leaves the list; the switch shows it again
    pageOf(console).selectRow(QStringLiteral("ep_blog"));
    pageOf(console).refresh();
    QTRY_COMPARE(pageOf(console).table()->model()->rowCount(), 1);
    button(pageOf(console), QStringLiteral("Removed"))->click();
    QTRY_COMPARE(pageOf(console).table()->model()->rowCount(), 2);
    QCOMPARE(pageOf(console).table()->model()->index(1, 0).data().toString(), QStringLiteral("removed"));

    // When it is restored, then it is there, disabled, and its new secret is shown
    pageOf(console).selectRow(QStringLiteral("ep_shop"));
    action(console, QStringLiteral("Restore…"))->trigger();
    QTRY_VERIFY(question(console));
    QTest::keyClick(question(console), Qt::Key_Return);
    QTRY_COMPARE(stateOf(console, "ep_shop"), QStringLiteral("f|restored, to be enabled by hand|f"));
    QTRY_VERIFY(pageOf(console).findChild<SecretDialog *>());
    QCOMPARE(
        pageOf(console).findChild<SecretDialog *>()->findChild<SecretText *>()->toPlainText(),
        console.database().value("SELECT secret FROM webhook_endpoints WHERE id = 'ep_shop'").toString());
}

void TestEndpointActs::aLinkToARemovedOneOpensNoOther()
{
    // Given an endpoint that was removed, and one that never was
    ConsoleFixture console(
        twoEndpoints() +
        QStringLiteral(
            "UPDATE webhook_endpoints SET removed_at = now(), enabled = false WHERE id = 'ep_shop'"));
    QVERIFY(openWith(console, QStringLiteral("ep_blog")));
    QCOMPARE(pageOf(console).table()->model()->rowCount(), 1);
    for (const QString &id : {QStringLiteral("ep_shop"), QStringLiteral("ep_nobody")}) {
        // When a link leads there
        emit pageOf(console).pageRequested(QStringLiteral("endpoints"), {}, id);
        QTRY_VERIFY(pageOf(console).isSettled());

        // Then it is that one and no other, after the page was read again too
        for (int time = 0; time < 3; ++time) {
            QCOMPARE(pageOf(console).pane()->shownId(), id);
            for (const char *text : {"Send test", "Remove…", "Rotate…", "Show secret…"})
                QVERIFY2(!action(console, QString::fromUtf8(text))->isEnabled(), text);
            pageOf(console).refresh();
            QTRY_VERIFY(pageOf(console).isSettled());
        }
    }
    QVERIFY(!pageOf(console).pane()->problem().isEmpty());
    emit pageOf(console).pageRequested(QStringLiteral("endpoints"), {}, QStringLiteral("ep_blog"));
    QTRY_VERIFY(action(console, QStringLiteral("Remove…"))->isEnabled());
}

void TestEndpointActs::stoppingTheWorkerAsks()
{
    FakeWorker worker;
    ConsoleFixture console(twoEndpoints(), &worker);
    QVERIFY(openWith(console, QStringLiteral("ep_shop")));
    console.press(Qt::Key_D, Qt::ControlModifier); // starts
    QCOMPARE(worker.current.state, WorkerStatus::State::Running);
    console.press(Qt::Key_D, Qt::ControlModifier);
    QTRY_VERIFY(question(console));
    QCOMPARE(worker.stops, 0);
    QTest::keyClick(question(console), Qt::Key_Return);
    QCOMPARE(worker.stops, 1);
}

void TestEndpointActs::productionIsTyped()
{
    ConsentQuestion asked;
    asked.title = QStringLiteral("Disable ep_shop?");
    asked.button = QStringLiteral("Disable");
    asked.reason = ConsentQuestion::Reason::Optional;
    asked.production = QStringLiteral("PRODUCTION");
    ConsentDialog dialog(asked);
    dialog.show();
    const auto fields = dialog.findChildren<QLineEdit *>();
    QCOMPARE(fields.size(), 2);
    QPushButton *accept = button(dialog, QStringLiteral("Disable"));
    fields.at(0)->setText(QStringLiteral("maintenance"));
    QVERIFY(!accept->isEnabled());
    fields.at(1)->setText(QStringLiteral("staging"));
    QVERIFY(!accept->isEnabled());
    fields.at(1)->setText(QStringLiteral("PRODUCTION"));
    QVERIFY(accept->isEnabled());
    fields.at(0)->clear(); // there a reason is no choice
    QVERIFY(!accept->isEnabled());
}

// The figures of every endpoint are seen without scrolling, in a small window too.
void TestEndpointActs::aNarrowTableLeavesColumnsOut()
{
    ConsoleFixture console(twoEndpoints());
    QVERIFY(openWith(console, QStringLiteral("ep_shop")));
    EndpointTable *table = pageOf(console).table();
    for (const QSize size : {QSize(1280, 800), QSize(1440, 900), QSize(2560, 1440)}) {
        console.window().resize(size);
        QTRY_COMPARE(table->horizontalScrollBar()->maximum(), 0);
        for (const int column : {EndpointModel::IdColumn, EndpointModel::SuccessColumn,
                                 EndpointModel::PendingColumn, EndpointModel::FailedColumn})
            QVERIFY(!table->isColumnHidden(column));
    }
    QVERIFY(!table->isColumnHidden(EndpointModel::LastDeliveryColumn));
}

void TestEndpointActs::noTextOfADialogIsCut_data()
{
    QTest::addColumn<QString>("act");
    for (const char *act :
         {"Disable…", "Hold circuit breaker…", "Show secret…", "Rotate…", "Remove…", "Edit…"})
        QTest::newRow(act) << QString::fromUtf8(act);
}

void TestEndpointActs::noTextOfADialogIsCut()
{
    QFETCH(const QString, act);
    ConsoleFixture console(twoEndpoints());
    QVERIFY(openWith(console, QStringLiteral("ep_shop")));
    console.window().resize(1280, 800);
    action(console, act)->trigger();
    QTRY_VERIFY(pageOf(console).findChild<QDialog *>());
    auto *dialog = pageOf(console).findChild<QDialog *>();
    QVERIFY(QTest::qWaitForWindowExposed(dialog));
    QVERIFY(dialog->width() <= 1280 && dialog->height() <= 800);
    auto *tabs = dialog->findChild<QTabWidget *>();
    for (int tab = 0; tab < (tabs ? tabs->count() : 1); ++tab) {
        if (tabs)
            tabs->setCurrentIndex(tab);
        QTRY_COMPARE(cutLabels(*dialog), QStringList());
    }
}

void TestEndpointActs::whatIsProduction_data()
{
    QTest::addColumn<QString>("environment");
    QTest::addColumn<QString>("colour");
    QTest::addColumn<bool>("is");
    QTest::newRow("by name") << "PRODUCTION"
                             << "held" << true;
    QTest::newRow("short") << "prod-eu"
                           << "held" << true;
    QTest::newRow("by colour") << "EU 1"
                               << "failure" << true;
    QTest::newRow("without a name") << ""
                                    << "failure" << false;
    QTest::newRow("staging") << "staging"
                             << "warning" << false;
    QTest::newRow("not yet") << "pre-prod"
                             << "warning" << false;
    QTest::newRow("not at all") << "NON-PRODUCTION"
                                << "ok" << false;
}

void TestEndpointActs::whatIsProduction()
{
    QFETCH(const QString, environment);
    QFETCH(const QString, colour);
    QFETCH(const bool, is);
    ConnectionProfile profile;
    profile.environment = environment;
    profile.environmentColour = colour;
    QCOMPARE(isProduction(profile), is);
}

QTEST_MAIN(TestEndpointActs)
#include "test_endpoint_acts.moc"
