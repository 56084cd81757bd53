#include "tests/support/test_database.h"

#include <QDateTime>
#include <QSignalSpy>
#include <QSqlField>
#include <QTest>
#include <QTimeZone>

#include <limits>

using namespace signalbox;

class TestPgConnection : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { m_database.emplace(TestDatabase::empty()); }
    void cleanupTestCase() { m_database.reset(); }

    void valuesArriveAsTheyAre_data();
    void valuesArriveAsTheyAre();
    void nullsKeepTheirType();
    void timesAreUtc_data();
    void timesAreUtc();
    void boundValuesReachTheServer();
    void aValueThatWasNotBoundIsSaid();
    void preparesWhatComesTwiceAndForgetsTheOldest();
    void preparesAgainWhenColumnsChange();
    void aFailedTransactionDoesNotCommit();
    void deliversWhatArrivesWithAnAnswer();
    void noticesThatTheSessionEnded();
    void aRoleMayHaveSettingsOfItsOwn();
    void anAddressMayHaveOptions();
    void readOnlySessionsRefuseWrites();
    void aDatabaseThatIsReadOnlyForNowIsSaid();
    void oneThatBecomesReadOnlyIsOpenedAgain();

private:
    QVariant value(const QString &sql, const Bindings &bindings = {})
    {
        return m_database->value(sql, bindings);
    }

    std::optional<TestDatabase> m_database;
};

void TestPgConnection::valuesArriveAsTheyAre_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QVariant>("expected");
    QTest::newRow("bool") << "true" << QVariant(true);
    QTest::newRow("smallint") << "7::smallint" << QVariant(7);
    QTest::newRow("integer") << "-2147483648" << QVariant(std::numeric_limits<int>::min());
    QTest::newRow("bigint") << "9223372036854775807" << QVariant(std::numeric_limits<qlonglong>::max());
    QTest::newRow("numeric") << "12345678901234567890.123456789"
                             << QVariant("12345678901234567890.123456789");
    QTest::newRow("double") << "0.1::double precision + 0.2" << QVariant(0.1 + 0.2);
    QTest::newRow("infinity") << "'-infinity'::double precision"
                              << QVariant(-std::numeric_limits<double>::infinity());
    QTest::newRow("text") << QStringLiteral("'größe ✓'") << QVariant(QStringLiteral("größe ✓"));
    QTest::newRow("varchar") << "'a'::varchar(5)" << QVariant("a");
    QTest::newRow("jsonb") << "'{\"n\": 12345678901234567890}'::jsonb"
                           << QVariant("{\"n\": 12345678901234567890}");
    QTest::newRow("uuid") << "'AA000000-0000-0000-0000-000000000001'::uuid"
                          << QVariant("aa000000-0000-0000-0000-000000000001");
    QTest::newRow("bytea") << "'\\x00ff10'::bytea" << QVariant(QByteArray::fromHex("00ff10"));
    QTest::newRow("date") << "'2026-11-25'::date" << QVariant(QDate(2026, 11, 25));
    QTest::newRow("interval") << "interval '90 minutes'" << QVariant("01:30:00");
    QTest::newRow("array") << "ARRAY['a', 'b']" << QVariant("{a,b}");
}

void TestPgConnection::valuesArriveAsTheyAre()
{
    QFETCH(QString, sql);
    QFETCH(QVariant, expected);
    const QVariant actual = value("SELECT " + sql);
    QCOMPARE(actual.typeId(), expected.typeId());
    QCOMPARE(actual, expected);
}

void TestPgConnection::nullsKeepTheirType()
{
    const auto rows = m_database->connection().query(
        "SELECT NULL::boolean AS a, NULL::bigint AS b, NULL::text AS c, NULL::timestamptz AS d");
    QVERIFY(rows);
    const QSqlRecord &row = rows->constFirst();
    for (int column = 0; column < row.count(); ++column)
        QVERIFY(row.isNull(column));
    QCOMPARE(row.field("a").metaType().id(), int(QMetaType::Bool));
    QCOMPARE(row.field("b").metaType().id(), int(QMetaType::LongLong));
    QCOMPARE(row.field("c").metaType().id(), int(QMetaType::QString));
    QCOMPARE(row.field("d").metaType().id(), int(QMetaType::QDateTime));
}

