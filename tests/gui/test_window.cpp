#include "models/paged_sql_model.h"
#include "tests/gui/console_fixture.h"
#include "ui/pages/console_page.h"
#include "ui/widgets/connection_banner.h"
#include "ui/widgets/filter_bar.h"
#include "ui/widgets/json_view.h"
#include "ui/widgets/record_table.h"

#include <QLabel>
#include <QScrollBar>
#include <QTest>

using namespace signalbox;

namespace {

PagedSqlModel *modelOf(const RecordTable *table)
{
    return qobject_cast<PagedSqlModel *>(table->model());
}

QString textsOf(const QWidget *widget)
{
    QStringList texts;
    for (const QLabel *label : widget->findChildren<QLabel *>())
        texts.append(label->text());
    return texts.join(QLatin1Char('\n'));
}

} // namespace

/// The window, driven by keys only.
class TestWindow : public QObject
{
    Q_OBJECT

private slots:
    void opensEveryPageByKey();
    void filtersByTyping();
    void explainsAFilterThatDoesNotFit();
    void showsPayloadsDigitForDigit();
    void keepsTheChosenRowWhileOthersArrive();
    void keepsWhatIsSeenWhenScrolledDown();
    void ordersByKey();
    void jumpsToAnIdFromThePalette();
    void saysWhatToDoWhenThereIsNothing();
    void survivesALostConnection();
    void switchesTheTheme();
};

void TestWindow::opensEveryPageByKey()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(console.open(QStringLiteral("overview")));
    const QStringList ids = console.window().pageIds();
    for (int index = 0; index < ids.size(); ++index) {
        console.press(Qt::Key(Qt::Key_1 + index), Qt::ControlModifier);
        QCOMPARE(console.window().currentPage()->pageId(), ids.at(index));
        QVERIFY2(console.settles(), qPrintable(ids.at(index)));
        if (const RecordTable *table = console.table())
            QVERIFY2(table->model()->rowCount() > 0, qPrintable(ids.at(index)));
    }
}

void TestWindow::filtersByTyping()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(console.open(QStringLiteral("queue")));
    QTRY_COMPARE(console.table()->model()->rowCount(), 30);
    console.press(Qt::Key_Slash);
    console.type(QStringLiteral("status:failed "));
    QTRY_COMPARE(console.table()->model()->rowCount(), 10);
    console.press(Qt::Key_Backspace); // the chip is text again
    QTRY_COMPARE(console.table()->model()->rowCount(), 30);
}

void TestWindow::explainsAFilterThatDoesNotFit()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(console.open(QStringLiteral("queue")));
    console.press(Qt::Key_Slash);
    console.type(QStringLiteral("status:failed attempts:many"));
    console.press(Qt::Key_Escape);
    auto *bar = console.window().currentPage()->findChild<FilterBar *>();
    QVERIFY(bar->errorText().isEmpty());
    console.press(Qt::Key_Slash);
    console.type(QStringLiteral("attempts:many"));
    console.press(Qt::Key_Return);
    QVERIFY2(bar->errorText().contains(QStringLiteral("At character 10")), qPrintable(bar->errorText()));
    QVERIFY(bar->filter().isEmpty() || bar->filter().text == QLatin1String("status:failed"));
}

void TestWindow::showsPayloadsDigitForDigit()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(console.open(QStringLiteral("queue")));
    const auto *payload = console.window().currentPage()->findChild<JsonView *>();
    QTRY_VERIFY(payload->text().contains(QStringLiteral("12345678901234567890")));
}

void TestWindow::keepsTheChosenRowWhileOthersArrive()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(console.open(QStringLiteral("queue")));
    RecordTable *table = console.table();
    table->setFocus();
    console.press(Qt::Key_Down);
    console.press(Qt::Key_Down);
    const QString chosen = table->currentKey();
    const int row = table->currentIndex().row();
    QVERIFY(!chosen.isEmpty());
    console.database().run(QStringLiteral(R"(
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, status, timeout_ms)
SELECT gen_random_uuid(), 'ep_shop', 'https://shop.example/hook', '{}', 's', 4, now(), 'pending', 1000
FROM generate_series(1, 7))"));
    console.press(Qt::Key_F5);
    QTRY_COMPARE(modelOf(table)->newRowsAbove(), 7);
    QCOMPARE(table->currentKey(), chosen);
    QCOMPARE(table->currentIndex().row(), row);
    console.press(Qt::Key_N);
    QTRY_COMPARE(table->model()->rowCount(), 37);
    QCOMPARE(table->currentKey(), chosen);
    QCOMPARE(table->currentIndex().row(), row + 7);
    QTRY_COMPARE(modelOf(table)->newRowsAbove(), 0);
}

