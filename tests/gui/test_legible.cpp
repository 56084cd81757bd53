// No text of a page is cut at the sizes that people use, with rows and without.

#include "tests/gui/console_fixture.h"

#include <QLabel>
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
        (void)QTest::qWaitFor([&] { return (cut = cutTexts(console.window())).isEmpty(); }, 2'000);
        QVERIFY2(cut.isEmpty(),
                 qPrintable(QString("%1x%2: %3").arg(size.width()).arg(size.height()).arg(cut.join("; "))));
    }
}

QTEST_MAIN(TestLegible)
#include "test_legible.moc"
