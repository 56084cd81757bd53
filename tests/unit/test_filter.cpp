#include "app/core/filter.h"
#include "app/core/filter_vocabulary.h"

#include <QRegularExpression>
#include <QTest>

using namespace signalbox;

namespace {

const QDateTime noon(QDate(2026, 11, 22), QTime(12, 0), Qt::UTC);

FilterValue equalTo(const QString &text)
{
    return {Comparison::Equal, text, {}};
}
FilterValue range(const QString &lower, const QString &upper)
{
    return {Comparison::Range, lower, upper};
}

} // namespace

Q_DECLARE_METATYPE(signalbox::FilterValue)

class TestFilter : public QObject
{
    Q_OBJECT
private slots:
    void values_data();
    void values();
    void refusals_data();
    void refusals();
    void termsAreCutAtSpaces();
    void payloadPaths();
    void wordsWithoutAFieldSearch();
    void negationAndPosition();
    void everyTableKnowsItsFields_data();
    void everyTableKnowsItsFields();
    void hintsListTheWordsThatFit();
    void quotingRoundTrips_data();
    void quotingRoundTrips();
    void localTimesUseTheZoneOfNow();
};

void TestFilter::values_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QList<FilterValue>>("expected");
    const auto row = [](const char *text, const QList<FilterValue> &expected) {
        QTest::newRow(text) << QString(text) << expected;
    };
    row("status:failed", {equalTo("failed")});
    row("status:failed,pending", {equalTo("failed"), equalTo("pending")});
    row("STATUS:Failed", {equalTo("failed")});
    row("endpoint:ep_1", {equalTo("ep_1")});
    row("type:user.*", {equalTo("user.*")});
    row("type:a..b", {equalTo("a..b")});
    row("error:\"timed out\"", {equalTo("timed out")});
    row("error:\"a,b\",c", {equalTo("a,b"), equalTo("c")});
    row("error:a\" b \"c", {equalTo("a b c")});
    row("error:\"say \\\"no\\\"\"", {equalTo("say \"no\"")});
    row("error:\">5\"", {equalTo(">5")});
    row("error:http://x:80/", {equalTo("http://x:80/")});
    row("stream:user-42", {equalTo("user-42")});
    row("code:410", {equalTo("410")});
    row("code:5xx,410", {range("500", "599"), equalTo("410")});
    row("code:>=500", {{Comparison::GreaterOrEqual, "500", {}}});
    row("code:500..504", {range("500", "504")});
    row("attempts:3", {equalTo("3")});
    row("attempts:>=3", {{Comparison::GreaterOrEqual, "3", {}}});
    row("attempts:<10", {{Comparison::Less, "10", {}}});
    row("attempts:2..", {range("2", "")});
    row("attempts:..5", {range("", "5")});
    row("age:>5m", {{Comparison::Greater, "300000", {}}});
    row("age:<=1.5h", {{Comparison::LessOrEqual, "5400000", {}}});
    row("age:10ms..2d", {range("10", "172800000")});
    row("duration:>2s", {{Comparison::Greater, "2000", {}}});
    row("duration:<=1728000000ms", {{Comparison::LessOrEqual, "1728000000", {}}});
    row("duration:250ms", {equalTo("250")});
    row("outcome:no-answer,answered,never-connected",
        {equalTo("no-answer"), equalTo("answered"), equalTo("never-connected")});
    row("held:breaker,back-off,slot", {equalTo("breaker"), equalTo("back-off"), equalTo("slot")});
    row("correlation:0196B4B1-7f2e-7000-8000-00000000000A",
        {equalTo("0196b4b1-7f2e-7000-8000-00000000000a")});
    row("id:0196", {equalTo("0196")});
    row("id:0196B4B17f2e", {equalTo("0196b4b1-7f2e")});
    row("id:0196b4b1-", {equalTo("0196b4b1")});
    row("id:0196b4b1-7f2e-7000-8000-00000000000a", {equalTo("0196b4b1-7f2e-7000-8000-00000000000a")});
    row("created:2026-11-01", {range("2026-11-01T00:00:00Z", "2026-11-01T23:59:59.999999Z")});
    row("created:2026-11-01..2026-11-02", {range("2026-11-01T00:00:00Z", "2026-11-02T23:59:59.999999Z")});
    row("created:2026-11-01..", {range("2026-11-01T00:00:00Z", "")});
    row("created:..2026-11-02", {range("", "2026-11-02T23:59:59.999999Z")});
    row("created:>2026-11-01", {{Comparison::Greater, "2026-11-01T23:59:59.999999Z", {}}});
    row("created:>=2026-11-01", {{Comparison::GreaterOrEqual, "2026-11-01T00:00:00Z", {}}});
    row("created:<2026-11-01", {{Comparison::Less, "2026-11-01T00:00:00Z", {}}});
    row("created:<=2026-11-01", {{Comparison::LessOrEqual, "2026-11-01T23:59:59.999999Z", {}}});
    row("created:yesterday", {range("2026-11-21T00:00:00Z", "2026-11-21T23:59:59.999999Z")});
    row("created:yesterdayT18:00..22:00", {range("2026-11-21T18:00:00Z", "2026-11-21T22:00:00Z")});
    row("created:2026-11-01T18:00..22:00", {range("2026-11-01T18:00:00Z", "2026-11-01T22:00:00Z")});
    row("created:2026-11-01..13:00", {range("2026-11-01T00:00:00Z", "2026-11-22T13:00:00Z")});
    row("created:yesterdayT18:00..todayT06:00", {range("2026-11-21T18:00:00Z", "2026-11-22T06:00:00Z")});
    row("created:13:00..14:00", {range("2026-11-22T13:00:00Z", "2026-11-22T14:00:00Z")});
    row("created:13:00", {range("2026-11-22T13:00:00Z", "2026-11-22T13:00:59.999999Z")});
    row("created:13:00:05", {range("2026-11-22T13:00:05Z", "2026-11-22T13:00:05.999999Z")});
    row("created:>2026-11-01T13:00:00.000001+02:00",
        {{Comparison::Greater, "2026-11-01T11:00:00.000001Z", {}}});
    row("created:\"2026-11-01 13:00\"..2026-11-01T14:30Z",
        {range("2026-11-01T13:00:00Z", "2026-11-01T14:30:00Z")});
}

