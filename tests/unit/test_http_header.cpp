#include "app/core/http_header.h"

#include <QTest>

using namespace signalbox;

class TestHttpHeader : public QObject
{
    Q_OBJECT
private slots:
    void headers_data();
    void headers();
    void lines_data();
    void lines();
    void duplicatesAreRefused();
    void jsonRoundTrip();
    void badJson_data();
    void badJson();
};

void TestHttpHeader::headers_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::addColumn<bool>("valid");
    QTest::newRow("plain") << "X-Tenant"
                           << "42" << true;
    QTest::newRow("empty value") << "X-Tenant"
                                 << "" << true;
    QTest::newRow("authorization") << "Authorization"
                                   << "Bearer x" << true;
    QTest::newRow("tab inside") << "X-A"
                                << "a\tb" << true;
    QTest::newRow("4096 bytes") << "X-A" << QString(4096, 'a') << true;
    QTest::newRow("4097 bytes") << "X-A" << QString(4097, 'a') << false;
    QTest::newRow("4098 bytes in UTF-8") << "X-A" << QString(2049, QChar(0xe4)) << false;
    QTest::newRow("no name") << ""
                             << "x" << false;
    QTest::newRow("space in name") << "X A"
                                   << "x" << false;
    QTest::newRow("colon in name") << "X:A"
                                   << "x" << false;
    QTest::newRow("line break in name") << "X-A\n"
                                        << "x" << false;
    QTest::newRow("umlaut in name") << QStringLiteral("X-\u00c4") << "x" << false;
    QTest::newRow("CR") << "X-A"
                        << "a\rb" << false;
    QTest::newRow("LF") << "X-A"
                        << "a\nb" << false;
    QTest::newRow("NUL") << "X-A" << QString("a") + QChar(0) << false;
    for (const char *name :
         {"Host", "Content-Length", "content-type", "Transfer-Encoding", "CONNECTION", "TE", "Trailer",
          "Upgrade", "Expect", "User-Agent", "webhook-id", "Webhook-Signature", "webhook-anything"})
        QTest::newRow(name) << QString(name) << "x" << false;
}

void TestHttpHeader::headers()
{
    QFETCH(const QString, name);
    QFETCH(const QString, value);
    QFETCH(const bool, valid);
    const Done done = validateCustomHeader({name, value});
    QCOMPARE(done.has_value(), valid);
    if (!valid)
        QCOMPARE(done.error().kind, Error::Kind::Refused);
}

void TestHttpHeader::lines_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::newRow("plain") << "X-A: b"
                           << "X-A"
                           << "b";
    QTest::newRow("no space") << "X-A:b"
                              << "X-A"
                              << "b";
    QTest::newRow("colons in value") << "X-A: b:c"
                                     << "X-A"
                                     << "b:c";
    QTest::newRow("blanks around") << "X-A: \t b \t"
                                   << "X-A"
                                   << "b";
    QTest::newRow("empty value") << "X-A:"
                                 << "X-A"
                                 << "";
    QTest::newRow("no colon") << "X-A b"
                              << ""
                              << "";
    QTest::newRow("blank before colon") << "X-A : b"
                                        << ""
                                        << "";
    QTest::newRow("line break at the end") << "X-A: b\r\n"
                                           << ""
                                           << "";
}

void TestHttpHeader::lines()
{
    QFETCH(const QString, line);
    QFETCH(const QString, name);
    QFETCH(const QString, value);
    const auto header = parseCustomHeader(line);
    QCOMPARE(header.has_value(), !name.isEmpty());
    if (header)
        QCOMPARE(*header, (HttpHeader{name, value}));
}

void TestHttpHeader::duplicatesAreRefused()
{
    QVERIFY(validateCustomHeaders({{"X-A", "1"}, {"X-B", "2"}}));
    QVERIFY(!validateCustomHeaders({{"X-A", "1"}, {"x-a", "2"}}));
}

void TestHttpHeader::jsonRoundTrip()
{
    const QList<HttpHeader> headers{{"X-B", QStringLiteral("\u00fc \"q\"")}, {"X-A", ""}};
    QCOMPARE(*headersFromJson(headersToJson(headers)), headers);
    QVERIFY(headersFromJson("")->isEmpty());
    QVERIFY(headersFromJson(" null ")->isEmpty());
    QVERIFY(headersFromJson("{}")->isEmpty());
}

void TestHttpHeader::badJson_data()
{
    QTest::addColumn<QByteArray>("json");
    for (const char *json : {"[]", "\"x\"", "{\"a\": 1}", "{\"a\": null}", "{", "1"})
        QTest::newRow(json) << QByteArray(json);
}

void TestHttpHeader::badJson()
{
    QFETCH(const QByteArray, json);
    QVERIFY(!headersFromJson(json));
}

QTEST_APPLESS_MAIN(TestHttpHeader)
#include "test_http_header.moc"
