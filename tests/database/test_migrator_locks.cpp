#include "app/database/migrator.h"
#include "app/database/table_locks.h"
#include "tests/support/test_database.h"

#include <QElapsedTimer>
#include <QSemaphore>
#include <QTest>
#include <QThread>

#include <array>
#include <atomic>
#include <thread>

using namespace signalbox;

namespace {

constexpr int pairsPerSecond = 70;

const QString insertJob = QStringLiteral(
    "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, status, "
    "timeout_ms)"
    " VALUES (gen_random_uuid(), 'ep', 'https://x.test', '{}', 's', 4, now(), 'pending', 30000)");
const QString touchEndpoint =
    QStringLiteral("UPDATE webhook_endpoints SET description = 'x' WHERE id = 'ep'");
const QString insertEndpoint =
    QStringLiteral("INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep', 'https://x.test', 's')");

// Runs `up` in a thread with a connection of its own.
class Migrating
{
public:
    explicit Migrating(const TestDatabase &database)
        : m_thread([this, &database] {
            const auto connection = database.connect();
            const auto up = Migrator(*connection, [this](const QString &text) {
                                if (text.startsWith(QLatin1String("Waiting")))
                                    m_waits.release();
                            }).up();
            m_error = up ? QString() : up.error().line();
            m_isDone = true;
        })
    {
    }
    ~Migrating() { m_thread.join(); }
    bool waitsForALock() { return m_waits.tryAcquire(1, 60'000); }
    bool isDone() const { return m_isDone; }
    QString failure()
    {
        while (!m_isDone)
            QTest::qWait(10);
        return m_error;
    }

private:
    QSemaphore m_waits;
    QString m_error;
    std::atomic<bool> m_isDone = false;
    std::thread m_thread;
};

} // namespace

// Migrations under load.
class TestMigratorLocks : public QObject
{
    Q_OBJECT
private slots:
    void locksChildBeforeParent();
    void givesWayToAProducer();
    void producersMeetNoDeadlock();
};

void TestMigratorLocks::locksChildBeforeParent()
{
    TestDatabase database;
    const auto files = readMigrations(embeddedMigrations());
    const auto third = tablesToLock(database.connection(), {files->at(2).sql});
    QVERIFY(third);
    QCOMPARE(third->mid(0, 4), (QStringList{"public.webhook_deliveries", "public.webhook_jobs",
                                            "public.webhook_endpoints", "public.events"}));
    QCOMPARE(tablesToLock(database.connection(), {files->at(20).sql})->mid(0, 3), third->mid(0, 3));
    // Replacing functions needs no table.
    QCOMPARE(*tablesToLock(database.connection(), {files->at(34).sql}), QStringList());
}

// A transaction that has inserted a job and goes on to its endpoint: in that order the migration would have
// waited for it while it waited for the migration.
void TestMigratorLocks::givesWayToAProducer()
{
    TestDatabase database = TestDatabase::empty();
    QVERIFY(Migrator(database.connection()).up(2));
    database.run(insertEndpoint);
    QVERIFY(database.connection().begin());
    database.run(insertJob);
    Migrating migrating(database);
    QVERIFY(migrating.waitsForALock());
    const Done touched = database.connection().executeRaw(touchEndpoint);
    QVERIFY2(touched, qPrintable(touched ? QString() : touched.error().line()));
    QVERIFY(!migrating.isDone());
    // Whoever comes now is not kept behind the migration's own wait: it never waits for long.
    const auto other = database.connect();
    QVERIFY(other->executeRaw(QStringLiteral("SET lock_timeout = '30s'; ") + insertJob));
    QVERIFY(database.connection().commit());
    QCOMPARE(migrating.failure(), QString());
}

void TestMigratorLocks::producersMeetNoDeadlock()
{
    TestDatabase database = TestDatabase::empty();
    QVERIFY(Migrator(database.connection()).up(2));
    database.run(insertEndpoint);
    std::atomic<bool> isOver = false;
    std::atomic<qint64> longest = 0;
    std::array<QString, 2> errors;
    std::array<std::thread, 2> producers;
    for (size_t i = 0; i < producers.size(); ++i) {
        producers[i] = std::thread([&, i] {
            const auto connection = database.connect();
            while (!isOver && errors[i].isEmpty()) {
                QElapsedTimer clock;
                clock.start();
                const Done done =
                    connection->executeRaw(QStringLiteral("BEGIN; ") + insertJob + QStringLiteral("; ") +
                                           touchEndpoint + QStringLiteral("; COMMIT"));
                errors[i] = done ? QString() : done.error().line();
                longest = qMax(longest.load(), clock.elapsed());
                QThread::msleep(1000 / pairsPerSecond);
            }
        });
    }
    const auto up = Migrator(database.connection()).up();
    isOver = true;
    for (std::thread &producer : producers)
        producer.join();
    QVERIFY2(up, qPrintable(up ? QString() : up.error().line()));
    for (const QString &error : errors)
        QCOMPARE(error, QString());
    qInfo("longest transaction of a producer: %lld ms", qlonglong(longest));
}

QTEST_GUILESS_MAIN(TestMigratorLocks)
#include "test_migrator_locks.moc"
