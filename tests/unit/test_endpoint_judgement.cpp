#include "app/core/endpoint_judgement.h"

#include <QTest>

using namespace signalbox;

class TestEndpointJudgement : public QObject
{
    Q_OBJECT
private slots:
    void failingIsOneThing_data()
    {
        QTest::addColumn<bool>("isEnabled");
        QTest::addColumn<bool>("isTripped");
        QTest::addColumn<int>("attempts");
        QTest::addColumn<int>("succeeded");
        QTest::addColumn<bool>("failing");
        QTest::newRow("idle") << true << false << 0 << 0 << false;
        QTest::newRow("half went well") << true << false << 10 << 5 << false;
        QTest::newRow("fewer than half") << true << false << 10 << 4 << true;
        QTest::newRow("breaker open, nothing sent since") << true << true << 0 << 0 << true;
        QTest::newRow("disabled by somebody") << false << false << 10 << 0 << false;
        QTest::newRow("disabled with an open breaker") << false << true << 10 << 0 << false;
    }
    void failingIsOneThing()
    {
        QFETCH(const bool, isEnabled);
        QFETCH(const bool, isTripped);
        QFETCH(const int, attempts);
        QFETCH(const int, succeeded);
        QTEST(isFailing({isEnabled, isTripped, {attempts, succeeded}}), "failing");
    }

    void aRateNeedsAttempts()
    {
        QVERIFY(!AttemptTally{}.successRate());
        QCOMPARE((*AttemptTally{4, 3}.successRate()), 0.75);
        QCOMPARE((AttemptTally{4, 3}.failed()), qint64(1));
    }
};

QTEST_GUILESS_MAIN(TestEndpointJudgement)
#include "test_endpoint_judgement.moc"
