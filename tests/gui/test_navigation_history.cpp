#include "ui/navigation_history.h"

#include <QTest>

using namespace signalbox;

namespace {

Place queue(const QString &filter, const QString &row = {})
{
    return {QStringLiteral("queue"), filter, row};
}

} // namespace

class TestNavigationHistory : public QObject
{
    Q_OBJECT
private slots:
    void goesBackAndForward()
    {
        NavigationHistory history;
        QVERIFY(!history.back() && !history.forward());
        history.visit(queue({}));
        history.visit(queue("status:failed"));
        history.visit({"endpoints", {}, "ep_shop"});
        QCOMPARE(*history.back(), queue("status:failed"));
        QCOMPARE(*history.back(), queue({}));
        QVERIFY(!history.canGoBack());
        QCOMPARE(*history.forward(), queue("status:failed"));
        QVERIFY(history.canGoForward());
    }

    void anotherRowIsNoNewPlace()
    {
        NavigationHistory history;
        history.visit(queue({}, "1"));
        history.visit(queue({}, "2"));
        QVERIFY(!history.canGoBack());
        history.visit({"events", {}, {}});
        QCOMPARE(*history.back(), queue({}, "2"));
    }

    void aNewPlaceForgetsWhatLayAhead()
    {
        NavigationHistory history;
        history.visit(queue("a:1"));
        history.visit(queue("b:1"));
        history.back();
        history.visit(queue("c:1"));
        QVERIFY(!history.canGoForward());
        QCOMPARE(*history.back(), queue("a:1"));
    }

    void theRowIsKeptWhenAPlaceIsLeft()
    {
        NavigationHistory history;
        history.visit(queue({}));
        history.amend(queue({}, "7"));
        history.amend({"events", {}, "no place at hand"});
        history.visit({"streams", {}, {}});
        QCOMPARE(*history.back(), queue({}, "7"));
    }

    void isBounded()
    {
        NavigationHistory history;
        for (int n = 0; n < 3 * NavigationHistory::mostPlaces; ++n)
            history.visit(queue(QString::number(n)));
        int steps = 0;
        while (history.back())
            ++steps;
        QCOMPARE(steps, int(NavigationHistory::mostPlaces) - 1);
    }
};

QTEST_GUILESS_MAIN(TestNavigationHistory)
#include "test_navigation_history.moc"
