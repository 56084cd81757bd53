#include "app/delivery/system_resolver.h"
#include "tests/support/tiny_name_server.h"

#include <QTcpServer>
#include <QTest>

using namespace signalbox;

namespace {

const QHostAddress somewhere(QStringLiteral("192.0.2.7"));

NameAnswer found(int ttlSeconds)
{
    NameAnswer answer;
    answer.kind = NameAnswer::Kind::Found;
    answer.addresses = {somewhere};
    answer.ttlSeconds = ttlSeconds;
    return answer;
}

NameAnswer failure(NameAnswer::Kind kind)
{
    NameAnswer answer;
    answer.kind = kind;
    answer.why = QStringLiteral("why");
    return answer;
}

} // namespace

/// Names, asked of a real server on loopback.
class TestResolver : public QObject
{
    Q_OBJECT
private slots:
    void init() { m_server = std::make_unique<TinyNameServer>(); }

    void deadNamesKeepNobodyWaiting_data();
    void deadNamesKeepNobodyWaiting();
    void sharesTheLookupOfOneName();
    void remembersWhatWasDenied();
    void saysWhenNobodyAnswers();
    void answersFromBeforeWhileServersAreSilent();
    void readsTheHostsFile();
    void cacheKeepsWhatItMay();
    void cachePrefersOldAddressesToSilence();

private:
    SystemResolver resolver() const
    {
        NameServerOptions options;
        options.servers = {m_server->address()};
        options.timeoutMs = 100;
        options.tries = 2;
        return SystemResolver(options);
    }
    /// Of the next reply; empty until it has come.
    std::shared_ptr<QString> ask(SystemResolver &resolver, const QString &name)
    {
        auto text = std::make_shared<QString>();
        resolver.resolve(name, this, [text](const Result<QList<QHostAddress>> &addresses) {
            *text = addresses ? addresses->constFirst().toString() : addresses.error().line();
        });
        return text;
    }

    std::unique_ptr<TinyNameServer> m_server;
};

void TestResolver::deadNamesKeepNobodyWaiting_data()
{
    QTest::addColumn<int>("dead");
    QTest::newRow("60") << 60;
    QTest::newRow("150") << 150;
}