void TestPgConnection::timesAreUtc_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QDateTime>("expected");
    const QDate day(2026, 11, 25);
    QTest::newRow("seconds") << "2026-11-25 01:39:45+00" << QDateTime(day, QTime(1, 39, 45), Qt::UTC);
    QTest::newRow("another zone") << "2026-11-25 01:39:45+01" << QDateTime(day, QTime(0, 39, 45), Qt::UTC);
    QTest::newRow("microseconds") << "2026-11-25 01:39:45.123456+00"
                                  << QDateTime(day, QTime(1, 39, 45, 123), Qt::UTC);
    QTest::newRow("rounded up") << "2026-11-25 01:39:45.9996+00" << QDateTime(day, QTime(1, 39, 46), Qt::UTC);
    QTest::newRow("before 1970") << "1901-01-01 00:00:00.5+00"
                                 << QDateTime(QDate(1901, 1, 1), QTime(0, 0, 0, 500), Qt::UTC);
    QTest::newRow("infinity") << "infinity" << QDateTime();
    QTest::newRow("five digits") << "20260-11-25 01:39:45+00" << QDateTime();
    QTest::newRow("before Christ") << "0044-03-15 12:00:00+00 BC" << QDateTime();
}

void TestPgConnection::timesAreUtc()
{
    QFETCH(QString, text);
    QFETCH(QDateTime, expected);
    const QDateTime actual = value("SELECT :text::text::timestamptz", {{":text", text}}).toDateTime();
    QCOMPARE(actual.isValid(), expected.isValid());
    if (expected.isValid())
        QCOMPARE(actual, expected);
}

void TestPgConnection::boundValuesReachTheServer()
{
    QCOMPARE(value("SELECT :a::boolean", {{":a", false}}), QVariant(false));
    QCOMPARE(value("SELECT :a::bigint", {{":a", std::numeric_limits<qint64>::min()}}).toLongLong(),
             std::numeric_limits<qint64>::min());
    QCOMPARE(value("SELECT :a::double precision", {{":a", 0.1}}), QVariant(0.1));
    QCOMPARE(value("SELECT :a::bytea", {{":a", QByteArray("\0\xff'", 3)}}),
             QVariant(QByteArray("\0\xff'", 3)));
    const QString odd = QStringLiteral("'; DROP TABLE x; -- \\ \" ✓ :b $1");
    QCOMPARE(value("SELECT :a::text", {{":a", odd}}), QVariant(odd));
    const QDateTime time(QDate(2026, 11, 25), QTime(1, 2, 3, 456), QTimeZone(3600));
    QCOMPARE(value("SELECT :a::timestamptz", {{":a", time}}).toDateTime(), time);
    QVERIFY(value("SELECT :a::text IS NULL", {{":a", QString()}}).toBool());
    QVERIFY(value("SELECT :a::text IS NULL", {{":a", QVariant(QMetaType::fromType<int>())}}).toBool());
    QVERIFY(!value("SELECT :a::text IS NULL", {{":a", QString("")}}).toBool());
    QCOMPARE(
        value("SELECT jsonb_exists('{\"a\": 1}', :a::text) AND '{\"a\": 1}'::jsonb ? 'a'", {{":a", "a"}}),
        QVariant(true));
}

void TestPgConnection::aValueThatWasNotBoundIsSaid()
{
    const auto rows = m_database->connection().query("SELECT :a::text", {{":b", 1}}, "look");
    QCOMPARE(rows.error().line(), QString("look: there is none for :a"));
}

