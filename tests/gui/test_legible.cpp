// No text of a page is cut at the sizes that people use, with rows and without.

#include "tests/gui/console_fixture.h"

#include "ui/delegates/record_delegate.h"
#include "ui/theme/theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QTest>

using namespace signalbox;

namespace {

const QList<QSize> sizes{{1280, 800}, {1440, 900}, {1600, 1000}, {2560, 1440}};

bool isSeen(const QLabel &label)
{
    return label.isVisible() && !label.text().isEmpty() && label.visibleRegion().boundingRect().isValid();
}

// What is missing of a label's text; empty when all of it is there. One that elides itself says in a tooltip
// what it leaves out.
QString cutOf(const QLabel &label)
{
    const QSize room = label.contentsRect().size();
    if (label.wordWrap() && room.height() < label.heightForWidth(label.width()))
        return QString("%1 of %2 px in height").arg(room.height()).arg(label.heightForWidth(label.width()));
    const int width = label.fontMetrics().size(0, label.text()).width();
    if (!label.wordWrap() && room.width() < width && label.toolTip() != label.text())
        return QString("%1 of %2 px in width").arg(room.width()).arg(width);
    return {};
}

QStringList cutTexts(const QWidget &window)
{
    QStringList cut;
    for (const QLabel *label : window.findChildren<QLabel *>()) {
        if (!isSeen(*label))
            continue;
        if (const QString missing = cutOf(*label); !missing.isEmpty())
            cut << QString("\"%1\" has %2").arg(label->text().left(60), missing);
    }
    return cut;
}

// Names, figures and titles of the short lists; a column that gave way is none that is cut.
QStringList cutCells(const QWidget &window)
{
    QStringList cut;
    for (const QTableView *view : window.findChildren<QTableView *>()) {
        const auto *model = qobject_cast<const RecordListModel *>(view->model());
        if (!model || !view->isVisible())
            continue;
        for (int column = 0; column < model->columnCount(); ++column) {
            if (view->isColumnHidden(column))
                continue;
            if (view->columnWidth(column) < view->horizontalHeader()->sectionSizeHint(column))
                cut << model->headerData(column, Qt::Horizontal).toString();
            for (int row = 0; row < model->rowCount(); ++row) {
                const QModelIndex cell = model->index(row, column);
                if (view->columnWidth(column) < view->itemDelegate()->sizeHint({}, cell).width())
                    cut << cell.data().toString() + QString(" (%1 of %2 px in a view of %3)")
                                                        .arg(view->columnWidth(column))
                                                        .arg(view->itemDelegate()->sizeHint({}, cell).width())
                                                        .arg(view->viewport()->width());
            }
        }
    }
    return cut;
}

// Names as they are in real systems, figures of six digits.
QString realRows()
{
    return QStringLiteral(
        "INSERT INTO webhook_endpoints (id, url, secret) SELECT 'ep_' || name || '_' || n, "
        "'https://example.com/', 's' "
        "FROM unnest(ARRAY['warehouse_sync', 'analytics_eu', 'billing']) name, generate_series(1, 5) n;"
        "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
        "SELECT gen_random_uuid(), (ARRAY['invoice.payment_failed.v1', 'order.shipped.v2', "
        "'user.registered'])[1 + n % 3], "
        "'customer-000' || n % 12, n, '{}', '{}', now() FROM generate_series(1, 1500) n;"
        "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, "
        "next_attempt, status, "
        "timeout_ms) SELECT gen_random_uuid(), endpoint.id, endpoint.url, '{}', 's', 3, 3, now(), "
        "(ARRAY['failed', 'completed', 'pending', 'cancelled', 'processing'])[1 + n % 5], 1000 "
        "FROM webhook_endpoints endpoint, generate_series(1, 200) n;"
        "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, duration_ms, status_code, "
        "outcome) "
        "SELECT gen_random_uuid(), job.id, job.endpoint_id, 'a', 12345, CASE WHEN n % 2 = 0 THEN 200 ELSE "
        "500 END, 'answered' "
        "FROM webhook_jobs job, generate_series(1, 6) n;");
}

} // namespace

class TestLegible : public QObject
{
    Q_OBJECT
private slots:
    void everyTextIsWhole_data();
    void everyTextIsWhole();
};

void TestLegible::everyTextIsWhole_data()
{
    QTest::addColumn<QString>("page");
    QTest::addColumn<QString>("rows");
    for (const char *page : {"overview", "queue", "deliveries", "endpoints", "streams", "events"}) {
        QTest::addRow("%s, empty", page) << QString(page) << QString();
        QTest::addRow("%s, with rows", page) << QString(page) << ConsoleFixture::sampleRows();
    }
    QTest::newRow("overview, many rows") << QString("overview") << realRows();
}

void TestLegible::everyTextIsWhole()
{
    QFETCH(const QString, page);
    QFETCH(const QString, rows);
    ConsoleFixture console(rows);
    QVERIFY(console.open(page));
    for (const QSize size : sizes) {
        console.window().resize(size);
        QCoreApplication::sendPostedEvents();
        QVERIFY(console.settles());
        QStringList cut;
        (void)QTest::qWaitFor(
            [&] { return (cut = cutTexts(console.window()) + cutCells(console.window())).isEmpty(); }, 2'000);
        QVERIFY2(cut.isEmpty(),
                 qPrintable(QString("%1x%2: %3").arg(size.width()).arg(size.height()).arg(cut.join("; "))));
    }
}

QTEST_MAIN(TestLegible)
#include "test_legible.moc"
