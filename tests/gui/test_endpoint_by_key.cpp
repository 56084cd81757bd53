#include "tests/gui/console_fixture.h"
#include "ui/dialogs/endpoint_editor.h"
#include "ui/pages/console_page.h"

#include <QLineEdit>
#include <QPushButton>
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

} // namespace

/// An endpoint edited in the window, without a mouse; judged by the database.
class TestEndpointByKey : public QObject
{
    Q_OBJECT

private slots:
    void editsAnEndpoint();
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

QTEST_MAIN(TestEndpointByKey)
#include "test_endpoint_by_key.moc"
