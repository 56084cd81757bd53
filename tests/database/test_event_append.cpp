#include "app/database/event_append.h"
#include "tests/support/test_database.h"

#include <QTest>

#include <atomic>
#include <thread>
#include <vector>

using namespace signalbox;

namespace {

AppendRequest requestFor(const QString &stream, const QList<QByteArray> &payloads)
{
    AppendRequest request;
    request.stream = stream;
    request.type = QStringLiteral("user.created.v1");
    request.payloads = payloads;
    return request;
}

} // namespace

class TestEventAppend : public QObject
{
    Q_OBJECT
private slots:
    void appendsInOrder();
    void keepsTextOfNumbers();
    void checksExpectedVersion();
    void twentyParallelAppendsHaveOneWinner();
    void parallelAppendsWithoutExpectationAllWin();
    void goesOnAfterEventsWithoutStreamRow();
    void namesTheBadDocument_data();
    void namesTheBadDocument();
    void refusesNames();
    void refusesMetadata();
    void meetsProducersThatDoNotLock();

private:
    TestDatabase m_database;
    int count(const QString &stream)
    {
        return m_database
            .value(QStringLiteral("SELECT count(*) FROM events WHERE stream_id = :stream::text"),
                   {{QStringLiteral(":stream"), stream}})
            .toInt();
    }
};

void TestEventAppend::appendsInOrder()
{
    AppendRequest request = requestFor(QStringLiteral("order"), {"{\"n\":1}", "{\"n\":2}", "[3]"});
    request.correlation = QUuid::createUuid();
    request.metadata = "{\"source\":\"test\"}";
    const auto result = appendEvents(m_database.connection(), request);
    QVERIFY2(result, qPrintable(result ? QString() : result.error().line()));
    QCOMPARE(result->firstVersion, 1);
    QCOMPARE(result->lastVersion, 3);
    QCOMPARE(result->ids.size(), 3);
    QCOMPARE(
        m_database
            .value(QStringLiteral("SELECT string_agg(version || ' ' || payload::text, ', ' ORDER BY position)"
                                  " FROM events WHERE stream_id = 'order'"))
            .toString(),
        QStringLiteral("1 {\"n\": 1}, 2 {\"n\": 2}, 3 [3]"));
    QCOMPARE(
        QUuid(m_database
                  .value(QStringLiteral("SELECT id FROM events WHERE stream_id = 'order' AND version = 2"))
                  .toString()),
        result->ids.at(1));
    QCOMPARE(
        QUuid(m_database
                  .value(QStringLiteral("SELECT DISTINCT correlation_id FROM events WHERE stream_id = 'order'"
                                        " AND causation_id IS NULL AND metadata = '{\"source\":\"test\"}'"))
                  .toString()),
        request.correlation);
    QCOMPARE(m_database.value(QStringLiteral("SELECT current_version FROM event_streams WHERE id = 'order'"))
                 .toInt(),
             3);
}

void TestEventAppend::keepsTextOfNumbers()
{
    const QByteArray payload =
        R"({"a": 12345678901234567890.12345678901234567890, "b": 1.10, "c": "back\\slash 'quote' ☂ \"x\""})";
    QVERIFY(appendEvents(m_database.connection(), requestFor(QStringLiteral("digits"), {payload})));
    QCOMPARE(m_database.value(QStringLiteral("SELECT payload::text FROM events WHERE stream_id = 'digits'"))
                 .toString(),
             QString::fromUtf8(payload));
}

void TestEventAppend::checksExpectedVersion()
{
    AppendRequest request = requestFor(QStringLiteral("expected"), {"{}"});
    request.expectedVersion = 0;
    QVERIFY(appendEvents(m_database.connection(), request));
    const auto again = appendEvents(m_database.connection(), request);
    QVERIFY(!again);
    QCOMPARE(again.error().kind, Error::Kind::Conflict);
    QCOMPARE(again.error().why, QStringLiteral("expected version 0, stream is at 1"));
    request.expectedVersion = 1;
    QVERIFY(appendEvents(m_database.connection(), request));
    QCOMPARE(count(QStringLiteral("expected")), 2);
}

