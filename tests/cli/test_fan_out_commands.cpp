// Fan-out from the command line: off and on, after a part of a backup came into another cluster, and what was
// put aside.

#include "app/database/pg_connection.h"
#include "tests/cli/command_runner.h"
#include "tests/support/own_server.h"
#include "tests/support/server_program.h"
#include "tests/support/test_database.h"

#include <QTest>

using namespace signalbox;

class TestFanOutCommands : public QObject
{
    Q_OBJECT
private slots:
    void offAsksForAReasonAndOnGoesOn();
    void rowsOfAnotherClusterStopItUntilARebase();
    void whatWasPutAsideIsListedAndReplayed();
};

namespace {

void addEndpoint(const CommandRunner &runner)
{
    const CommandOutcome added =
        runner.run({"endpoint", "add", "--id", "ep_1", "--url", "https://example.com/hook"});
    QVERIFY2(added.exitCode == 0, added.err.constData());
}

void append(const CommandRunner &runner, const QString &stream, const QString &type = "a.b")
{
    const CommandOutcome appended = runner.run({"append", "--stream", stream, "--type", type, "-"}, "{}");
    QVERIFY2(appended.exitCode == 0, appended.err.constData());
}

// The worker has nowhere to send to; what counts is that it made jobs.
void fanOutAll(const CommandRunner &runner)
{
    runner.run({"endpoint", "disable", "ep_1", "--reason", "test", "--yes"});
    runner.run({"worker", "--until-idle"});
}

QByteArray statusOf(const CommandRunner &runner)
{
    const CommandOutcome status = runner.run({"fan-out", "status"});
    return status.exitCode == 0 ? status.out : status.err;
}

// The dump and its restore, as an operator pipes them from one server to the other.
CommandOutcome copyTables(const ConnectionSettings &from, const ConnectionSettings &to)
{
    QProcess pipe;
    pipe.start(
        "sh",
        {"-c", QString("'%1/pg_dump' -d '%2' -t events -t event_streams -t event_snapshots -t 'webhook_*' |"
                       " '%1/psql' -q -d '%3'")
                   .arg(serverBinaries(), addressOf(from), addressOf(to))});
    return CommandRunner::finish(pipe);
}

} // namespace

void TestFanOutCommands::offAsksForAReasonAndOnGoesOn()
{
    TestDatabase database;
    const CommandRunner runner(database.settings());
    addEndpoint(runner);
    QVERIFY(statusOf(runner).startsWith("fan-out is on\n"));

    // Without consent nothing changes
    QCOMPARE(runner.run({"fan-out", "off"}).exitCode, 2);
    QCOMPARE(runner.run({"fan-out", "off", "--dry-run"}).exitCode, 0);
    QCOMPARE(runner.run({"fan-out", "off", "--yes"}).exitCode, 2);
    QCOMPARE(runner.run({"fan-out", "off", "--yes", "--dry-run", "--reason", "x"}).exitCode, 2);
    QVERIFY(statusOf(runner).startsWith("fan-out is on\n"));

    QCOMPARE(runner.run({"fan-out", "off", "--yes", "--reason", "the producer inserts jobs itself"}).exitCode,
             0);
    QVERIFY(statusOf(runner).startsWith("fan-out is off\n"));
    append(runner, "s");
    QCOMPARE(runner.run({"fan-out", "on", "--from", "yesterday"}).exitCode, 2);
    QCOMPARE(runner.run({"fan-out", "on", "--from", "checkpoint", "--reason", "tried"}).exitCode, 0);
    QCOMPARE(
        database.value("SELECT reason FROM signalbox_changes WHERE action = 'turn fan-out on'").toString(),
        QString("tried"));
    fanOutAll(runner);
    QCOMPARE(database.value("SELECT count(id) FROM webhook_jobs").toInt(), 1);
}

