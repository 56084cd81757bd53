#include "ui/dialogs/dialog_placement.h"

#include <QApplication>
#include <QDialog>
#include <QScreen>
#include <QTest>

using namespace signalbox;

namespace {

bool isOnScreen(const QDialog &dialog)
{
    return dialog.screen()->availableGeometry().contains(dialog.frameGeometry());
}

} // namespace

/// No dialog opens, or grows, beyond what is free of the screen: its title bar can be reached.
class TestDialogPlacement : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { keepDialogsOnScreen(*qApp); }

    void comesBackFromOutside_data()
    {
        QTest::addColumn<QPoint>("place");
        QTest::newRow("above") << QPoint(100, -200);
        QTest::newRow("left") << QPoint(-300, 50);
        QTest::newRow("below") << QPoint(100, 5'000);
        QTest::newRow("right") << QPoint(5'000, 100);
    }
    void comesBackFromOutside()
    {
        QFETCH(QPoint, place);
        QDialog dialog;
        dialog.resize(300, 200);
        dialog.move(place);
        dialog.show();
        QTRY_VERIFY(isOnScreen(dialog));
        QVERIFY(dialog.geometry().top() > dialog.screen()->availableGeometry().top()); // room for a title bar
    }

    void growsWithinTheScreen()
    {
        QDialog dialog;
        const QRect free = dialog.screen()->availableGeometry();
        dialog.setGeometry(free.left() + 50, free.bottom() - 150, 300, 100);
        dialog.show();
        QTRY_VERIFY(isOnScreen(dialog));
        dialog.resize(300, 400);
        QTRY_VERIFY(isOnScreen(dialog));
    }

    void standsInTheMiddleOfItsWindow()
    {
        QWidget window;
        window.setGeometry(50, 60, 600, 500);
        window.show();
        QDialog dialog(&window);
        dialog.resize(200, 100);
        dialog.show();
        QCoreApplication::processEvents();
        const QPoint off = dialog.geometry().center() - window.geometry().center();
        QVERIFY2(off.manhattanLength() < 60, qPrintable(QStringLiteral("%1 %2").arg(off.x()).arg(off.y())));
    }

    void staysWhereItFits()
    {
        QDialog dialog;
        dialog.setGeometry(100, 120, 200, 150);
        dialog.show();
        QCoreApplication::processEvents();
        QCOMPARE(dialog.geometry(), QRect(100, 120, 200, 150));
    }
};

QTEST_MAIN(TestDialogPlacement)
#include "test_dialog_placement.moc"
