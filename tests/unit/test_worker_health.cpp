#include "app/core/worker_health.h"

#include <QTest>

using namespace signalbox;

class TestWorkerHealth : public QObject
{
    Q_OBJECT
private:
    /// A worker that has done nothing for two minutes although a job is due that long, as read just now.
    static HealthFacts stalled()
    {
        HealthFacts facts;
        facts.sinceProgressMs = 120'000;
        facts.readingAgeMs = 1'000;
        facts.oldestReadySeconds = 120;
        return facts;
    }

private slots:
    void dueWorkWithoutProgressIsAProblem()
    {
        QCOMPARE(healthProblem(stalled()).value_or(QString()),
                 QStringLiteral("jobs are due for 120 s and nothing was sent for 120 s"));
    }

    void progressOrNothingToDoIsNone()
    {
        HealthFacts facts = stalled();
        facts.sinceProgressMs = 60'000;
        QVERIFY(!healthProblem(facts));
        facts = stalled();
        facts.oldestReadySeconds = 60;
        QVERIFY(!healthProblem(facts));
        facts.oldestReadySeconds.reset();
        QVERIFY(!healthProblem(facts));
    }

    void waitingForAnswersOrDrainingIsNone()
    {
        HealthFacts facts = stalled();
        facts.inFlight = 1;
        QVERIFY(!healthProblem(facts));
        facts = stalled();
        facts.isDraining = true;
        QVERIFY(!healthProblem(facts));
    }

    void ownTroubleIsSaidOnceItLasts()
    {
        HealthFacts facts = stalled();
        facts.ownTroubleMs = 60'000;
        facts.ownTrouble = QStringLiteral("no names");
        QVERIFY(!healthProblem(facts));
        facts.ownTroubleMs = 61'000;
        QCOMPARE(healthProblem(facts).value_or(QString()), QStringLiteral("own trouble for 61 s: no names"));
    }

    void anOldReadingExcusesNothing()
    {
        HealthFacts facts = stalled();
        facts.oldestReadySeconds.reset();
        facts.readingAgeMs = 61'000;
        QVERIFY(healthProblem(facts).value_or(QString()).contains("could not be read"));
        facts.readingAgeMs.reset();
        QVERIFY(healthProblem(facts));
        facts.sinceProgressMs = 1'000; // but it works
        QVERIFY(!healthProblem(facts));
    }

    void aLostDatabaseIsAProblemAfterAWhile()
    {
        HealthFacts facts = stalled();
        facts.databaseAwayMs = 60'000;
        QVERIFY(!healthProblem(facts));
        facts.databaseAwayMs = 61'000;
        QCOMPARE(healthProblem(facts).value_or(QString()), QStringLiteral("no database for 61 s"));
    }

    void aDispatcherThatDoesNotAnswerIsAProblem()
    {
        HealthFacts facts;
        facts.sinceAnswerMs = 31'000;
        facts.inFlight = 1;
        QCOMPARE(healthProblem(facts).value_or(QString()),
                 QStringLiteral("the dispatcher has not answered for 31 s"));
        QVERIFY(!healthProblem(facts, {.answerMs = 31'000}));
    }
};

QTEST_GUILESS_MAIN(TestWorkerHealth)
#include "test_worker_health.moc"
