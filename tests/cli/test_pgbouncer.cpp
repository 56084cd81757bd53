// Behind PgBouncer 1.18 and later: session pooling works as it is installed, any other is recognised and
// refused, and nothing of ours is left in sessions that others use.

#include "app/database/pg_connection.h"
#include "tests/cli/command_runner.h"
#include "tests/support/loopback_receiver.h"
#include "tests/support/pg_bouncer.h"
#include "tests/support/server_program.h"
#include "tests/support/test_database.h"

#include <QTemporaryFile>
#include <QTest>

using namespace signalbox;

class TestPgBouncer : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init() { m_database = std::make_unique<TestDatabase>(); }
    void cleanup() { m_database.reset(); }

    void sessionPoolingWorks_data();
    void sessionPoolingWorks();
    void aSessionIsGivenBackClean();
    void aUsedUpPoolIsSaid();
    void otherPoolingIsRefused_data();
    void otherPoolingIsRefused();
    void isRefusedUnderLoadToo();
    void aWorkerDeliversThroughIt();

private:
    std::unique_ptr<TestDatabase> m_database;
};

void TestPgBouncer::initTestCase()
{
    QVERIFY2(PgBouncer::isInstalled(), "install what packaging/debian-test-packages.txt lists");
}

void TestPgBouncer::sessionPoolingWorks_data()
{
    QTest::addColumn<QStringList>("extra");
    QTest::addColumn<QString>("options");
    QTest::newRow("as installed") << QStringList() << QString();
    QTest::newRow("options ignored") << QStringList("ignore_startup_parameters = options") << QString();
    QTest::newRow("round robin") << QStringList("server_round_robin = 1") << QString();
    const QString theirs = "-c work_mem=123kB --enable-sort=off -c TimeZone=Asia/Tokyo";
    QTest::newRow("options of the address") << QStringList() << theirs;
    QTest::newRow("options of the address, ignored")
        << QStringList("ignore_startup_parameters = options") << theirs;
}

void TestPgBouncer::sessionPoolingWorks()
{
    QFETCH(QStringList, extra);
    QFETCH(QString, options);
    const PgBouncer bouncer(m_database->settings(), extra);
    ConnectionSettings settings = bouncer.settings();
    if (!options.isEmpty())
        settings.parameters.insert("options", options);
    SessionOptions wanted;
    wanted.statementTimeoutMs = 1'234;
    wanted.plans = Plans::Kept;
    const auto opened = PgConnection::open(settings.forReading(), wanted);
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().line()));
    PgConnection &connection = **opened;
    const auto show = [&connection](const QString &name) {
        const auto rows = connection.query("SELECT current_setting(:name::text)", {{":name", name}});
        return rows ? rows->constFirst().value(0).toString() : rows.error().line();
    };
    QCOMPARE(show("TimeZone"), QString("UTC"));
    QCOMPARE(show("statement_timeout"), QString("1234ms"));
    QCOMPARE(show("plan_cache_mode"), QString("force_generic_plan"));
    QCOMPARE(show("transaction_read_only"), QString("on"));
    if (!options.isEmpty()) {
        QCOMPARE(show("work_mem"), QString("123kB"));
        QCOMPARE(show("enable_sort"), QString("off"));
    }
    QVERIFY(!connection.executeRaw("CREATE TABLE never (a integer)"));

    QStringList heard;
    QObject context;
    QVERIFY(connection.listen("signalbox_changed", &context, [&](const QString &text) { heard << text; }));
    m_database->run("SELECT pg_notify('signalbox_changed', 'now')");
    QTRY_COMPARE(heard, QStringList("now"));
}

void TestPgBouncer::aSessionIsGivenBackClean()
{
    const PgBouncer bouncer(m_database->settings(), {"default_pool_size = 2"});
    QVERIFY(PgConnection::open(bouncer.settings().forReading()));
    for (int round = 0; round < 4; ++round) {
        // The same backends again, with other wishes
        const auto opened = PgConnection::open(bouncer.settings());
        QVERIFY2(opened, opened ? "" : qPrintable(opened.error().line()));
        QVERIFY((*opened)->executeRaw("CREATE TABLE written (a integer); DROP TABLE written"));
    }
}

