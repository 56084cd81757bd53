#include "tests/gui/console_fixture.h"
#include "ui/dialogs/consent_dialog.h"
#include "ui/dialogs/endpoint_editor.h"
#include "ui/dialogs/secret_dialog.h"
#include "ui/dialogs/workers_dialog.h"
#include "ui/pages/console_page.h"
#include "ui/pages/record_panel.h"
#include "ui/widgets/secret_text.h"

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QTest>

using namespace signalbox;

namespace {

EndpointEditor *openEditor(MainWindow &window)
{
    return window.currentPage()->findChild<EndpointEditor *>();
}

QPushButton *defaultButton(const EndpointEditor *editor)
{
    for (QPushButton *button : editor->findChildren<QPushButton *>()) {
        if (button->isDefault())
            return button;
    }
    return nullptr;
}

QLineEdit *fieldHolding(const EndpointEditor *editor, const QString &text)
{
    for (QLineEdit *field : editor->findChildren<QLineEdit *>()) {
        if (field->text() == text)
            return field;
    }
    return nullptr;
}

void replaceText(QLineEdit *field, const QString &text)
{
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, text);
}

/// The Endpoints page with ep_shop chosen and the keyboard on it.
bool openWithShop(ConsoleFixture &console)
{
    if (!console.open(QStringLiteral("endpoints")))
        return false;
    auto *table = console.window().currentPage()->findChild<QTableView *>();
    if (!QTest::qWaitFor([table] { return table->model()->rowCount() == 1; }, 60'000))
        return false;
    table->setFocus();
    table->selectRow(0);
    return true;
}

QString insertShop()
{
    return QStringLiteral("INSERT INTO webhook_endpoints (id, url, secret, description) "
                          "VALUES ('ep_shop', 'https://shop.example.com/hooks', 'secret', 'Shop')");
}

template <typename Input> Input *inputNamed(const QWidget *dialog, const QString &name)
{
    for (Input *one : dialog->findChildren<Input *>()) {
        if (one->accessibleName() == name)
            return one;
    }
    return nullptr;
}

} // namespace

/// An endpoint edited in the window, without a mouse; judged by the database.
class TestEndpointByKey : public QObject
{
    Q_OBJECT

private slots:
    void editsAnEndpoint();
    void editsHowItIsSentTo();
    void holdsAndClosesTheBreaker();
    void rotatesWithoutAnOverlap();
    void showsVanishedWorkers();
};

void TestEndpointByKey::editsAnEndpoint()
{
    // Given the Endpoints page with one endpoint
    const QString oldUrl = QStringLiteral("https://shop.example.com/hooks");
    ConsoleFixture console(
        QStringLiteral("INSERT INTO webhook_endpoints (id, url, secret, description) "
                       "VALUES ('ep_shop', 'https://shop.example.com/hooks', 'secret', 'Shop')"));
    QVERIFY(console.open(QStringLiteral("endpoints")));
    auto *table = console.window().currentPage()->findChild<QTableView *>();
    QTRY_COMPARE(table->model()->rowCount(), 1);
    table->setFocus();
    table->selectRow(0);

    // When it is opened with E and its URL is typed anew, a wrong one cannot be saved
    QTest::keyClick(table, Qt::Key_E);
    QTRY_VERIFY(openEditor(console.window()));
    EndpointEditor *editor = openEditor(console.window());
    QLineEdit *url = fieldHolding(editor, oldUrl);
    QVERIFY(url);
    replaceText(url, QStringLiteral("ftp://shop.example.com/"));
    QTRY_VERIFY(!defaultButton(editor)->isEnabled());

    // and a right one is
    replaceText(url, QStringLiteral("https://shop.example.com/new"));
    QTRY_VERIFY(defaultButton(editor)->isEnabled());
    QTest::keyClick(url, Qt::Key_Return);

    // Then the database holds it, and nothing else has changed
    QTRY_COMPARE(console.database().value(QStringLiteral("SELECT url FROM webhook_endpoints")).toString(),
                 QStringLiteral("https://shop.example.com/new"));
    QCOMPARE(console.database()
                 .value(QStringLiteral(
                     "SELECT concat_ws('|', id, description, secret, enabled) FROM webhook_endpoints"))
                 .toString(),
             QStringLiteral("ep_shop|Shop|secret|t"));
}

void TestEndpointByKey::editsHowItIsSentTo()
{
    ConsoleFixture console(insertShop());
    QVERIFY(openWithShop(console));
    console.press(Qt::Key_E);
    QTRY_VERIFY(openEditor(console.window()));
    EndpointEditor *editor = openEditor(console.window());
    editor->activateWindow();
    QTRY_COMPARE(QApplication::activeWindow(), editor);

    // One tab on, with nothing but the keyboard
    console.press(Qt::Key_Tab, Qt::ControlModifier);
    auto *inFlight = inputNamed<QSpinBox>(editor, QStringLiteral("Requests at once"));
    QVERIFY(inFlight->isVisible());
    inFlight->setFocus();
    inFlight->selectAll();
    console.type(QStringLiteral("4"));
    console.press(Qt::Key_Tab);
    console.type(QStringLiteral("2.5"));
    console.press(Qt::Key_Tab);
    console.type(QStringLiteral("10"));
    console.press(Qt::Key_Tab);
    console.press(Qt::Key_Space); // one after the other
    console.press(Qt::Key_Tab, Qt::ControlModifier);
    auto *scheme = inputNamed<QComboBox>(editor, QStringLiteral("Signature scheme"));
    QVERIFY(scheme->isVisible());
    scheme->setFocus();
    console.type(QStringLiteral("hub"));
    console.press(Qt::Key_Tab);
    console.type(QStringLiteral("X-Shop-Signature"));
    console.press(Qt::Key_Return);

    QTRY_COMPARE(
        console.database()
            .value(QStringLiteral("SELECT concat_ws('|', max_in_flight, rate_limit, rate_burst, ordered, "
                                  "signature_scheme, signature_header, secret) FROM webhook_endpoints"))
            .toString(),
        QStringLiteral("4|2.5|10|t|hub-sha256|X-Shop-Signature|secret"));
}

void TestEndpointByKey::holdsAndClosesTheBreaker()
{
    ConsoleFixture console(insertShop());
    const QString state =
        QStringLiteral("SELECT concat_ws('|', breaker, breaker_reason) FROM signalbox_endpoint_state");
    QVERIFY(openWithShop(console));
    console.press(Qt::Key_H);
    QTRY_VERIFY(console.window().currentPage()->findChild<ConsentDialog *>());
    auto *dialog = console.window().currentPage()->findChild<ConsentDialog *>();
    auto *reason = dialog->findChild<QLineEdit *>();
    QTest::keyClick(reason, Qt::Key_Return); // without a reason nothing happens
    QVERIFY(dialog->isVisible());
    QTest::keyClicks(reason, QStringLiteral("receiver is being moved"));
    QTest::keyClick(reason, Qt::Key_Return);
    QTRY_COMPARE(console.database().value(state).toString(), QStringLiteral("held|receiver is being moved"));

    auto *table = console.window().currentPage()->findChild<QTableView *>();
    QTRY_COMPARE(table->model()->index(0, 0).data().toString(), QStringLiteral("held"));
    console.window().activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&console.window()));
    QTest::keyClick(table, Qt::Key_B);
    QTRY_VERIFY(console.window().currentPage()->findChild<ConsentDialog *>());
    QCOMPARE(console.database().value(state).toString(), QStringLiteral("held|receiver is being moved"));
    QTest::keyClick(console.window().currentPage()->findChild<ConsentDialog *>(), Qt::Key_Return);
    QTRY_COMPARE(console.database().value(state).toString(), QStringLiteral("closed"));
    QTRY_COMPARE(table->model()->index(0, 0).data().toString(), QStringLiteral("enabled"));
}

