#include "app/delivery/lease_keeper.h"
#include "tests/delivery/silent_queue.h"

#include <QSignalSpy>
#include <QTest>
#include <QTimer>

#include <functional>

using namespace signalbox;

namespace {

/// A queue that only renews, or fails to, as it is told; it answers at once.
class RenewingQueue final : public SilentQueue
{
public:
    void renew(const QList<Lease> &leases, int, QObject *, Reply<QList<QUuid>> reply) override
    {
        ++renewals;
        if (asked)
            asked();
        if (silent)
            return;
        if (failures-- > 0)
            return reply(fail(Error::Kind::Unavailable, "renew leases", "the connection was lost"));
        QList<QUuid> ours;
        for (const Lease &lease : leases)
            ours << lease.token;
        ours.removeAll(taken);
        reply(ours);
    }

    int renewals = 0;
    std::function<void()> asked;
    int failures = 0;
    bool silent = false;
    QUuid taken;
};

Lease someLease()
{
    return {QUuid::createUuid(), QUuid::createUuid()};
}

} // namespace

class TestLeaseKeeper : public QObject
{
    Q_OBJECT
private slots:
    void failedRenewalIsTriedAgainSoon();
    void hangingServerIsAskedOnce();
    void lostLeaseIsToldAndForgotten();
};

void TestLeaseKeeper::failedRenewalIsTriedAgainSoon()
{
    // Given a lease, and a clock that counts its turns to be renewed from the first on
    constexpr int renewEveryMs = 3'000;
    RenewingQueue queue;
    LeaseKeeper keeper(queue, 600'000, renewEveryMs);
    const Lease lease = someLease();
    bool isNextTurn = false;
    bool wasNextTurn = true;
    queue.asked = [&] {
        if (queue.renewals == 1)
            QTimer::singleShot(renewEveryMs, &keeper, [&isNextTurn] { isNextTurn = true; });
        wasNextTurn = isNextTurn;
    };
    keeper.hold(lease, LeaseKeeper::now());

    // When the first renewal fails
    queue.failures = 1;
    QTRY_COMPARE(queue.renewals, 2);

    // Then the second came before its turn
    QVERIFY(!wasNextTurn);
    QVERIFY(keeper.isSafe(lease.token));
}

void TestLeaseKeeper::hangingServerIsAskedOnce()
{
    RenewingQueue queue;
    queue.silent = true;
    LeaseKeeper keeper(queue, 300, 10);
    const Lease lease = someLease();
    keeper.hold(lease, LeaseKeeper::now());
    QTRY_COMPARE(queue.renewals, 1);
    QTRY_VERIFY(!keeper.isSafe(lease.token));
    QCOMPARE(queue.renewals, 1);
}

void TestLeaseKeeper::lostLeaseIsToldAndForgotten()
{
    RenewingQueue queue;
    LeaseKeeper keeper(queue, 30'000, 10);
    QSignalSpy lost(&keeper, &LeaseKeeper::lost);
    const Lease ours = someLease();
    const Lease taken = someLease();
    queue.taken = taken.token;
    keeper.hold(ours, LeaseKeeper::now());
    keeper.hold(taken, LeaseKeeper::now());
    QTRY_COMPARE(lost.size(), 1);
    QCOMPARE(lost[0][0].toUuid(), taken.token);
    QVERIFY(!keeper.isSafe(taken.token));
    QVERIFY(keeper.isSafe(ours.token));
}

QTEST_GUILESS_MAIN(TestLeaseKeeper)
#include "test_lease_keeper.moc"
