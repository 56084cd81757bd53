#include "app/platform/logging.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace signalbox;
using nlohmann::json;

namespace {

LogEvent failedAttempt()
{
    return {LogLevel::Warning,
            QStringLiteral("delivery"),
            QStringLiteral("attempt failed"),
            {{QStringLiteral("endpoint"), QStringLiteral("ep_1")},
             {QStringLiteral("status_code"), 503},
             {QStringLiteral("duration_ms"), qint64(12)},
             {QStringLiteral("test"), true},
             {QStringLiteral("error"), QStringLiteral("at postgres://u:hunter2@h/d\nwith whsec_AbC")}}};
}

} // namespace

class TestLogging : public QObject
{
    Q_OBJECT
private slots:
    void cleanup() { setLogContext({}); }

    void logLinesKeepSecrets_data()
    {
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("line");
        QTest::newRow("plain") << "connect: refused"
                               << "signalbox: connect: refused";
        QTest::newRow("named already") << "signalbox: a: b"
                                       << "signalbox: a: b";
        QTest::newRow("one line") << "a\n  b\r\nc\n"
                                  << "signalbox: a b c";
        QTest::newRow("URI") << "at postgres://u:pw@h/d"
                             << "signalbox: at postgres://u:***@h/d";
        QTest::newRow("keyword") << "host=h password='p w' user=u"
                                 << "signalbox: host=h password=*** user=u";
        QTest::newRow("webhook secret") << "got whsec_AbC+/= here"
                                        << "signalbox: got whsec_*** here";
        QTest::newRow("JSON") << R"({"password":"hunter2","a":1})"
                              << R"(signalbox: {"password":***,"a":1})";
        QTest::newRow("credentials of a header") << "Authorization: Bearer abc.def, next"
                                                 << "signalbox: Authorization: Bearer *** next";
        QTest::newRow("signing key") << "got whsk_AbC+/= here"
                                     << "signalbox: got whsk_*** here";
        QTest::newRow("a header of their own") << "sent X-Api-Key: abc and X-Tenant: eu"
                                               << "signalbox: sent X-Api-Key: *** and X-Tenant: eu";
        QTest::newRow("a header of several")
            << R"({"X-Auth":"abc","X-Password":"def","X-Credential":"ghi"})"
            << R"(signalbox: {"X-Auth":***,"X-Password":***,"X-Credential":***})";
        QTest::newRow("words of errors") << "duplicate key: signature: wrong author: me"
                                         << "signalbox: duplicate key: signature: wrong author: me";
        QTest::newRow("token in a URL")
            << "Error transferring https://h.example/hook?token=abc&b=c - refused"
            << "signalbox: Error transferring https://h.example/hook?*** - refused";
    }
    void logLinesKeepSecrets()
    {
        QFETCH(const QString, message);
        QFETCH(const QString, line);
        QCOMPARE(logLine(message), line);
    }

    void anEventIsOneLineOfText()
    {
        QCOMPARE(textLine(failedAttempt()),
                 QStringLiteral(
                     "signalbox: delivery: attempt failed (endpoint ep_1, status_code 503, duration_ms 12, "
                     "test true, error at postgres://u:***@h/d with whsec_***)"));
    }

    void anEventIsOneObjectOfJson()
    {
        setLogContext({{QStringLiteral("worker"), QStringLiteral("w-1")}});
        const QDateTime time(QDate(2026, 11, 24), QTime(8, 9, 10, 11), Qt::OffsetFromUTC, 3600);
        const QByteArray line = jsonLine(failedAttempt(), time);

        QVERIFY(!line.contains('\n'));
        const json object = json::parse(line.toStdString());
        const json expected{{"ts", "2026-11-24T07:09:10.011Z"},
                            {"level", "warning"},
                            {"component", "delivery"},
                            {"message", "attempt failed"},
                            {"endpoint", "ep_1"},
                            {"status_code", 503},
                            {"duration_ms", 12},
                            {"test", true},
                            {"error", "at postgres://u:***@h/d with whsec_***"},
                            {"worker", "w-1"}};
        QCOMPARE(object.dump(), expected.dump());
    }

    void fieldsThatAreCredentialsAreMasked()
    {
        const LogEvent event{LogLevel::Info,
                             QStringLiteral("a"),
                             QStringLiteral("b"),
                             {{QStringLiteral("api_key"), QStringLiteral("v4lue")}}};
        QVERIFY(!textLine(event).contains("v4lue"));
        QVERIFY(!jsonLine(event, QDateTime::currentDateTimeUtc()).contains("v4lue"));
    }

    void anyTextStaysJson()
    {
        const QString odd = QStringLiteral("quote \" backslash \\ tab \t Zürich ") + QChar(0xD800) + QChar(1);
        const json object =
            json::parse(jsonLine({LogLevel::Info, QStringLiteral("a"), odd, {{QStringLiteral("b"), odd}}},
                                 QDateTime::currentDateTimeUtc())
                            .toStdString());
        QVERIFY(QString::fromStdString(object["message"].get<std::string>()).contains("Zürich"));
        QCOMPARE(object["message"].dump(), object["b"].dump());
    }

    void namesAreReadAndRefused()
    {
        QCOMPARE(*logFormatFromName("json"), LogFormat::Json);
        QCOMPARE(*logLevelFromName("warning"), LogLevel::Warning);
        QCOMPARE(nameOf(*logLevelFromName("debug")), QStringLiteral("debug"));
        QCOMPARE(logFormatFromName("xml").error().why, QStringLiteral("takes text or json, not \"xml\""));
        QCOMPARE(logLevelFromName("").error().kind, Error::Kind::Usage);
    }
};

QTEST_GUILESS_MAIN(TestLogging)
#include "test_logging.moc"