void TestPgConnection::preparesWhatComesTwiceAndForgetsTheOldest()
{
    const auto connection = m_database->connect();
    const auto prepared = [&connection] {
        return connection->query("SELECT count(*) FROM pg_prepared_statements")
            ->constFirst()
            .value(0)
            .toInt();
    };
    for (int number = 0; number < 300; ++number) {
        for (int round = 0; round < 2; ++round) {
            const auto rows = connection->query(QString("SELECT :a::integer + %1").arg(number), {{":a", 1}});
            QCOMPARE(rows->constFirst().value(0).toInt(), number + 1);
        }
    }
    QVERIFY(prepared() > 0);
    QVERIFY2(prepared() <= 100, qPrintable(QString::number(prepared())));
    // In a transaction that failed nothing can be forgotten; afterwards everything is.
    (void)connection->begin();
    QVERIFY(!connection->query("SELECT 1 / 0"));
    for (int number = 0; number < 200; ++number)
        QVERIFY(!connection->query(QString("SELECT %1").arg(number)));
    connection->rollback();
    QVERIFY(prepared() <= 100);
}

void TestPgConnection::preparesAgainWhenColumnsChange()
{
    PgConnection &connection = m_database->connection();
    m_database->run("CREATE TABLE changing (a integer); INSERT INTO changing VALUES (1)");
    for (int round = 0; round < 3; ++round)
        QCOMPARE(connection.query("SELECT * FROM changing")->constFirst().count(), 1);
    m_database->run("ALTER TABLE changing ADD COLUMN b text");
    for (int round = 0; round < 3; ++round) {
        const auto rows = connection.query("SELECT * FROM changing");
        QVERIFY2(rows, rows ? "" : qPrintable(rows.error().line()));
        QCOMPARE(rows->constFirst().count(), 2);
    }
    QVERIFY(connection.executeRaw("DEALLOCATE ALL"));
    QVERIFY(connection.query("SELECT * FROM changing"));
}

void TestPgConnection::aFailedTransactionDoesNotCommit()
{
    PgConnection &connection = m_database->connection();
    QVERIFY(connection.begin());
    QVERIFY(!connection.query("SELECT 1 / 0"));
    QVERIFY(!connection.commit());
    QVERIFY(connection.begin());
    QVERIFY(connection.commit());
}

void TestPgConnection::deliversWhatArrivesWithAnAnswer()
{
    const auto listening = m_database->connect();
    QObject context;
    QStringList payloads;
    QVERIFY(listening->listen("Odd \"name\"", &context, [&](const QString &text) { payloads << text; }));
    // While idle
    m_database->run("SELECT pg_notify('Odd \"name\"', 'idle')");
    QTRY_COMPARE(payloads, QStringList{"idle"});
    // Read by libpq together with the answer to a statement: no socket will announce it
    QVERIFY(listening->begin());
    QVERIFY(listening->query("SELECT pg_notify('Odd \"name\"', 'own')"));
    m_database->run("SELECT pg_notify('Odd \"name\"', 'while busy')");
    QVERIFY(listening->commit());
    QVERIFY(listening->query("SELECT 1"));
    QCOMPARE(payloads.size(), 1);
    QTRY_COMPARE(payloads.size(), 3);
    QVERIFY(payloads.contains("own") && payloads.contains("while busy"));
}

void TestPgConnection::noticesThatTheSessionEnded()
{
    const auto connection = m_database->connect();
    m_database->run(QString("SELECT pg_terminate_backend(%1, 10000)").arg(connection->backendPid()));
    QVERIFY(connection->isAlive());
    const auto rows = connection->query("SELECT 1", {}, "look");
    QCOMPARE(rows.error().kind, Error::Kind::Unavailable);
    QVERIFY(!rows.error().why.isEmpty());
    QVERIFY(!connection->isAlive());
}

