#include "tests/cli/command_runner.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

/// What needs no database: help, versions and wrong usage.
class TestCommandLine : public QObject
{
    Q_OBJECT
private slots:
    void helpOnEveryLevel_data();
    void helpOnEveryLevel();
    void versionOnEveryLevel_data();
    void versionOnEveryLevel();
    void wrongUsage_data();
    void wrongUsage();
    void connectionsAreSavedWithoutPassword();
    void shellsComplete();
    void filterErrorsPointAtTheWord();
    void anUnreadableAddressIsNotQuoted();
};

void TestCommandLine::helpOnEveryLevel_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("word");
    const auto row = [](const QStringList &arguments, const char *word) {
        QTest::newRow(qPrintable(arguments.join(' '))) << arguments << QString(word);
    };
    row({"--help"}, "deliveries list");
    row({"-h"}, "deliveries list");
    row({"migrate", "--help"}, "migrate status");
    row({"migrate", "down", "--help"}, "--yes");
    row({"endpoint", "--help"}, "rotate");
    row({"endpoint", "add", "--help"}, "--allow-private-network");
    row({"append", "--help"}, "--expected-version");
    row({"worker", "--help"}, "--until-idle");
    row({"jobs", "--help"}, "retry");
    row({"jobs", "list", "--help"}, "--limit");
    row({"jobs", "retry", "--help"}, "--dry-run");
    row({"shot", "--help"}, "--out");
    row({"demo", "--help"}, "--seconds");
    row({"--db", "postgresql:///nowhere", "jobs", "list", "--help"}, "--filter");
}

void TestCommandLine::helpOnEveryLevel()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QString, word);
    const CommandOutcome outcome = CommandRunner().run(arguments);
    QCOMPARE(outcome.exitCode, 0);
    QVERIFY2(outcome.out.contains(word.toUtf8()), outcome.out.constData());
    QCOMPARE(outcome.err, QByteArray());
}

void TestCommandLine::versionOnEveryLevel_data()
{
    QTest::addColumn<QStringList>("arguments");
    for (const QStringList &words : {QStringList{}, QStringList{"migrate"}, QStringList{"jobs", "list"}})
        QTest::newRow(qPrintable("version " + words.join(' '))) << words + QStringList{"--version"};
}

void TestCommandLine::versionOnEveryLevel()
{
    QFETCH(const QStringList, arguments);
    const CommandOutcome outcome = CommandRunner().run(arguments);
    QCOMPARE(outcome.exitCode, 0);
    QVERIFY(outcome.out.startsWith("signalbox "));
    QCOMPARE(outcome.out.count('\n'), 1);
}

void TestCommandLine::wrongUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    const auto row = [](const QStringList &arguments) {
        QTest::newRow(qPrintable(arguments.join(' '))) << arguments;
    };
    row({"frob"});
    row({"--frob"});
    row({"--db"});
    row({"--db", ""});
    row({"demo", "--frob"});
    row({"demo", "word"});
    row({"shot"});
    row({"jobs"});
    row({"jobs", "frob"});
    row({"jobs", "list", "extra"});
    row({"jobs", "list", "--frob"});
    row({"jobs", "list", "--limit"});
    row({"jobs", "list", "--limit", "0"});
    row({"jobs", "list", "--limit", "many"});
    row({"jobs", "list", "--format", "xml"});
    row({"jobs", "list", "--limit", "1", "--limit", "2"});
    row({"jobs", "list", "--filter", "status:done"});
    row({"jobs", "list", "--db", ""});
    row({"jobs", "list", "--profile", ""});
    row({"jobs", "list", "--profile", "no such profile"});
    row({"events", "list", "--filter", "status:failed"});
    row({"streams", "list", "--filter", "stream"});
    row({"migrate"});
    row({"migrate", "sideways"});
    row({"migrate", "up", "--to", "x"});
    row({"migrate", "up", "--yes"});
    row({"endpoint", "add"});
    row({"endpoint", "add", "--url", "http://example.com", "--secret", "s", "--generate-secret"});
    row({"endpoint", "add", "--url", "http://example.com", "--timeout-ms", "soon"});
    row({"endpoint", "add", "--url", "http://example.com", "--allow-private-network=yes"});
    row({"endpoint", "set"});
    row({"endpoint", "set", "ep_1"});
    row({"endpoint", "enable"});
    row({"endpoint", "test"});
    row({"append"});
    row({"append", "-"});
    row({"append", "--stream", "s", "-"});
    row({"append", "--type", "t", "-"});
    row({"append", "--stream", "s", "--type", "t"});
    row({"append", "--stream", "s", "--type", "t", "--expected-version", "-1", "-"});
    row({"append", "--stream", "s", "--type", "t", "--expected-version", "1.5", "-"});
    row({"append", "--stream", "s", "--type", "t", "--correlation", "42", "-"});
    row({"worker", "--concurrency", "0"});
    row({"worker", "--metrics-listen", "9000"});
    row({"jobs", "retry"});
    row({"jobs", "retry", "--reason", "r", "--yes"});
    row({"jobs", "retry", "--filter", "", "--reason", "r", "--yes"});
    row({"jobs", "retry", "--filter", "status:failed", "--yes"});
    row({"jobs", "retry", "--filter", "status:failed", "--reason", "--yes"});
    row({"jobs", "retry", "--filter", "status:failed", "--reason", "r", "--yes", "--dry-run"});
    row({"jobs", "cancel", "--filter", "failed", "--reason", "r", "--yes"});
}

