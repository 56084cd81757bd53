#include "app/database/session_gate.h"

#include <QTest>

#include <future>

using namespace signalbox;

// The sessions of a worker connect side by side; a claim waits for the slowest and blames none of them.
class TestSessionGate : public QObject
{
    Q_OBJECT
private slots:
    void waitsForSessionsThatConnect();
    void tellsWhyASessionIsMissing();
    void closingEndsTheWait();
    void waitsNoLongerThanItIsTold();

private:
    static constexpr int forEver = 600'000;
};

void TestSessionGate::waitsForSessionsThatConnect()
{
    SessionGate gate;
    gate.connecting(QStringLiteral("claims"));
    gate.connecting(QStringLiteral("records"));
    auto asked = std::async(std::launch::async, [&gate] { return gate.problem(forEver); });
    gate.stands(QStringLiteral("claims"));
    gate.stands(QStringLiteral("records"));
    QVERIFY(!asked.get());
}

void TestSessionGate::tellsWhyASessionIsMissing()
{
    SessionGate gate;
    gate.connecting(QStringLiteral("records"));
    auto asked = std::async(std::launch::async, [&gate] { return gate.problem(forEver); });
    gate.missing(QStringLiteral("records"), QStringLiteral("too many connections"));
    const auto problem = asked.get();
    QVERIFY(problem);
    QCOMPARE(problem->kind, Error::Kind::Unavailable);
    QVERIFY(problem->line().contains(QStringLiteral("session for records: too many connections")));
    gate.stands(QStringLiteral("records"));
    QVERIFY(!gate.problem(forEver));
}

void TestSessionGate::closingEndsTheWait()
{
    SessionGate gate;
    gate.connecting(QStringLiteral("fan-out"));
    auto asked = std::async(std::launch::async, [&gate] { return gate.problem(forEver); });
    gate.close();
    QVERIFY(asked.get());
}

void TestSessionGate::waitsNoLongerThanItIsTold()
{
    SessionGate gate;
    gate.connecting(QStringLiteral("fan-out"));
    const auto problem = gate.problem(1);
    QVERIFY(problem);
    QVERIFY(problem->line().contains(QStringLiteral("not connected yet")));
}

QTEST_GUILESS_MAIN(TestSessionGate)
#include "test_session_gate.moc"