void TestWindow::keepsWhatIsSeenWhenScrolledDown()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    console.window().resize(1200, 640);
    QVERIFY(console.open(QStringLiteral("queue")));
    RecordTable *table = console.table();
    QTRY_COMPARE(table->model()->rowCount(), 30);
    table->verticalScrollBar()->setValue(10 * theme::rowHeight);
    const QString first = modelOf(table)->keyAt(table->firstVisibleRow());
    console.database().run(QStringLiteral(R"(
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, status, timeout_ms)
SELECT gen_random_uuid(), 'ep_shop', 'https://shop.example/hook', '{}', 's', 4, now(), 'pending', 1000
FROM generate_series(1, 7))"));
    console.press(Qt::Key_F5);
    QTRY_COMPARE(modelOf(table)->newRowsAbove(), 7);
    QCOMPARE(modelOf(table)->keyAt(table->firstVisibleRow()), first);
}

void TestWindow::ordersByKey()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(console.open(QStringLiteral("queue")));
    PagedSqlModel *model = modelOf(console.table());
    QTRY_COMPARE(model->rowCount(), 30);
    const QString newest = model->keyAt(0);
    console.press(Qt::Key_S, Qt::ShiftModifier);
    QTRY_VERIFY(model->rowCount() == 30 && model->keyAt(0) != newest);
    QVERIFY(!model->currentSort().descending);
    console.press(Qt::Key_S);
    QCOMPARE(model->currentSort().column,
             QStringLiteral("created_at")); // jobs that are done have no next attempt
    console.press(Qt::Key_Slash);
    console.type(QStringLiteral("status:pending "));
    console.press(Qt::Key_Return);
    QTRY_COMPARE(model->rowCount(), 10);
    console.press(Qt::Key_S);
    QTRY_COMPARE(model->rowCount(), 10);
    QCOMPARE(model->currentSort().column, QStringLiteral("next_attempt"));
}

void TestWindow::jumpsToAnIdFromThePalette()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(console.open(QStringLiteral("overview")));
    console.press(Qt::Key_K, Qt::ControlModifier);
    const QString id = QStringLiteral("20000000-0000-4000-8000-000000000005");
    console.type(id);
    console.press(Qt::Key_Return);
    QCOMPARE(console.window().currentPage()->pageId(), QStringLiteral("queue"));
    QTRY_COMPARE(console.table()->model()->rowCount(), 1);
    QTRY_COMPARE(console.table()->currentKey(), id);
}

void TestWindow::saysWhatToDoWhenThereIsNothing()
{
    ConsoleFixture console;
    QVERIFY(console.open(QStringLiteral("queue")));
    const ConsolePage *page = console.window().currentPage();
    QTRY_VERIFY(textsOf(page).contains(QStringLiteral("Add an endpoint")));
    console.press(Qt::Key_Slash);
    console.type(QStringLiteral("status:failed "));
    QTRY_VERIFY(textsOf(page).contains(QStringLiteral("No jobs match")));
}

void TestWindow::survivesALostConnection()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(console.open(QStringLiteral("queue")));
    QTRY_COMPARE(console.table()->model()->rowCount(), 30);
    console.database().run(QStringLiteral("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                                          "WHERE datname = current_database() AND pid <> pg_backend_pid()"));
    console.press(Qt::Key_F5);
    const ConnectionBanner *banner = console.window().banner();
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 10'000);
    QVERIFY(banner->text().contains(QStringLiteral("Connection lost")));
    QCOMPARE(console.table()->model()->rowCount(), 30);
    console.gateway().retryNow();
    QTRY_VERIFY_WITH_TIMEOUT(!banner->isVisible(), 15'000);
    QCOMPARE(console.table()->model()->rowCount(), 30);
    console.press(Qt::Key_F5);
    QVERIFY(console.settles());
    QVERIFY(!banner->isVisible());
}

void TestWindow::switchesTheTheme()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(console.open(QStringLiteral("queue")));
    const QColor before = console.window().palette().color(QPalette::Window);
    console.press(Qt::Key_T, Qt::ControlModifier);
    QVERIFY(theme::isDark());
    QVERIFY(console.window().palette().color(QPalette::Window) != before);
    console.press(Qt::Key_T, Qt::ControlModifier);
    QCOMPARE(console.window().palette().color(QPalette::Window), before);
}

QTEST_MAIN(TestWindow)
#include "test_window.moc"