void TestCommandLine::wrongUsage()
{
    QFETCH(const QStringList, arguments);
    CommandRunner runner;
    // No window may be asked for before the command line was read.
    runner.setEnvironment("QT_QPA_PLATFORM", "none");
    const CommandOutcome outcome = runner.run(arguments);
    QCOMPARE(outcome.exitCode, 2);
    QCOMPARE(outcome.out, QByteArray());
    QVERIFY2(outcome.saidOneLine(), outcome.err.constData());
}

void TestCommandLine::connectionsAreSavedWithoutPassword()
{
    const QTemporaryDir home;
    CommandRunner runner;
    runner.setEnvironment(QStringLiteral("HOME"), home.path());
    runner.setEnvironment(QStringLiteral("XDG_CONFIG_HOME"), home.path());
    const QString address = QStringLiteral("postgresql://ann@db.example.com:6000/shop?sslmode=require");
    const CommandOutcome added =
        runner.run({"profile", "add", "shop", "--db", address, "--read-only", "--environment", "PRODUCTION"});
    QVERIFY2(added.exitCode == 0, added.err.constData());
    const CommandOutcome listed = runner.run({"profile", "list", "--format", "json"});
    QVERIFY2(listed.out.contains(R"("name": "shop", "host": "db.example.com", "port": 6000)"),
             listed.out.constData());
    QVERIFY(listed.out.contains(R"("environment": "PRODUCTION", "read_only": true)"));
    QCOMPARE(runner.run({"profile", "add", "shop", "--db", address}).exitCode, 1);
    // What changes something there says why.
    const CommandOutcome unreasoned = runner.run({"endpoint", "enable", "ep_1", "--profile", "shop"});
    QCOMPARE(unreasoned.exitCode, 2);
    QVERIFY2(unreasoned.err.contains("--reason") && unreasoned.err.contains("production"),
             unreasoned.err.constData());
    const CommandOutcome refused =
        runner.run({"profile", "add", "other", "--db", "postgresql://ann:hunter2@db.example.com/shop"});
    QCOMPARE(refused.exitCode, 2);
    QVERIFY(refused.saidOneLine() && !refused.err.contains("hunter2"));
    QCOMPARE(runner.run({"profile", "remove", "shop"}).exitCode, 0);
    QCOMPARE(runner.run({"profile", "remove", "shop"}).exitCode, 1);
}

void TestCommandLine::shellsComplete()
{
    const CommandOutcome script = CommandRunner().run({"completion", "bash"});
    QCOMPARE(script.exitCode, 0);
    const auto complete = [&script](const QString &words) {
        QProcess bash;
        bash.start(QStringLiteral("bash"),
                   {QStringLiteral("-c"),
                    QString::fromUtf8(script.out) +
                        QStringLiteral("\nCOMP_WORDS=(%1)\nCOMP_CWORD=$((${#COMP_WORDS[@]}-1))\n"
                                       "_signalbox\necho \"${COMPREPLY[@]}\"")
                            .arg(words)});
        bash.waitForFinished();
        return QString::fromUtf8(bash.readAllStandardOutput()).simplified();
    };
    QCOMPARE(complete(QStringLiteral("signalbox jo")), QStringLiteral("jobs"));
    QCOMPARE(complete(QStringLiteral("signalbox jobs ret")), QStringLiteral("retry"));
    QCOMPARE(complete(QStringLiteral("signalbox --db x jobs list --fo")),
             QStringLiteral("--format --follow"));
    QCOMPARE(complete(QStringLiteral("signalbox jobs list --format j")), QStringLiteral("json jsonl"));
}

void TestCommandLine::filterErrorsPointAtTheWord()
{
    const CommandOutcome outcome =
        CommandRunner().run({"jobs", "list", "--filter", "status:failed colour:red"});
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY2(outcome.err.contains("\"colour\""), outcome.err.constData());
    QVERIFY2(outcome.err.contains("character 15"), outcome.err.constData());
    QVERIFY2(outcome.err.contains("endpoint:"), outcome.err.constData());
}

void TestCommandLine::anUnreadableAddressIsNotQuoted()
{
    const CommandOutcome outcome =
        CommandRunner().run({"jobs", "list", "--db", "postgresql://u:hunter2@[broken/db"});
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY(!outcome.err.contains("hunter2"));
}

QTEST_GUILESS_MAIN(TestCommandLine)
#include "test_command_line.moc"