void TestPgBouncer::aUsedUpPoolIsSaid()
{
    const PgBouncer bouncer(m_database->settings(), {"default_pool_size = 1"});
    const auto opened = PgConnection::open(bouncer.settings());
    QVERIFY(!opened);
    QCOMPARE(opened.error().kind, Error::Kind::Unavailable);
    QVERIFY2(opened.error().hint.contains("default_pool_size"), qPrintable(opened.error().line()));
}

void TestPgBouncer::otherPoolingIsRefused_data()
{
    QTest::addColumn<QStringList>("extra");
    for (const char *mode : {"transaction", "statement"}) {
        const QString pooling = QString("pool_mode = %1").arg(QLatin1String(mode));
        QTest::newRow(mode) << QStringList(pooling);
        QTest::addRow("%s, options ignored", mode)
            << QStringList{pooling, "ignore_startup_parameters = options"};
        QTest::addRow("%s, round robin", mode) << QStringList{pooling, "server_round_robin = 1"};
        QTest::addRow("%s, one session", mode) << QStringList{pooling, "default_pool_size = 1"};
        QTest::addRow("%s, sessions kept ready", mode) << QStringList{pooling, "min_pool_size = 5"};
    }
}

void TestPgBouncer::otherPoolingIsRefused()
{
    QFETCH(QStringList, extra);
    const PgBouncer bouncer(m_database->settings(), extra);
    for (int round = 0; round < 10; ++round) {
        const auto opened = PgConnection::open(bouncer.settings().forReading());
        QVERIFY(!opened);
        QCOMPARE(opened.error().kind, Error::Kind::Refused);
        QVERIFY2(opened.error().hint.contains("pool_mode = session"), qPrintable(opened.error().line()));
    }
    // Nothing of ours is left for whoever gets these backends next
    QProcess psql;
    psql.start(serverBinaries() + "/psql",
               {"-h", "127.0.0.1", "-p", QString::number(bouncer.settings().port), "-U",
                bouncer.settings().user, "-d", bouncer.settings().database, "-XAtc",
                "SELECT string_agg(name, ' ') FROM pg_settings WHERE source = 'session'"
                " AND name NOT IN ('application_name', 'client_encoding')"});
    QVERIFY(psql.waitForFinished(20'000));
    QCOMPARE(psql.readAllStandardOutput().trimmed(), QByteArray());
}

void TestPgBouncer::isRefusedUnderLoadToo()
{
    const PgBouncer bouncer(m_database->settings(), {"pool_mode = transaction", "default_pool_size = 6"});
    QTemporaryFile script;
    QVERIFY(script.open());
    script.write("SELECT pg_sleep(0.0005);\n");
    script.flush();
    QProcess load;
    load.start(serverBinaries() + "/pgbench",
               {"-n", "-c", "5", "-j", "1", "-T", "600", "-f", script.fileName(), "-h", "127.0.0.1", "-p",
                QString::number(bouncer.settings().port), "-U", bouncer.settings().user,
                bouncer.settings().database});
    QVERIFY(load.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(
        m_database
                ->value("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(0.0005)%'"
                        " AND datname = current_database()")
                .toInt() >= 5,
        20'000);
    for (int round = 0; round < 40; ++round) {
        const auto opened = PgConnection::open(bouncer.settings());
        QVERIFY(!opened);
        QVERIFY2(opened.error().kind == Error::Kind::Refused, qPrintable(opened.error().line()));
    }
    load.kill();
    load.waitForFinished();
}

void TestPgBouncer::aWorkerDeliversThroughIt()
{
    const PgBouncer bouncer(m_database->settings(), {});
    const LoopbackReceiver receiver;
    const CommandRunner runner(bouncer.settings());
    QCOMPARE(
        runner.run({"endpoint", "add", "--id", "ep_1", "--url", receiver.url(), "--allow-private-network"})
            .exitCode,
        0);
    QCOMPARE(runner.run({"append", "--stream", "s", "--type", "a.b", "-"}, "{}").exitCode, 0);
    const CommandOutcome worked = runner.run({"worker", "--until-idle"});
    QVERIFY2(worked.exitCode == 0, worked.err.constData());
    QCOMPARE(receiver.requests().size(), 1);
}

QTEST_GUILESS_MAIN(TestPgBouncer)
#include "test_pgbouncer.moc"
