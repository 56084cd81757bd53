#include "tests/cli/command_runner.h"
#include "tests/support/test_database.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>
#include <QUuid>

using namespace signalbox;

class TestAppendCommand : public QObject
{
    Q_OBJECT
private slots:
    void init() { m_database = std::make_unique<TestDatabase>(); }
    void cleanup() { m_database.reset(); }

    void numbersSurviveDigitForDigit();
    void everyOptionIsStored();
    void linesAreOneTransaction();
    void aBadLineIsNamed();
    void refusedDocuments_data();
    void refusedDocuments();
    void aConflictWritesNothing();
    void ofTwentyParallelAppendsOneWins();
    void filesAreRead();

private:
    CommandOutcome append(const QStringList &options, const QByteArray &input)
    {
        return CommandRunner(m_database->settings())
            .run(QStringList{"append", "--stream", "s-1", "--type", "user.created.v1"} + options +
                     QStringList{"-"},
                 input);
    }
    int events() { return m_database->value("SELECT count(1) FROM events").toInt(); }

    std::unique_ptr<TestDatabase> m_database;
};

void TestAppendCommand::numbersSurviveDigitForDigit()
{
    const CommandOutcome appended =
        append({}, "{\"n\": 12345678901234567890.1234567890, \"i\": 9007199254740993}\n");
    QCOMPARE(appended.exitCode, 0);
    QCOMPARE(appended.lines().size(), 1);
    QVERIFY(!QUuid(appended.lines()[0].section(' ', 0, 0)).isNull());
    QCOMPARE(appended.lines()[0].section(' ', 1), QString("1"));

    const CommandOutcome listed =
        CommandRunner(m_database->settings()).run({"events", "list", "--format", "json"});
    QCOMPARE(listed.exitCode, 0);
    QVERIFY2(listed.out.contains("12345678901234567890.1234567890"), listed.out.constData());
    QVERIFY(listed.out.contains("9007199254740993"));
    QVERIFY(nlohmann::json::accept(listed.out.toStdString()));
}

void TestAppendCommand::everyOptionIsStored()
{
    const QString correlation = "0196b4b1-7f2e-7000-8000-00000000000a",
                  causation = "0196b4b1-7f2e-7000-8000-00000000000b";
    const CommandOutcome appended = append(
        {"--correlation", correlation, "--causation", causation, "--metadata", "{\"by\": \"me\"}"}, "[1]");
    QCOMPARE(appended.exitCode, 0);
    QCOMPARE(m_database
                 ->value("SELECT event_type || ' ' || correlation_id || ' ' || causation_id || ' ' || "
                         "(metadata ->> 'by') FROM events")
                 .toString(),
             "user.created.v1 " + correlation + ' ' + causation + " me");
}

void TestAppendCommand::linesAreOneTransaction()
{
    const CommandOutcome appended =
        append({"--lines", "--expected-version", "0"}, "{\"a\": 1}\r\n\n{\"a\": 2}\n{\"a\": 3}");
    QCOMPARE(appended.exitCode, 0);
    QCOMPARE(appended.lines().size(), 3);
    QCOMPARE(appended.lines()[2].section(' ', 1), QString("3"));
    QCOMPARE(
        m_database->value("SELECT string_agg(payload ->> 'a', ',' ORDER BY version) FROM events").toString(),
        QString("1,2,3"));
    QCOMPARE(m_database->value("SELECT count(DISTINCT txid::text) FROM events").toInt(), 1);
}

void TestAppendCommand::aBadLineIsNamed()
{
    const CommandOutcome appended = append({"--lines"}, "{\"a\": 1}\n\n{\"a\":\n{\"a\": 3}\n");
    QCOMPARE(appended.exitCode, 1);
    QVERIFY2(appended.err.contains("line 3"), appended.err.constData());
    QVERIFY2(appended.saidOneLine(), appended.err.constData());
    QCOMPARE(events(), 0);
}

void TestAppendCommand::refusedDocuments_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QByteArray>("input");
    QTest::newRow("empty") << QStringList{} << QByteArray();
    QTest::newRow("no JSON") << QStringList{} << QByteArray("hello");
    QTest::newRow("two documents") << QStringList{} << QByteArray("{} {}");
    QTest::newRow("NUL escape") << QStringList{} << QByteArray("\"\\u0000\"");
    QTest::newRow("invalid UTF-8") << QStringList{} << QByteArray("\"\xff\"");
    QTest::newRow("no line") << QStringList{"--lines"} << QByteArray("\n\n");
    QTest::newRow("metadata") << QStringList{"--metadata", "{"} << QByteArray("{}");
}

void TestAppendCommand::refusedDocuments()
{
    QFETCH(const QStringList, options);
    QFETCH(const QByteArray, input);
    const CommandOutcome appended = append(options, input);
    QCOMPARE(appended.exitCode, 1);
    QVERIFY2(appended.saidOneLine(), appended.err.constData());
    QVERIFY2(!appended.err.contains("EXECUTE"), appended.err.constData());
    QCOMPARE(events(), 0);
}

void TestAppendCommand::aConflictWritesNothing()
{
    QCOMPARE(append({"--expected-version", "0"}, "{}").exitCode, 0);
    const CommandOutcome second = append({"--expected-version", "0"}, "{}");
    QCOMPARE(second.exitCode, 1);
    QVERIFY2(second.err.contains("expected version 0"), second.err.constData());
    QVERIFY2(second.err.contains("at 1"), second.err.constData());
    QCOMPARE(events(), 1);
    QCOMPARE(append({"--expected-version", "1"}, "{}").exitCode, 0);
}

void TestAppendCommand::ofTwentyParallelAppendsOneWins()
{
    QCOMPARE(append({}, "{}").exitCode, 0);
    const CommandRunner runner(m_database->settings());
    std::vector<std::unique_ptr<QProcess>> processes;
    for (int i = 0; i < 20; ++i)
        processes.push_back(
            runner.start({"append", "--stream", "s-1", "--type", "t", "--expected-version", "1", "-"}, "{}"));
    int won = 0, lost = 0;
    for (const auto &process : processes) {
        const CommandOutcome outcome = CommandRunner::finish(*process);
        won += outcome.exitCode == 0;
        lost += outcome.exitCode == 1;
    }
    QCOMPARE(won, 1);
    QCOMPARE(lost, 19);
    QCOMPARE(events(), 2);
    QCOMPARE(m_database->value("SELECT current_version FROM event_streams WHERE id = 's-1'").toInt(), 2);
}

void TestAppendCommand::filesAreRead()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("event.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"from\": \"file\"}");
    file.close();
    const CommandRunner runner(m_database->settings());
    QCOMPARE(runner.run({"append", "--stream", "s-2", "--type", "t", file.fileName()}).exitCode, 0);
    QCOMPARE(m_database->value("SELECT payload ->> 'from' FROM events").toString(), QString("file"));
    const CommandOutcome missing =
        runner.run({"append", "--stream", "s-2", "--type", "t", folder.filePath("none")});
    QCOMPARE(missing.exitCode, 1);
    QVERIFY2(missing.saidOneLine(), missing.err.constData());
}

QTEST_GUILESS_MAIN(TestAppendCommand)
#include "test_append_command.moc"
