#include "app/core/own_trouble.h"

#include <QTest>

using namespace signalbox;

namespace {

QString nth(int number)
{
    return QStringLiteral("ep_%1").arg(number);
}

void fail(OwnTrouble &trouble, int from, int until, qint64 at)
{
    for (int i = from; i < until; ++i)
        trouble.failed(nth(i), at);
}

} // namespace

/// Whose fault it is when nothing can be reached.
class TestOwnTrouble : public QObject
{
    Q_OBJECT
private slots:
    void takesFiveEndpoints()
    {
        OwnTrouble trouble;
        for (int i = 0; i < 100; ++i)
            trouble.failed("ep_0", i);
        fail(trouble, 0, 4, 100);
        QVERIFY(!trouble.isLikely(100));
        fail(trouble, 4, 5, 100);
        QVERIFY(trouble.isLikely(100));
    }

    void takesFourFifthsOfThoseTried()
    {
        OwnTrouble trouble;
        for (int i = 0; i < 10; ++i)
            trouble.reached(nth(i), 0);
        fail(trouble, 0, 7, 1'000);
        QVERIFY(!trouble.isLikely(1'000)); // 7 of 10
        fail(trouble, 7, 8, 1'000);
        QVERIFY(trouble.isLikely(1'000));
    }

    void forgetsAfterHalfAMinute()
    {
        OwnTrouble trouble;
        fail(trouble, 0, 4, 0);
        fail(trouble, 4, 5, OwnTrouble::windowMs + 1);
        QVERIFY(!trouble.isLikely(OwnTrouble::windowMs + 1));
    }

    void whoFailsWhileAnotherIsReachedHasItsOwn()
    {
        // Given names that are gone for good, and one endpoint that is well
        OwnTrouble trouble;
        fail(trouble, 0, 4, 0);
        trouble.reached("well", 1);
        for (qint64 at = 2; at < 1'000; ++at) {
            fail(trouble, 0, 4, at);
            QVERIFY(!trouble.isLikely(at));
        }
        QVERIFY(trouble.isItsOwn(nth(0)));
        // When others fail, who were not known to, it takes five of them
        fail(trouble, 10, 14, 1'000);
        QVERIFY(!trouble.isLikely(1'000));
        trouble.failed("well", 1'000);
        QVERIFY(trouble.isLikely(1'000));
        // And one that has been reached counts again
        trouble.reached(nth(0), 2'000);
        QVERIFY(!trouble.isItsOwn(nth(0)));
    }
};

QTEST_GUILESS_MAIN(TestOwnTrouble)
#include "test_own_trouble.moc"