void TestEventAppend::twentyParallelAppendsHaveOneWinner()
{
    for (const int expected : {0, 1}) {
        std::atomic_int winners = 0, conflicts = 0;
        std::vector<std::thread> threads;
        for (int number = 0; number < 20; ++number) {
            threads.emplace_back([&] {
                const auto connection = m_database.connect();
                AppendRequest request = requestFor(QStringLiteral("race"), {"{}"});
                request.expectedVersion = expected;
                const auto result = appendEvents(*connection, request);
                winners += result ? 1 : 0;
                conflicts += !result && result.error().kind == Error::Kind::Conflict ? 1 : 0;
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(winners.load(), 1);
        QCOMPARE(conflicts.load(), 19);
        QCOMPARE(count(QStringLiteral("race")), expected + 1);
    }
}

void TestEventAppend::parallelAppendsWithoutExpectationAllWin()
{
    std::atomic_int winners = 0;
    std::vector<std::thread> threads;
    for (int number = 0; number < 8; ++number) {
        threads.emplace_back([&] {
            const auto connection = m_database.connect();
            for (int repeat = 0; repeat < 5; ++repeat)
                winners +=
                    appendEvents(*connection, requestFor(QStringLiteral("serial"), {"{}", "{}"})) ? 1 : 0;
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(winners.load(), 40);
    QCOMPARE(m_database.value(QStringLiteral("SELECT max(version) FROM events WHERE stream_id = 'serial'"))
                 .toInt(),
             80);
}

void TestEventAppend::goesOnAfterEventsWithoutStreamRow()
{
    const QString stream = QStringLiteral("loaded");
    QVERIFY(appendEvents(m_database.connection(), requestFor(stream, {"{}", "{}"})));
    m_database.run(QStringLiteral("DELETE FROM event_streams WHERE id = 'loaded'"));
    const auto result = appendEvents(m_database.connection(), requestFor(stream, {"{}"}));
    QVERIFY(result);
    QCOMPARE(result->firstVersion, 3);
}

void TestEventAppend::namesTheBadDocument_data()
{
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<QString>("why");
    QTest::newRow("not JSON") << QByteArray("{\"a\":")
                              << QStringLiteral("invalid input syntax for type json");
    QTest::newRow("two documents") << QByteArray("1,2")
                                   << QStringLiteral("invalid input syntax for type json");
    QTest::newRow("empty") << QByteArray("") << QStringLiteral("invalid input syntax for type json");
    QTest::newRow("escaped NUL") << QByteArray("\"\\u0000\"")
                                 << QStringLiteral("unsupported Unicode escape sequence");
    QTest::newRow("NUL") << QByteArray("\"\0\"", 3) << QStringLiteral("UTF-8");
    QTest::newRow("Latin-1") << QByteArray("\"\xe4\"") << QStringLiteral("UTF-8");
}

void TestEventAppend::namesTheBadDocument()
{
    QFETCH(QByteArray, document);
    QFETCH(QString, why);
    const auto result =
        appendEvents(m_database.connection(), requestFor(QStringLiteral("bad"), {"{}", document, "{}"}));
    QVERIFY(!result);
    QCOMPARE(result.error().kind, Error::Kind::Refused);
    QCOMPARE(result.error().position, 1);
    QVERIFY2(result.error().what.endsWith(QStringLiteral("document 2")), qPrintable(result.error().line()));
    QVERIFY2(result.error().why.contains(why), qPrintable(result.error().line()));
    QCOMPARE(count(QStringLiteral("bad")), 0);
}

void TestEventAppend::refusesNames()
{
    QCOMPARE(appendEvents(m_database.connection(), requestFor({}, {"{}"})).error().kind,
             Error::Kind::Refused);
    QCOMPARE(appendEvents(m_database.connection(), requestFor(QString(256, 'x'), {"{}"})).error().kind,
             Error::Kind::Refused);
    QVERIFY(appendEvents(m_database.connection(), requestFor(QString(255, u'ü'), {"{}"})));
    QCOMPARE(appendEvents(m_database.connection(), requestFor(QStringLiteral("none"), {})).error().kind,
             Error::Kind::Refused);
}

void TestEventAppend::refusesMetadata()
{
    for (const QByteArray &metadata :
         {QByteArray("[1]"), QByteArray("{\"a\":}"), QByteArray("{\"a\":\"\\u0000\"}")}) {
        AppendRequest request = requestFor(QStringLiteral("metadata"), {"{}"});
        request.metadata = metadata;
        const auto result = appendEvents(m_database.connection(), request);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, Error::Kind::Refused);
        QVERIFY2(result.error().why.startsWith(QStringLiteral("the metadata")),
                 qPrintable(result.error().line()));
    }
}

// A foreign producer inserts version 1 and has not committed: ours waits for it and then finds the stream
// at 1.
void TestEventAppend::meetsProducersThatDoNotLock()
{
    const auto foreign = m_database.connect();
    QVERIFY(foreign->begin());
    QVERIFY(foreign->executeRaw(
        QStringLiteral("INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp)"
                       " VALUES (gen_random_uuid(), 't', 'foreign', 1, '{}', '{}', now())")));
    Result<AppendResult> strict = AppendResult(), free = AppendResult();
    std::thread first([&] {
        AppendRequest request = requestFor(QStringLiteral("foreign"), {"{}"});
        request.expectedVersion = 0;
        strict = appendEvents(*m_database.connect(), request);
    });
    std::thread second(
        [&] { free = appendEvents(*m_database.connect(), requestFor(QStringLiteral("foreign"), {"{}"})); });
    const auto waiting = [this] {
        return m_database.value(QStringLiteral("SELECT count(*) FROM pg_locks WHERE NOT granted")).toInt();
    };
    const bool bothWait = QTest::qWaitFor([&] { return waiting() >= 2; }, 60'000);
    const Done committed = foreign->commit();
    first.join();
    second.join();
    QVERIFY(bothWait && committed);
    QVERIFY(free);
    QVERIFY(!strict);
    QCOMPARE(strict.error().kind, Error::Kind::Conflict);
    QVERIFY(strict.error().why.startsWith(QStringLiteral("expected version 0, stream is at")));
}

QTEST_GUILESS_MAIN(TestEventAppend)
#include "test_event_append.moc"
