#include "app/database/statement_splitter.h"

#include <QTest>

using namespace signalbox;

class TestStatementSplitter : public QObject
{
    Q_OBJECT
private slots:
    void splits_data();
    void splits();
};

void TestStatementSplitter::splits_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QStringList>("expected"); // "line:text"
    const auto row = [](const char *name, const char *script, const QStringList &expected) {
        QTest::newRow(name) << QString::fromUtf8(script) << expected;
    };
    row("empty", " \n -- nothing; here\n ; ;", {});
    row("two", "SELECT 1; SELECT 2;", {"1:SELECT 1", "1:SELECT 2"});
    row("last without semicolon", "SELECT 1;\nSELECT 2\n", {"1:SELECT 1", "2:SELECT 2"});
    row("comments before", "-- a;\n/* b; /* nested; */\n */\n\nSELECT 1;", {"5:SELECT 1"});
    row("comment within", "SELECT 1 -- not; the end\n + 2;SELECT 3",
        {"1:SELECT 1 -- not; the end\n + 2", "2:SELECT 3"});
    row("quotes", "SELECT 'a;b''c;'; SELECT \"x;\"\"y;\";", {"1:SELECT 'a;b''c;'", "1:SELECT \"x;\"\"y;\""});
    row("backslash is plain", "SELECT 'a\\'; SELECT 2;", {"1:SELECT 'a\\'", "1:SELECT 2"});
    row("escape string", "SELECT E'a\\';b'; SELECT e'\\\\'; SELECT 3;",
        {"1:SELECT E'a\\';b'", "1:SELECT e'\\\\'", "1:SELECT 3"});
    row("name that ends in e", "SELECT name'\\'; SELECT 2", {"1:SELECT name'\\'", "1:SELECT 2"});
    row("dollar quotes", "DO $$ a; $x$ b; $$;\nDO $x$ $$; $x$;",
        {"1:DO $$ a; $x$ b; $$", "2:DO $x$ $$; $x$"});
    row("parameter and dollar in a name", "SELECT $1; SELECT a$b$ ; SELECT 2",
        {"1:SELECT $1", "1:SELECT a$b$", "1:SELECT 2"});
    row("comment marks in quotes", "SELECT '--'; SELECT '/*'; SELECT 1 - -1",
        {"1:SELECT '--'", "1:SELECT '/*'", "1:SELECT 1 - -1"});
    row("open at the end", "SELECT 'a;", {"1:SELECT 'a;"});
}

void TestStatementSplitter::splits()
{
    QFETCH(QString, script);
    QFETCH(QStringList, expected);
    QStringList found;
    for (const Statement &statement : splitStatements(script))
        found << QStringLiteral("%1:%2").arg(statement.line).arg(statement.text);
    QCOMPARE(found, expected);
}

QTEST_GUILESS_MAIN(TestStatementSplitter)
#include "test_statement_splitter.moc"
