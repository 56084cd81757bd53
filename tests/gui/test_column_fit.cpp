#include "ui/pages/column_fit.h"

#include <QTest>

using namespace signalbox;

/// Who gets the room of a short list.
class TestColumnFit : public QObject
{
    Q_OBJECT
private slots:
    void barsTakeWhatIsLeft();
    void barsShareTooLittle();
    void columnsGiveWayInTheirTurn();
    void atLastTheNameIsCut();

private:
    // A name, a column that goes first, one that goes second, and a figure with a bar
    const QList<ColumnNeed> m_needs{
        {100, 100, 0, true}, {50, 60, 1, false}, {40, 40, 2, false}, {30, 80, 0, false}};
};

void TestColumnFit::barsTakeWhatIsLeft()
{
    QCOMPARE(fitColumns(m_needs, 400), (QList<int>{220, 60, 40, 80}));
}

void TestColumnFit::barsShareTooLittle()
{
    QCOMPARE(fitColumns(m_needs, 250), (QList<int>{100, 55, 40, 55}));
    QCOMPARE(fitColumns(m_needs, 220), (QList<int>{100, 50, 40, 30}));
}

void TestColumnFit::columnsGiveWayInTheirTurn()
{
    QCOMPARE(fitColumns(m_needs, 219), (QList<int>{100, 0, 40, 79}));
    QCOMPARE(fitColumns(m_needs, 169), (QList<int>{100, 0, 0, 69}));
    QCOMPARE(leastRoom(m_needs), 130);
    QCOMPARE(fitColumns(m_needs, leastRoom(m_needs)), (QList<int>{100, 0, 0, 30}));
}

void TestColumnFit::atLastTheNameIsCut()
{
    QCOMPARE(fitColumns(m_needs, 90), (QList<int>{60, 0, 0, 30}));
    QCOMPARE(fitColumns(m_needs, 10), (QList<int>{1, 0, 0, 30}));
}

QTEST_GUILESS_MAIN(TestColumnFit)
#include "test_column_fit.moc"
