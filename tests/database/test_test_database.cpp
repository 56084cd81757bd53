#include "tests/support/partitioned_tables.h"

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

    void tablesCanBePartitioned_data()
    {
        QTest::addColumn<EventPartitions>("form");
        QTest::newRow("hash") << EventPartitions::HashByStream;
        QTest::newRow("range") << EventPartitions::RangeByTimestamp;
    }

    void tablesCanBePartitioned()
    {
        QFETCH(const EventPartitions, form);
        const QString made = QStringLiteral("SELECT string_agg(kind || name, ' ' ORDER BY kind, name) FROM ("
                                            "SELECT 'i' AS kind, indexrelid::regclass::text AS name FROM "
                                            "pg_index WHERE indrelid::regclass::text "
                                            "IN ('events', 'webhook_deliveries') UNION ALL "
                                            "SELECT 't', tgname FROM pg_trigger WHERE "
                                            "tgrelid::regclass::text IN ('events', 'webhook_deliveries') "
                                            "AND NOT tgisinternal UNION ALL SELECT 'v', viewname FROM "
                                            "pg_views WHERE schemaname = 'public') made");
        TestDatabase database;
        const QString append = QStringLiteral(
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
            "VALUES (gen_random_uuid(), 't', 's', %1, '{}', '{}', now())");
        database.run(append.arg(1));
        const QString before = database.value(made).toString();

        partitionDeliveries(database);
        partitionEvents(database, form);

        QCOMPARE(database.value(made).toString(), before);
        database.run(append.arg(2));
        QCOMPARE(database.value("SELECT count(position) FROM events").toInt(), 2);
        QCOMPARE(database.value("SELECT current_version FROM event_streams").toInt(), 2);
        QCOMPARE(
            database
                .value("SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'p'")
                .toString(),
            QString("events webhook_deliveries"));
    }
};

QTEST_GUILESS_MAIN(TestTestDatabase)
#include "test_test_database.moc"
