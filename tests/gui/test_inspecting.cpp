#include "models/paged_sql_model.h"
#include "tests/gui/console_fixture.h"
#include "ui/pages/console_page.h"
#include "ui/panes/attempt_details.h"
#include "ui/panes/attempt_list.h"
#include "ui/panes/detail_pane.h"
#include "ui/widgets/json_view.h"
#include "ui/widgets/navigation_item.h"
#include "ui/widgets/record_table.h"
#include "ui/widgets/toast.h"

#include <QAccessible>
#include <QClipboard>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QTest>
#include <QWindow>

#include <Qsci/qsciscintilla.h>

using namespace signalbox;

namespace {

DetailPane *pane(ConsoleFixture &console)
{
    return console.window().currentPage()->findChild<DetailPane *>();
}

QString clipboard()
{
    return QGuiApplication::clipboard()->text();
}

QMenu *openMenu()
{
    return qobject_cast<QMenu *>(QApplication::activePopupWidget());
}

QAction *item(const QMenu *menu, const QString &text)
{
    for (QAction *action : menu->actions()) {
        if (action->text() == text)
            return action;
    }
    return nullptr;
}

bool openWithRow(ConsoleFixture &console, const QString &page)
{
    if (!console.open(page))
        return false;
    console.table()->setFocus();
    return QTest::qWaitFor([&console] { return !console.table()->currentKey().isEmpty(); }, 60'000) &&
           console.settles();
}

} // namespace

/// Looking at rows: what is watched stays, what is pointed at can be unfolded, copied, followed and come back
/// from.
class TestInspecting : public QObject
{
    Q_OBJECT
private slots:
    void aWatchedStreamKeepsItsPane();
    void escapeLeavesTheRow();
    void anAttemptUnfoldsInPlace();
    void copyTakesTheSelection();
    void aRowHasAMenu();
    void anAttemptHasAMenu();
    void goesBackAndForward();
    void widthsRecover();
    void pagesAreNoCheckBoxes();
};

void TestInspecting::aWatchedStreamKeepsItsPane()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openWithRow(console, QStringLiteral("streams")));
    console.press(Qt::Key_End);
    const QString stream = console.table()->currentKey();
    QTRY_COMPARE(pane(console)->shownId(), stream);
    // When it gets an event it moves to the top of the order
    console.database().run(
        QStringLiteral("INSERT INTO events (id, event_type, stream_id, version, payload, metadata, "
                       "timestamp) VALUES (gen_random_uuid(), 'order.sent.v1', '%1', 99, '{}', '{}', "
                       "now())")
            .arg(stream));
    const QListWidget *events = nullptr;
    for (const QListWidget *list : pane(console)->findChildren<QListWidget *>()) {
        if (list->accessibleName().startsWith(QLatin1String("Events")))
            events = list;
    }
    QVERIFY(events);
    QTRY_VERIFY([&] {
        console.press(Qt::Key_F5);
        QTest::qWait(50);
        return events->count() > 0 &&
               events->item(0)->data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("v99"));
    }());
    QCOMPARE(pane(console)->shownId(), stream);
    QTRY_COMPARE(console.table()->currentKey(), stream);
}

void TestInspecting::escapeLeavesTheRow()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openWithRow(console, QStringLiteral("events")));
    QTRY_VERIFY(!pane(console)->shownId().isEmpty());
    console.press(Qt::Key_Escape);
    QCOMPARE(pane(console)->shownId(), QString());
}