void TestResolver::deadNamesKeepNobodyWaiting()
{
    QFETCH(int, dead);
    // Given names that nobody answers for, for as long as this test cares
    NameServerOptions options;
    options.servers = {m_server->address()};
    options.timeoutMs = 60'000;
    SystemResolver resolver(options);
    int ended = 0;
    for (int i = 0; i < dead; ++i) {
        resolver.resolve(QStringLiteral("dead%1.test").arg(i), this,
                         [&ended](const Result<QList<QHostAddress>> &) { ++ended; });
        QCoreApplication::processEvents(); // the server reads: what does not fit its socket would be lost
    }
    // When names are asked for that are well, after them
    m_server->knows("alive.test", somewhere);
    m_server->knows("also.test", somewhere);
    const auto alive = ask(resolver, "alive.test"), also = ask(resolver, "also.test");
    // Then they are there, and the dead are not
    QTRY_COMPARE_WITH_TIMEOUT(*alive, somewhere.toString(), 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(*also, somewhere.toString(), 30'000);
    QCOMPARE(ended, 0);
}

void TestResolver::sharesTheLookupOfOneName()
{
    SystemResolver resolver = this->resolver();
    m_server->knows("alive.test", somewhere);
    QList<std::shared_ptr<QString>> asked;
    for (int i = 0; i < 50; ++i)
        asked << ask(resolver, "alive.test");
    for (const auto &text : asked)
        QTRY_COMPARE(*text, somewhere.toString());
    // And it is known for a while
    const auto again = ask(resolver, "alive.test");
    QTRY_COMPARE(*again, somewhere.toString());
    QCOMPARE(m_server->asked("alive.test"), 1);
}

void TestResolver::remembersWhatWasDenied()
{
    SystemResolver resolver = this->resolver();
    m_server->denies("nobody.test");
    const auto first = ask(resolver, "nobody.test");
    QTRY_COMPARE(*first, QString("resolve nobody.test: host not found"));
    const int asked = m_server->asked("nobody.test");
    const auto second = ask(resolver, "nobody.test");
    QTRY_COMPARE(*second, *first);
    QCOMPARE(m_server->asked("nobody.test"), asked);
}

void TestResolver::saysWhenNobodyAnswers()
{
    SystemResolver silent = this->resolver();
    const auto text = ask(silent, "dead.test");
    QTRY_COMPARE_WITH_TIMEOUT(*text, QString("resolve dead.test: the name servers do not answer"), 30'000);

    // As on a machine without any: nobody listens there
    QTcpServer port;
    QVERIFY(port.listen(QHostAddress::LocalHost));
    NameServerOptions options;
    options.servers = {QStringLiteral("127.0.0.1:%1").arg(port.serverPort())};
    options.timeoutMs = 100;
    SystemResolver none(options);
    const auto refused = ask(none, "dead.test");
    QTRY_VERIFY_WITH_TIMEOUT(!refused->isEmpty(), 30'000);
    QVERIFY2(refused->contains("name server"), qPrintable(*refused));
}

void TestResolver::answersFromBeforeWhileServersAreSilent()
{
    SystemResolver resolver = this->resolver();
    m_server->knows("alive.test", somewhere, 0);
    const auto first = ask(resolver, "alive.test");
    QTRY_COMPARE(*first, somewhere.toString());

    // When its server falls silent and the answer is out of date
    m_server->forgets("alive.test");
    const int asked = m_server->asked("alive.test");
    std::shared_ptr<QString> text;
    const bool isAskedAgain = QTest::qWaitFor(
        [&] {
            text = ask(resolver, "alive.test");
            QTest::qWait(10);
            return m_server->asked("alive.test") > asked;
        },
        30'000);
    QVERIFY(isAskedAgain);
    // Then it is used still
    QTRY_COMPARE_WITH_TIMEOUT(*text, somewhere.toString(), 30'000);
}

void TestResolver::readsTheHostsFile()
{
    SystemResolver resolver = this->resolver();
    const auto text = ask(resolver, "localhost");
    QTRY_VERIFY(!text->isEmpty());
    QVERIFY2(QHostAddress(*text).isLoopback(), qPrintable(*text));
    QCOMPARE(m_server->asked("localhost"), 0);
}

void TestResolver::cacheKeepsWhatItMay()
{
    NameCache cache;
    QVERIFY(!cache.fresh("a", 0));
    cache.add("a", found(0), 0); // a second, though no time was granted
    QVERIFY(cache.fresh("a", 999));
    QVERIFY(!cache.fresh("a", 1'000));
    cache.add("a", found(86'400), 0); // a minute, though a day was
    QVERIFY(cache.fresh("a", 59'999));
    QVERIFY(!cache.fresh("a", 60'000));

    cache.add("no", failure(NameAnswer::Kind::Denied), 0);
    QCOMPARE(cache.fresh("no", 9'999)->kind, NameAnswer::Kind::Denied);
    QVERIFY(!cache.fresh("no", 10'000));
    cache.add("dead", failure(NameAnswer::Kind::Silent), 0);
    QCOMPARE(cache.fresh("dead", 4'999)->kind, NameAnswer::Kind::Silent);
    QVERIFY(!cache.fresh("dead", 5'000));
}

void TestResolver::cachePrefersOldAddressesToSilence()
{
    NameCache cache;
    cache.add("a", found(10), 0);
    QVERIFY(cache.stale("a", 20'000));
    cache.add("a", failure(NameAnswer::Kind::Silent), 20'000);
    QCOMPARE(cache.fresh("a", 21'000)->kind, NameAnswer::Kind::Found);
    QVERIFY(!cache.fresh("a", 25'000)); // asked again
    QVERIFY(!cache.stale("a", 3'600'000));
    // A name that was taken back is gone
    cache.add("a", failure(NameAnswer::Kind::Denied), 26'000);
    QCOMPARE(cache.fresh("a", 27'000)->kind, NameAnswer::Kind::Denied);
    QVERIFY(!cache.stale("a", 27'000));
}

QTEST_GUILESS_MAIN(TestResolver)
#include "test_resolver.moc"
