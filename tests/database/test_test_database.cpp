#include "tests/support/test_database.h"

#include <QTest>

using namespace signalbox;

// The ground the other database tests stand on.
class TestTestDatabase : public QObject
{
    Q_OBJECT
private slots:
    void isMigratedAndFresh()
    {
        TestDatabase first;
        QCOMPARE(first.value(QStringLiteral("SELECT count(*) FROM webhook_jobs")).toInt(), 0);
        first.run(QStringLiteral("INSERT INTO event_streams (id) VALUES ('a')"));
        TestDatabase second;
        QVERIFY(second.settings().database != first.settings().database);
        QCOMPARE(second.value(QStringLiteral("SELECT count(*) FROM event_streams")).toInt(), 0);
    }

    void emptyHasNoTables()
    {
        TestDatabase database = TestDatabase::empty();
        QCOMPARE(database
                     .value(QStringLiteral(
                         "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
                     .toInt(),
                 0);
    }
};

QTEST_GUILESS_MAIN(TestTestDatabase)
#include "test_test_database.moc"