void TestEndpointByKey::rotatesWithoutAnOverlap()
{
    ConsoleFixture console(insertShop());
    QVERIFY(openWithShop(console));
    console.press(Qt::Key_R);
    QTRY_VERIFY(console.window().currentPage()->findChild<ConsentDialog *>());
    auto *overlap = console.window().currentPage()->findChild<ConsentDialog *>()->findChild<QComboBox *>();
    QCOMPARE(overlap->currentText(), QStringLiteral("24 hours"));
    QTest::keyClick(overlap, Qt::Key_End);
    QCOMPARE(overlap->currentText(), QStringLiteral("not at all"));
    QTest::keyClick(overlap, Qt::Key_Return);
    QTRY_VERIFY(console.database()
                    .value(QStringLiteral("SELECT starts_with(secret, 'whsec_') AND previous_secret IS NULL "
                                          "FROM webhook_endpoints"))
                    .toBool());

    // The new secret is shown, once and whole
    QTRY_VERIFY(console.window().currentPage()->findChild<SecretDialog *>());
    auto *shown = console.window().currentPage()->findChild<SecretDialog *>()->findChild<SecretText *>();
    QCOMPARE(shown->toPlainText(),
             console.database().value(QStringLiteral("SELECT secret FROM webhook_endpoints")).toString());
}

void TestEndpointByKey::showsVanishedWorkers()
{
    ConsoleFixture console(
        insertShop() +
        QStringLiteral(
            "; INSERT INTO signalbox_workers (id, host, pid, version, idle, in_flight, slots, heartbeat_at) "
            "VALUES (gen_random_uuid(), 'web-1', 11, '0.1.0', false, 7, 64, now()), "
            "(gen_random_uuid(), 'web-2', 12, '0.1.0', false, 5, 64, now() - interval '3 min')"));
    QVERIFY(openWithShop(console));
    console.press(Qt::Key_W);
    QTRY_VERIFY(console.window().findChild<WorkersDialog *>());
    auto *dialog = console.window().findChild<WorkersDialog *>();
    QTRY_COMPARE(dialog->panel()->model()->rowCount(), 2);
    QCOMPARE(dialog->panel()->model()->record(0).value(QStringLiteral("host")).toString(),
             QStringLiteral("web-1"));
    QVERIFY2(dialog->noticeText().contains(QStringLiteral("web-2, process 12, 3 min ago")),
             qPrintable(dialog->noticeText()));
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!console.window().findChild<WorkersDialog *>());
}

QTEST_MAIN(TestEndpointByKey)
#include "test_endpoint_by_key.moc"
