#include "app/core/event_filter.h"

#include <QTest>

using namespace signalbox;

class TestEventFilter : public QObject
{
    Q_OBJECT
private slots:
    void accepted_data();
    void accepted();
    void refused_data();
    void refused();
    void unknownKeysAreNamed();
};

void TestEventFilter::accepted_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("stored");
    const auto row = [](const char *json, const char *stored) {
        QTest::newRow(json) << QByteArray(json) << QByteArray(stored);
    };
    row("", "");
    row(" null\n", "");
    row("[]", "[]");
    row(" [\"user.created.v1\", \"order.*\"]\n", "[\"user.created.v1\", \"order.*\"]");
    row("{}", "{}");
    row("{\"types\": [\"*\"]}", "{\"types\": [\"*\"]}");
    row("{\"types\": null, \"payload\": null}", "{\"types\": null, \"payload\": null}");
    row("{\"payload\": {\"n\": 12345678901234567890.50}}", "{\"payload\": {\"n\": 12345678901234567890.50}}");
}

void TestEventFilter::accepted()
{
    QFETCH(const QByteArray, json);
    QFETCH(const QByteArray, stored);
    const auto filter = validateEventFilter(json);
    QVERIFY2(filter, filter ? "" : qPrintable(filter.error().line()));
    QCOMPARE(*filter, stored);
}

void TestEventFilter::refused_data()
{
    QTest::addColumn<QByteArray>("json");
    const auto row = [](const char *name, const QByteArray &json) { QTest::newRow(name) << json; };
    row("word", "user.*");
    row("string", "\"user.*\"");
    row("number", "1");
    row("true", "true");
    row("cut", "[\"a\"");
    row("two documents", "[] []");
    row("number in array", "[1]");
    row("empty pattern", "[\"\"]");
    row("NUL", "[\"a\\u0000\"]");
    row("NUL in a payload", "{\"payload\": {\"a\": [\"b\\u0000\"]}}");
    row("NUL in a key", "{\"payload\": {\"a\\u0000\": 1}}");
    row("256 characters", "[\"" + QByteArray(256, 'a') + "\"]");
    row("types no array", "{\"types\": \"*\"}");
    row("types of numbers", "{\"types\": [1]}");
    row("payload no object", "{\"payload\": [1]}");
    row("too deep",
        "{\"payload\": " + QByteArray("{\"a\":").repeated(40) + "1" + QByteArray("}").repeated(40) + "}");
    row("very deep", QByteArray("[").repeated(30'000) + QByteArray("]").repeated(30'000));
    row("too large", "[\"" + QByteArray(70'000, 'a') + "\"]");
    row("invalid UTF-8", "[\"\xff\"]");
}

void TestEventFilter::refused()
{
    QFETCH(const QByteArray, json);
    const auto filter = validateEventFilter(json);
    QVERIFY(!filter);
    QCOMPARE(filter.error().kind, Error::Kind::Refused);
}

void TestEventFilter::unknownKeysAreNamed()
{
    const auto filter = validateEventFilter("{\"type\": [\"*\"]}");
    QVERIFY(!filter);
    QVERIFY(filter.error().why.contains("\"type\""));
}

QTEST_APPLESS_MAIN(TestEventFilter)
#include "test_event_filter.moc"