void TestFanOutCommands::rowsOfAnotherClusterStopItUntilARebase()
{
    // Given a cluster that has seen many transactions, and tables of it restored into a new one
    TestDatabase old;
    old.run("DO $$ BEGIN FOR i IN 1..20000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$");
    const CommandRunner oldRunner(old.settings());
    addEndpoint(oldRunner);
    append(oldRunner, "before");
    OwnServer server("fan-out-restore");
    server.initialise();
    server.start();
    const auto postgres = PgConnection::open(server.settings("postgres"));
    QVERIFY2(postgres, postgres ? "" : qPrintable(postgres.error().line()));
    QVERIFY((*postgres)->executeRaw("CREATE DATABASE app"));
    const ConnectionSettings settings = server.settings("app");
    const CommandOutcome copied = copyTables(old.settings(), settings);
    QVERIFY2(copied.exitCode == 0, copied.err.constData());
    const CommandRunner runner(settings);
    const CommandOutcome up = runner.run({"migrate", "up"});
    QVERIFY2(up.exitCode == 0, up.err.constData());

    // When an event comes, then fan-out cannot be turned on, and says what to do
    append(runner, "after");
    const CommandOutcome refused = runner.run({"fan-out", "on"});
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2(refused.err.contains("another cluster") && refused.err.contains("rebase"),
             refused.err.constData());
    const auto connection = PgConnection::open(settings);
    const auto jobs = [&connection] {
        const auto rows = (*connection)->query("SELECT count(id) FROM webhook_jobs");
        return rows ? rows->constFirst().value(0).toInt() : -1;
    };

    // The preview tells how many have no job; the rebase lets them pass, those from before stay as they are
    const CommandOutcome preview = runner.run({"fan-out", "rebase", "--from", "checkpoint", "--dry-run"});
    QCOMPARE(preview.exitCode, 0);
    QVERIFY2(preview.out.contains("1 events and 1 endpoints were restored"), preview.out.constData());
    QVERIFY2(preview.out.contains("1 events since the restore have no job"), preview.out.constData());
    QCOMPARE(runner.run({"fan-out", "rebase", "--from", "elsewhere", "--dry-run"}).exitCode, 2);
    const CommandOutcome rebased =
        runner.run({"fan-out", "rebase", "--from", "checkpoint", "--yes", "--reason", "restored"});
    QVERIFY2(rebased.exitCode == 0, rebased.err.constData());
    QCOMPARE(jobs(), 0);
    QCOMPARE(runner.run({"fan-out", "on", "--from", "checkpoint"}).exitCode, 0);
    QVERIFY2(statusOf(runner).startsWith("fan-out is on\n"), statusOf(runner).constData());
    fanOutAll(runner);
    QCOMPARE(jobs(), 1);
}

void TestFanOutCommands::whatWasPutAsideIsListedAndReplayed()
{
    // Given a trigger of the host that refuses a job
    TestDatabase database;
    const CommandRunner runner(database.settings());
    addEndpoint(runner);
    database.run(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN IF NEW.event_type = ''bad'' THEN RAISE EXCEPTION ''not this one''; END IF; RETURN NEW; END';"
        "CREATE TRIGGER refuse BEFORE INSERT ON webhook_jobs FOR EACH ROW EXECUTE FUNCTION refuse()");
    append(runner, "s", "bad");
    append(runner, "s");
    fanOutAll(runner);
    QCOMPARE(database.value("SELECT count(id) FROM webhook_jobs").toInt(), 1);
    QVERIFY2(statusOf(runner).contains("put aside: 1 "), statusOf(runner).constData());
    QVERIFY(runner.run({"fan-out", "skipped"}).out.contains("not this one"));

    // As long as it is refused it stays
    const CommandOutcome refused = runner.run({"fan-out", "replay"});
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2(refused.err.contains("1 stay put aside"), refused.err.constData());
    QCOMPARE(runner.run({"fan-out", "replay", "--event", "7"}).exitCode, 2);
    database.run("DROP TRIGGER refuse ON webhook_jobs");
    const CommandOutcome replayed = runner.run({"fan-out", "replay"});
    QCOMPARE(replayed.exitCode, 0);
    QCOMPARE(replayed.out.trimmed(), QByteArray("1"));
    QCOMPARE(database.value("SELECT count(id) FROM webhook_jobs").toInt(), 2);
}

QTEST_GUILESS_MAIN(TestFanOutCommands)
#include "test_fan_out_commands.moc"