void TestFilter::values()
{
    QFETCH(const QString, text);
    QFETCH(const QList<FilterValue>, expected);
    const auto filter = parseFilter(text, Table::Jobs, noon);
    QVERIFY2(filter, filter ? "" : qPrintable(filter.error().line()));
    QCOMPARE(filter->terms.size(), 1);
    const QList<FilterValue> values = filter->terms.constFirst().values;
    QCOMPARE(values.size(), expected.size());
    for (qsizetype i = 0; i < values.size(); ++i) {
        QCOMPARE(values[i].comparison, expected[i].comparison);
        QCOMPARE(values[i].text, expected[i].text);
        QCOMPARE(values[i].upper, expected[i].upper);
    }
    QCOMPARE(filter->text, text);
}

void TestFilter::refusals_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("position");
    const auto row = [](const char *text, int position) { QTest::newRow(text) << QString(text) << position; };
    row("failed", 0);
    row("status:failed payload.user", 14);
    row("status", 0);
    row("endpoint:e >5", 11);
    row("colour:red", 0);
    row("status:failed -colour:red", 14);
    row("status:", 7);
    row("status:failed,", 14);
    row("status:failed,,pending", 14);
    row("status:done", 7);
    row("status:failed,done", 14);
    row("status.x:failed", 0);
    row("-", 0);
    row(":x", 0);
    row("error:\"open", 6);
    row("error:\"\"", 6);
    row("error:>5", 6);
    row("code:6xx", 5);
    row("code:99", 5);
    row("code:abc", 5);
    row("code:504..500", 5);
    row("attempts:many", 9);
    row("attempts:-1", 9);
    row("attempts:>=", 11);
    row("attempts:..", 9);
    row("attempts:1..x", 12);
    row("age:5m", 4);
    row("age:>5", 5);
    row("age:>5 m", 5);
    row("age:>5weeks", 5);
    row("duration:>", 10);
    row("created:tomorrow", 8);
    row("created:2026-13-01", 8);
    row("created:2026-02-30", 8);
    row("created:25:00", 8);
    row("created:2026-11-01T", 8);
    row("created:2026-11-02..2026-11-01", 8);
    row("created:14:00..13:00", 8);
    row("correlation:0196", 12);
    row("id:xyz", 3);
    row("id:0196-b4b1", 3);
    row("id:0196b4b17f2e7000800000000000000aff", 3);
    row("payload:42", 0);
    row("payload.:42", 8);
    row("payload.a..b:42", 10);
    row("outcome:lost", 8);
    row("held:yes", 5);
}

