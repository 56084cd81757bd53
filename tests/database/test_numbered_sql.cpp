#include "app/database/numbered_sql.h"

#include <QTest>

using namespace signalbox;

class TestNumberedSql : public QObject
{
    Q_OBJECT
private slots:
    void numbersPlaceholders_data();
    void numbersPlaceholders();
};

void TestNumberedSql::numbersPlaceholders_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("names");
    const auto row = [](const char *name, const char *sql, const char *text, const QStringList &names) {
        QTest::newRow(name) << QString::fromUtf8(sql) << QString::fromUtf8(text) << names;
    };
    row("none", "SELECT 1", "SELECT 1", {});
    row("one", "SELECT :a", "SELECT $1", {":a"});
    row("cast", "SELECT :a::text, b::int", "SELECT $1::text, b::int", {":a"});
    row("each place its own", "SELECT :a, :b, :a", "SELECT $1, $2, $3", {":a", ":b", ":a"});
    row("longest name", "SELECT :ab1_c+:ab", "SELECT $1+$2", {":ab1_c", ":ab"});
    row("quote", "SELECT ':a', 'it''s :b', :c", "SELECT ':a', 'it''s :b', $1", {":c"});
    row("escapes", R"(SELECT E'\':a', '\', :c)", R"(SELECT E'\':a', '\', $1)", {":c"});
    row("identifier", R"(SELECT "x:a", :c)", R"(SELECT "x:a", $1)", {":c"});
    row("dollar quote", "DO $$ :a $$; DO $x$ $$ :b $x$; :c", "DO $$ :a $$; DO $x$ $$ :b $x$; $1", {":c"});
    row("dollar in a name", "SELECT a$b, :c, a$b", "SELECT a$b, $1, a$b", {":c"});
    row("line comment", "SELECT -- :a\n :c", "SELECT -- :a\n $1", {":c"});
    row("nested comment", "SELECT /* :a /* :b */ :d */ :c", "SELECT /* :a /* :b */ :d */ $1", {":c"});
    row("path", "SELECT '$.a' @? :p::jsonpath", "SELECT '$.a' @? $1::jsonpath", {":p"});
    row("question mark stays", "SELECT a ? 'b', :c", "SELECT a ? 'b', $1", {":c"});
    row("assignment", "f(a := 1, b => :c)", "f(a := 1, b => $1)", {":c"});
    row("digits are none", "SELECT a[1:2], '1':a", "SELECT a[1:2], '1'$1", {":a"});
    row("lone colons", ":", ":", {});
    row("cast at the end", "a::", "a::", {});
    row("not ASCII", "SELECT 'ü:a', :größe", "SELECT 'ü:a', $1", {QStringLiteral(":größe")});
    row("unclosed", "SELECT ':a", "SELECT ':a", {});
}

void TestNumberedSql::numbersPlaceholders()
{
    QFETCH(QString, sql);
    QFETCH(QString, text);
    QFETCH(QStringList, names);
    const NumberedSql numbered = numberPlaceholders(sql);
    QCOMPARE(QString::fromUtf8(numbered.text), text);
    QCOMPARE(numbered.names, names);
}

QTEST_APPLESS_MAIN(TestNumberedSql)
#include "test_numbered_sql.moc"
