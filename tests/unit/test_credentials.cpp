#include "app/core/credentials.h"
#include "app/core/http_header.h"

#include <QTest>

using namespace signalbox;

/// The one list of what is a credential, which recording, lists, exports, window and log go by.
class TestCredentials : public QObject
{
    Q_OBJECT
private slots:
    void namesAreJudged_data()
    {
        QTest::addColumn<bool>("isCredential");
        for (const char *name : {"Authorization", "Proxy-Authorization", "X-Auth", "x-auth-token",
                                 "X-Api-Key", "APIKEY", "Cookie", "Set-Cookie", "Client-Secret", "X-Password",
                                 "X-Credential", "X-Hub-Signature-256", "X-JWT", "X-Bearer"})
            QTest::newRow(name) << true;
        for (const char *name :
             {"X-Tenant", "Accept", "X-Request-Id", "Traceparent", "X-Environment", "Date"})
            QTest::newRow(name) << false;
    }
    void namesAreJudged()
    {
        QFETCH(const bool, isCredential);
        const HttpHeader header{QString::fromLatin1(QTest::currentDataTag()), QStringLiteral("v4lue")};
        QCOMPARE(looksLikeCredential(header.name), isCredential);
        QCOMPARE(maskedHeader(header).value == header.value, !isCredential);
        QCOMPARE(maskedHeadersJson(headersToJson({header})).contains("v4lue"), !isCredential);
        const bool hasParts = header.name.contains('-');
        if (hasParts || !isCredential)
            QCOMPARE(withoutSecrets(header.name + QStringLiteral(": v4lue")).contains("v4lue"),
                     !isCredential);
    }

    void endsOfPathsAreNoNames()
    {
        const QString sentence = QStringLiteral("open user@/run/db/better_auth: missing in its schema");
        QCOMPARE(withoutSecrets(sentence), sentence);
        QVERIFY(!withoutSecrets(QStringLiteral("https://x.test/better_auth=v4lue")).contains("v4lue"));
    }

    void longTextTakesLinearTime()
    {
        const QString words = QString(1'000'000, 'a');
        QCOMPARE(withoutSecrets(words), words);
        const QString dashes = QStringLiteral("key-").repeated(250'000);
        QCOMPARE(withoutSecrets(dashes), dashes);
    }
};

QTEST_GUILESS_MAIN(TestCredentials)
#include "test_credentials.moc"