void TestFilter::refusals()
{
    QFETCH(const QString, text);
    QFETCH(const int, position);
    const auto filter = parseFilter(text, Table::Jobs, noon);
    QVERIFY(!filter);
    QCOMPARE(filter.error().kind, Error::Kind::Usage);
    QCOMPARE(int(filter.error().position), position);
    QVERIFY(!filter.error().why.isEmpty());
}

void TestFilter::termsAreCutAtSpaces()
{
    const auto filter = parseFilter("  status:failed\tendpoint:ep_1  status:pending ", Table::Jobs);
    QVERIFY(filter);
    QCOMPARE(filter->terms.size(), 3);
    QCOMPARE(filter->terms[1].field, FilterField::Endpoint);
    QVERIFY(parseFilter(" \t ", Table::Jobs)->isEmpty());
}

void TestFilter::payloadPaths()
{
    const auto plain = parseFilter("payload.user.id:42", Table::Events);
    QVERIFY(plain);
    QCOMPARE(plain->terms[0].path, QStringList({"user", "id"}));
    QCOMPARE(plain->terms[0].values[0].text, QString("42"));
    const auto quoted = parseFilter("payload.\"a.b c\".d:x", Table::Events);
    QVERIFY(quoted);
    QCOMPARE(quoted->terms[0].path, QStringList({"a.b c", "d"}));
}

void TestFilter::wordsWithoutAFieldSearch()
{
    const auto filter =
        parseFilter("status:failed user.created -\"timed out\" \"failed\" a,b stream.created", Table::Jobs);
    QVERIFY2(filter, filter ? "" : qPrintable(filter.error().line()));
    QStringList words;
    for (const FilterTerm &term : filter->terms.mid(1)) {
        QCOMPARE(term.field, FilterField::Any);
        words << (term.negated ? "-" : "") + term.values.constFirst().text;
    }
    QCOMPARE(words, QStringList({"user.created", "-timed out", "failed", "a,b", "stream.created"}));
    const auto slip = parseFilter("failed", Table::Jobs);
    QVERIFY(!slip && slip.error().hint.contains("status:failed"));
}

void TestFilter::negationAndPosition()
{
    const auto filter = parseFilter("age:>5m -status:failed", Table::Jobs);
    QVERIFY(filter);
    QVERIFY(!filter->terms[0].negated);
    QVERIFY(filter->terms[1].negated);
    QCOMPARE(filter->terms[1].position, 8);
    QCOMPARE(filter->terms[1].length, 14);
}