void TestInspecting::anAttemptUnfoldsInPlace()
{
    ConsoleFixture console(
        ConsoleFixture::sampleRows() +
        QStringLiteral("UPDATE webhook_deliveries SET response_body = '{\"answer\": 42}', response_headers = "
                       "'{\"X-Answer\": \"yes\"}', request_headers = '{\"X-Asked\": \"so\"}', dns_ms = 2, "
                       "first_byte_ms = 31;"));
    QVERIFY(openWithRow(console, QStringLiteral("queue")));
    console.window().currentPage()->applyFilter(QStringLiteral("status:failed"));
    auto *attempts = pane(console)->findChild<AttemptList *>();
    QTRY_COMPARE(attempts->count(), 4);
    // One click
    QTest::mouseClick(attempts->viewport(), Qt::LeftButton, {},
                      attempts->visualItemRect(attempts->item(1)).center());
    auto *details = attempts->findChild<AttemptDetails *>();
    QVERIFY(details && details->isVisible());
    QVERIFY(details->findChild<JsonView *>()->text().contains(QStringLiteral("42")));
    QStringList texts;
    for (const QLabel *label : details->findChildren<QLabel *>())
        texts << label->text();
    QVERIFY2(texts.join('|').contains(QStringLiteral("DNS 2.0 ms → first byte 31 ms")),
             qPrintable(texts.join('|')));
    // And by key: Space folds it, Enter unfolds the next
    attempts->setFocus();
    console.press(Qt::Key_Space);
    QVERIFY(attempts->unfoldedId().isEmpty());
    console.press(Qt::Key_Down);
    console.press(Qt::Key_Return);
    QVERIFY(!attempts->unfoldedId().isEmpty());
    const QString unfolded = attempts->unfoldedId();
    // A new attempt does not fold what is being read
    console.database().run(
        QStringLiteral("INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, "
                       "duration_ms, attempt, outcome) VALUES (gen_random_uuid(), '%1', 'ep_shop', "
                       "'order.paid.v1', 1, 5, 'no-answer')")
            .arg(pane(console)->shownId()));
    QTRY_VERIFY([&] {
        console.press(Qt::Key_F5);
        QTest::qWait(50);
        return attempts->count() == 5;
    }());
    QCOMPARE(attempts->unfoldedId(), unfolded);
    QVERIFY(attempts->findChild<AttemptDetails *>()->isVisible());
}

void TestInspecting::copyTakesTheSelection()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openWithRow(console, QStringLiteral("queue")));
    console.press(Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(clipboard(), console.table()->currentKey());
    auto *editor = pane(console)->findChild<JsonView *>()->findChild<QsciScintilla *>();
    QTRY_VERIFY(editor->text().contains(QStringLiteral("12345678901234567890")));
    editor->setFocus();
    const int start = int(editor->text().indexOf(QStringLiteral("12345678901234567890")));
    editor->SendScintilla(QsciScintilla::SCI_SETSEL, ulong(start), long(start + 20));
    console.press(Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(clipboard(), QStringLiteral("12345678901234567890"));
}

void TestInspecting::aRowHasAMenu()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openWithRow(console, QStringLiteral("queue")));
    const QString id = console.table()->currentKey();
    QContextMenuEvent event(QContextMenuEvent::Keyboard, QPoint(5, 5),
                            console.table()->mapToGlobal(QPoint(5, 5)));
    QApplication::sendEvent(console.table()->viewport(), &event);
    QTRY_VERIFY(openMenu());
    for (const char *text : {"Copy the id", "Copy as curl", "Copy the headers", "Retry",
                             "Filter by endpoint:ep_shop", "Filter by type:order.paid.v1"})
        QVERIFY2(item(openMenu(), QLatin1String(text)), text);
    item(openMenu(), QStringLiteral("Copy as curl"))->trigger();
    QTRY_VERIFY(clipboard().startsWith(QStringLiteral("curl -X POST 'https://shop.example/hook'")));
    QVERIFY(clipboard().contains(QStringLiteral("-H 'webhook-id: %1'").arg(id)));
    QVERIFY(clipboard().contains(QStringLiteral("\"order\": 12345678901234567890")));
    QVERIFY(!clipboard().contains(QStringLiteral("a secret of the shop")));
    openMenu()->close();
    QApplication::sendEvent(console.table()->viewport(), &event);
    QTRY_VERIFY(openMenu());
    item(openMenu(), QStringLiteral("Filter by type:order.paid.v1"))->trigger();
    QCOMPARE(console.window().currentPage()->filterText().trimmed(), QStringLiteral("type:order.paid.v1"));
}