void TestPgConnection::aRoleMayHaveSettingsOfItsOwn()
{
    // Given a role whose settings would change what statements mean and how long they live
    const QString role = "signalbox_odd_" + m_database->settings().database.section('_', 2);
    QString script = QString("CREATE ROLE %1 LOGIN SUPERUSER;").arg(role);
    for (const char *setting :
         {"default_transaction_isolation = 'serializable'", "default_transaction_deferrable = on",
          "lock_timeout = '1ms'", "statement_timeout = '1ms'", "idle_in_transaction_session_timeout = '1s'",
          "idle_session_timeout = '1s'", "bytea_output = 'escape'", "DateStyle = 'German'",
          "IntervalStyle = 'iso_8601'", "extra_float_digits = -3", "standard_conforming_strings = off",
          "timezone = 'Asia/Tokyo'", "client_min_messages = 'debug1'"})
        script += QString("ALTER ROLE %1 SET %2;").arg(role, QLatin1String(setting));
    m_database->run(script);
    ConnectionSettings settings = m_database->settings();
    settings.user = role;
    {
        // When it connects, then ours hold
        const auto opened = PgConnection::open(settings);
        QVERIFY2(opened, opened ? "" : qPrintable(opened.error().line()));
        PgConnection &connection = **opened;
        const auto first = [&connection](const char *sql) {
            const auto rows = connection.query(sql);
            return rows ? rows->constFirst().value(0) : QVariant(rows.error().line());
        };
        QCOMPARE(first("SHOW transaction_isolation"), QVariant("read committed"));
        QCOMPARE(first("SELECT 'a' FROM pg_sleep(0.02)"), QVariant("a"));
        QCOMPARE(first("SELECT '\\x0aff'::bytea"), QVariant(QByteArray::fromHex("0aff")));
        QCOMPARE(first("SELECT '2026-11-25 01:00:00+00'::timestamptz").toDateTime(),
                 QDateTime(QDate(2026, 11, 25), QTime(1, 0), Qt::UTC));
        QCOMPARE(first("SELECT interval '90 minutes'"), QVariant("01:30:00"));
        QCOMPARE(first("SELECT 0.1::double precision + 0.2"), QVariant(0.1 + 0.2));
        QCOMPARE(first("SELECT length('\\n')"), QVariant(2));
        for (const char *name : {"lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout",
                                 "idle_session_timeout"})
            QCOMPARE(first(qPrintable(QString("SHOW %1").arg(QLatin1String(name)))), QVariant("0"));
    }
    m_database->run(QString("DROP ROLE %1").arg(role));
}

void TestPgConnection::anAddressMayHaveOptions()
{
    ConnectionSettings settings = m_database->settings();
    settings.parameters.insert("options", "-c search_path=pg_catalog,\\ public -c work_mem=123kB");
    settings.parameters.insert("application_name", "mine");
    const auto connection = PgConnection::open(settings);
    QVERIFY2(connection, connection ? "" : qPrintable(connection.error().line()));
    QCOMPARE((*connection)->query("SHOW work_mem")->constFirst().value(0), QVariant("123kB"));
    QCOMPARE((*connection)->query("SHOW TimeZone")->constFirst().value(0), QVariant("UTC"));
    QCOMPARE((*connection)->query("SHOW application_name")->constFirst().value(0), QVariant("mine"));
}

void TestPgConnection::readOnlySessionsRefuseWrites()
{
    const auto connection = PgConnection::open(m_database->settings().forReading());
    QVERIFY(connection);
    const Done done = (*connection)->executeRaw("CREATE TABLE never (a integer)");
    QCOMPARE(done.error().kind, Error::Kind::Refused);
    QVERIFY((*connection)->isAlive());
}

void TestPgConnection::aDatabaseThatIsReadOnlyForNowIsSaid()
{
    TestDatabase database = TestDatabase::empty();
    const QString name = database.settings().database;
    database.run(QString("ALTER DATABASE %1 SET default_transaction_read_only = on").arg(name));
    const auto refused = PgConnection::open(database.settings());
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Unavailable);
    QCOMPARE(refused.error().sqlState, QString("25006"));
    QVERIFY(PgConnection::open(database.settings().forReading()));
    database.run(QString("ALTER DATABASE %1 RESET default_transaction_read_only").arg(name));
    QVERIFY(PgConnection::open(database.settings()));
}

void TestPgConnection::oneThatBecomesReadOnlyIsOpenedAgain()
{
    const auto connection = m_database->connect();
    QVERIFY(connection->executeRaw("SET default_transaction_read_only = on"));
    const auto refused = connection->execute("CREATE TABLE never (a integer)");
    QCOMPARE(refused.error().kind, Error::Kind::Refused);
    QVERIFY(!connection->isAlive());
}

QTEST_GUILESS_MAIN(TestPgConnection)
#include "test_pg_connection.moc"
