#include "tests/gui/console_fixture.h"
#include "ui/pages/console_page.h"
#include "ui/widgets/plain_text.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QDialog>
#include <QHelpEvent>
#include <QLabel>
#include <QTemporaryDir>
#include <QTest>
#include <QTextDocumentFragment>
#include <QToolTip>

#include <atomic>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace signalbox;

namespace {

/// A pipe that markup could name as its picture; knows whether anybody opened it. Whoever reads a pipe waits
/// for its writer, so nobody reads it unseen.
class Bait
{
public:
    Bait()
    {
        mkfifo(qPrintable(path()), 0600);
        m_writer = std::thread([this, name = path().toLocal8Bit()] {
            while (!m_ends) {
                const int pipe = open(name.constData(), O_WRONLY); // returns with the first reader
                m_taken = m_taken || !m_ends;
                close(pipe);
            }
        });
    }
    ~Bait()
    {
        m_ends = true;
        const int pipe = open(qPrintable(path()), O_RDONLY | O_NONBLOCK);
        m_writer.join();
        close(pipe);
    }
    Bait(const Bait &) = delete;
    Bait &operator=(const Bait &) = delete;

    QString path() const { return m_folder.filePath(QStringLiteral("bait.png")); }
    QString markup() const { return QStringLiteral("<b>bold</b><img src='file://%1'>").arg(path()); }
    bool wasTaken() const { return m_taken; }

private:
    QTemporaryDir m_folder;
    std::atomic<bool> m_ends = false;
    std::atomic<bool> m_taken = false;
    std::thread m_writer;
};

/// Rows whose every text holds the markup.
QString hostileRows(const QString &markup)
{
    return QString(QStringLiteral(R"(
INSERT INTO webhook_endpoints (id, url, secret, description, event_filter, custom_headers, disabled_reason, disabled_at, enabled)
VALUES ($m$@ep$m$, $m$https://shop.example/@$m$, 'a secret of the shop', $m$@$m$, jsonb_build_array($m$@$m$),
        jsonb_build_object('X-Note', $m$@$m$), $m$@$m$, now(), false);
UPDATE signalbox_endpoint_state SET breaker = 'held', breaker_since = now(), breaker_reason = $m$@$m$;
INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp)
SELECT gen_random_uuid(), $m$@$m$, $m$@stream$m$, n, jsonb_build_object($m$@$m$, $m$@$m$),
       jsonb_build_object('source', $m$@$m$), now()
FROM generate_series(1, 3) n;
INSERT INTO event_snapshots (stream_id, version, state) VALUES ($m$@stream$m$, 1, jsonb_build_object('a', $m$@$m$));
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, custom_headers, attempts, max_attempts, next_attempt, status,
                          last_error, timeout_ms, event_id, event_type, idempotency_key, order_key, order_version)
SELECT gen_random_uuid(), $m$@ep$m$, $m$https://shop.example/@$m$, jsonb_build_object($m$@$m$, $m$@$m$),
       'a secret of the shop', jsonb_build_object('X-Note', $m$@$m$), 1, 4, now(),
       CASE version WHEN 1 THEN 'failed' ELSE 'pending' END, $m$@$m$, 1000, id, event_type,
       version || $m$@$m$, $m$@$m$, version
FROM events;
INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, response_body, error, duration_ms, attempt,
                                outcome, note, request_headers, response_headers)
SELECT gen_random_uuid(), id, endpoint_id, $m$@$m$, 500, $m$@$m$, $m$@$m$, 12, 1, 'answered', $m$@$m$,
       jsonb_build_array(jsonb_build_array('X-Note', $m$@$m$)), jsonb_build_array(jsonb_build_array($m$@$m$, $m$@$m$))
FROM webhook_jobs;
INSERT INTO signalbox_workers (id, host, pid, version, heartbeat_at)
VALUES (gen_random_uuid(), $m$@$m$, 11, $m$@$m$, now() - interval '3 min'))"))
        .replace(QLatin1Char('@'), markup);
}

/// What a tooltip shows once its format is applied.
QString shownToolTip()
{
    const QString text = QToolTip::text();
    return Qt::mightBeRichText(text) ? QTextDocumentFragment::fromHtml(text).toPlainText() : text;
}

/// Sends the event that resting the pointer brings about, and says what is shown then.
QString hover(QWidget *widget, const QPoint &position)
{
    QToolTip::hideText();
    QHelpEvent event(QEvent::ToolTip, position, widget->mapToGlobal(position));
    QApplication::sendEvent(widget, &event);
    return shownToolTip();
}

int hoverCells(const QAbstractItemView *view, const QString &markup, QStringList &wrong)
{
    int shown = 0;
    const QAbstractItemModel *model = view->model();
    for (int row = 0; model && row < model->rowCount(); ++row) {
        for (int column = 0; column < model->columnCount(); ++column) {
            const QModelIndex index = model->index(row, column);
            const QString expected = index.data(Qt::ToolTipRole).toString();
            const QRect cell = view->visualRect(index);
            if (!expected.contains(markup) || view->indexAt(cell.center()) != index)
                continue;
            ++shown;
            if (hover(view->viewport(), cell.center()) != expected)
                wrong << QStringLiteral("cell %1, %2 shows %3").arg(row).arg(column).arg(shownToolTip());
        }
    }
    return shown;
}