void TestFilter::everyTableKnowsItsFields_data()
{
    QTest::addColumn<int>("table");
    QTest::addColumn<QStringList>("known");
    QTest::newRow("jobs") << int(Table::Jobs)
                          << QStringList{"status",  "endpoint", "type",   "attempts",    "age",
                                         "created", "error",    "stream", "correlation", "id",
                                         "payload", "held",     "code",   "outcome",     "duration",
                                         "failed",  "response", "any",    "due",         "test",
                                         "change"};
    QTest::newRow("deliveries") << int(Table::Deliveries)
                                << QStringList{"endpoint", "type",   "code",        "duration", "outcome",
                                               "error",    "age",    "created",     "id",       "attempts",
                                               "status",   "stream", "correlation", "payload",  "failed",
                                               "response", "any",    "test"};
    QTest::newRow("events") << int(Table::Events) << QStringList{"type",    "stream", "correlation", "age",
                                                                 "created", "id",     "payload",     "any"};
    QTest::newRow("streams") << int(Table::Streams) << QStringList{"stream", "id", "age", "created", "any"};
}

void TestFilter::everyTableKnowsItsFields()
{
    QFETCH(const int, table);
    QFETCH(const QStringList, known);
    const QStringList examples{"status:failed",
                               "endpoint:e",
                               "type:t",
                               "code:500",
                               "attempts:1",
                               "age:>1s",
                               "duration:>1s",
                               "created:2026-11-01",
                               "error:x",
                               "stream:s",
                               "id:ab",
                               "payload.a:1",
                               "outcome:answered",
                               "held:disabled",
                               "failed:<10m",
                               "response:\"no stock\"",
                               "any:shop",
                               "due:ready",
                               "test:no",
                               "change:0196b4b1-7f2e-7000-8000-00000000000b",
                               "correlation:0196b4b1-7f2e-7000-8000-00000000000a"};
    for (const QString &example : examples) {
        const QString name = example.section(QRegularExpression("[.:]"), 0, 0);
        const auto filter = parseFilter(example, Table(table));
        QVERIFY2(filter.has_value() == known.contains(name), qPrintable(example));
    }
    QCOMPARE(filterFieldNames(Table(table)).size(), known.size());
}

void TestFilter::hintsListTheWordsThatFit()
{
    const auto unknownField = parseFilter("colour:red", Table::Streams);
    for (const QString &word : filterFieldNames(Table::Streams))
        QVERIFY2(unknownField.error().hint.contains(word), qPrintable(unknownField.error().hint));
    QVERIFY(!unknownField.error().hint.contains("status:"));
    QVERIFY(parseFilter("status:done", Table::Jobs).error().hint.contains(jobStatusWords().join(", ")));
    QVERIFY(parseFilter("held:x", Table::Jobs).error().hint.contains(heldWords().join(", ")));
}

void TestFilter::quotingRoundTrips_data()
{
    QTest::addColumn<QString>("value");
    for (const char *value :
         {"plain", "two words", "a,b", "say \"no\"", "back\\slash", ">5", "a..b", "http://x:80/"})
        QTest::newRow(value) << QString(value);
}

void TestFilter::quotingRoundTrips()
{
    QFETCH(const QString, value);
    const auto filter = parseFilter("error:" + quoteFilterValue(value), Table::Jobs);
    QVERIFY(filter);
    QCOMPARE(filter->terms.size(), 1);
    QCOMPARE(filter->terms[0].values, QList<FilterValue>{equalTo(value)});
}

void TestFilter::localTimesUseTheZoneOfNow()
{
    const QByteArray before = qgetenv("TZ");
    qputenv("TZ", "Europe/Berlin");
    tzset();
    const auto filter = parseFilter("created:2026-10-25", Table::Jobs, QDateTime::currentDateTime());
    const auto time = parseFilter("created:>2026-07-01T12:00", Table::Jobs, QDateTime::currentDateTime());
    qputenv("TZ", before);
    tzset();
    QVERIFY(filter);
    // The clock goes back that night: the day has 25 hours.
    QCOMPARE(filter->terms[0].values[0].text, QString("2026-10-24T22:00:00Z"));
    QCOMPARE(filter->terms[0].values[0].upper, QString("2026-10-25T22:59:59.999999Z"));
    QVERIFY(time);
    QCOMPARE(time->terms[0].values[0].text, QString("2026-07-01T10:00:00Z"));
}

QTEST_APPLESS_MAIN(TestFilter)
#include "test_filter.moc"