void TestInspecting::anAttemptHasAMenu()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openWithRow(console, QStringLiteral("queue")));
    console.window().currentPage()->applyFilter(QStringLiteral("status:failed"));
    auto *attempts = pane(console)->findChild<AttemptList *>();
    QTRY_COMPARE(attempts->count(), 4);
    attempts->setFocus();
    QContextMenuEvent event(QContextMenuEvent::Keyboard, QPoint(5, 5), attempts->mapToGlobal(QPoint(5, 5)));
    QApplication::sendEvent(attempts->viewport(), &event);
    QTRY_VERIFY(openMenu());
    item(openMenu(), QStringLiteral("Copy as curl"))->trigger();
    QTRY_VERIFY(clipboard().contains(pane(console)->shownId()));
}

void TestInspecting::goesBackAndForward()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openWithRow(console, QStringLiteral("queue")));
    console.press(Qt::Key_Slash);
    console.type(QStringLiteral("status:failed "));
    console.press(Qt::Key_Return);
    QTRY_COMPARE(console.table()->model()->rowCount(), 10);
    console.press(Qt::Key_Down);
    console.press(Qt::Key_Down);
    const QString row = console.table()->currentKey();
    emit console.window().currentPage()->pageRequested(QStringLiteral("events"),
                                                       QStringLiteral("stream:order-1"), {});
    QCOMPARE(console.window().currentPage()->pageId(), QStringLiteral("events"));
    QTRY_COMPARE(console.table()->model()->rowCount(), 10);
    console.press(Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(console.window().currentPage()->pageId(), QStringLiteral("queue"));
    QTRY_COMPARE(console.table()->currentKey(), row);
    QCOMPARE(console.window().currentPage()->filterText().trimmed(), QStringLiteral("status:failed"));
    console.press(Qt::Key_Left, Qt::AltModifier); // before the filter was set
    QTRY_COMPARE(console.table()->model()->rowCount(), 30);
    console.press(Qt::Key_Right, Qt::AltModifier);
    QTRY_COMPARE(console.table()->model()->rowCount(), 10);
    // The side buttons of a mouse do the same
    QTest::mouseClick(console.table()->viewport(), Qt::ForwardButton, {}, QPoint(20, 20));
    QCOMPARE(console.window().currentPage()->pageId(), QStringLiteral("events"));
    QCOMPARE(console.window().currentPage()->filterText(), QStringLiteral("stream:order-1"));
}

void TestInspecting::widthsRecover()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(openWithRow(console, QStringLiteral("queue")));
    const auto widths = [&console] {
        QList<int> list;
        for (int column = 0; column < console.table()->model()->columnCount(); ++column)
            list << console.table()->columnWidth(column);
        return list;
    };
    const QList<int> before = widths();
    // A splitter or a window is drawn with the left button down
    QWindow *handle = console.window().windowHandle();
    QTest::mousePress(handle, Qt::LeftButton, {}, QPoint(5, 5));
    console.window().resize(960, 600);
    QTRY_VERIFY(widths() != before);
    console.window().resize(1600, 1000);
    QTest::mouseRelease(handle, Qt::LeftButton, {}, QPoint(5, 5));
    QTRY_COMPARE(widths(), before);
}

void TestInspecting::pagesAreNoCheckBoxes()
{
    ConsoleFixture console;
    console.window().show();
    for (NavigationItem *item : console.window().findChildren<NavigationItem *>()) {
        const QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(item);
        QVERIFY(accessible);
        QCOMPARE(accessible->role(), QAccessible::PageTab);
        QVERIFY(!accessible->state().checkable);
    }
}

QTEST_MAIN(TestInspecting)
#include "test_inspecting.moc"