/// Hovers everything in a window and looks at every label. Returns how many tooltips held the markup.
int hoverEverything(QWidget *window, const QString &markup, QStringList &wrong)
{
    int shown = 0;
    for (const QAbstractItemView *view : window->findChildren<QAbstractItemView *>()) {
        if (view->isVisible())
            shown += hoverCells(view, markup, wrong);
    }
    for (QWidget *widget : window->findChildren<QWidget *>()) {
        if (!widget->isVisible() || !widget->toolTip().contains(QLatin1String("<img")))
            continue;
        ++shown;
        if (hover(widget, widget->rect().center()) != widget->toolTip())
            wrong << QStringLiteral("%1 shows %2").arg(widget->metaObject()->className(), shownToolTip());
    }
    for (const QLabel *label : window->findChildren<QLabel *>()) {
        if (label->textFormat() != Qt::PlainText && label->text().contains(QLatin1String("<img")))
            wrong << QStringLiteral("label: ") + label->text();
    }
    return shown;
}

} // namespace

/// Text of strangers, in every field of every table, is shown as the characters it consists of.
class TestForeignText : public QObject
{
    Q_OBJECT

private slots:
    void theBaitTellsWhenItIsTaken();
    void toolTipsAreLiteral();
    void everyPageIsLiteral_data();
    void everyPageIsLiteral();
    void dialogsAreLiteral();
    void captionsKeepTheirAmpersands();
};

void TestForeignText::theBaitTellsWhenItIsTaken()
{
    const Bait bait;
    QVERIFY(!bait.wasTaken());
    QLabel label(bait.markup());
    label.show();
    label.sizeHint();
    QVERIFY(bait.wasTaken());
}

void TestForeignText::toolTipsAreLiteral()
{
    showToolTipsAsPlainText(*qApp);
    const Bait bait;
    QWidget outer;
    outer.resize(200, 200);
    outer.setToolTip(bait.markup());
    auto *inner = new QWidget(&outer);
    inner->resize(100, 100);
    outer.show();
    QCOMPARE(hover(&outer, QPoint(150, 150)), bait.markup());
    QCOMPARE(hover(inner, QPoint(50, 50)), bait.markup()); // it has none of its own
    inner->setToolTip(QStringLiteral("two\nlines & <more>"));
    QCOMPARE(hover(inner, QPoint(50, 50)), QStringLiteral("two\nlines & <more>"));
    inner->setToolTip(QString(100'000, QLatin1Char('x')));
    const QString cut = hover(inner, QPoint(50, 50));
    QVERIFY(cut.size() < 3'000);
    QVERIFY(cut.endsWith(QChar(0x2026)));
    QVERIFY(!bait.wasTaken());
}

void TestForeignText::everyPageIsLiteral_data()
{
    QTest::addColumn<QString>("page");
    for (const char *page : {"overview", "queue", "deliveries", "endpoints", "streams", "events"})
        QTest::newRow(page) << QString::fromLatin1(page);
}

void TestForeignText::everyPageIsLiteral()
{
    QFETCH(const QString, page);
    const Bait bait;
    ConsoleFixture console(hostileRows(bait.markup()));
    QVERIFY(console.open(page));
    QTRY_VERIFY(console.window().currentPage()->isSettled());
    QStringList wrong;
    const int shown = hoverEverything(&console.window(), bait.markup(), wrong);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    QVERIFY2(shown > 0, "nothing foreign was hovered");
    console.window().grab();
    QVERIFY(!bait.wasTaken());
}

void TestForeignText::dialogsAreLiteral()
{
    const Bait bait;
    ConsoleFixture console(hostileRows(bait.markup()));
    QVERIFY(console.open(QStringLiteral("endpoints")));
    const auto open = [&console](const QString &text) {
        for (QAction *action : console.window().currentPage()->pageActions()) {
            if (action->text() == text)
                action->trigger();
        }
    };
    for (const QString &action : {QStringLiteral("Enable"), QStringLiteral("Rotate…"),
                                  QStringLiteral("Remove…"), QStringLiteral("Edit…")}) {
        open(action);
        auto *dialog = qobject_cast<QDialog *>(QApplication::activeModalWidget());
        QVERIFY2(dialog, qPrintable(action));
        QStringList wrong;
        hoverEverything(dialog, bait.markup(), wrong);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
        dialog->grab();
        dialog->reject();
        QTRY_VERIFY(!QApplication::activeModalWidget());
    }
    QVERIFY(!bait.wasTaken());
}

void TestForeignText::captionsKeepTheirAmpersands()
{
    QCOMPARE(literalCaption(QStringLiteral("a&b && c")), QStringLiteral("a&&b &&&& c"));
}

QTEST_MAIN(TestForeignText)
#include "test_foreign_text.moc"
