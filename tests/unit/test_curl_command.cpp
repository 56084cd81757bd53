#include "app/core/curl_command.h"

#include <QProcess>
#include <QTest>

using namespace signalbox;

class TestCurlCommand : public QObject
{
    Q_OBJECT
private slots:
    void writesWhatIsSent()
    {
        const QString command =
            curlCommand({"https://shop.example/hook?a=1&b=2", "job-1", {{"X-Tenant", "eu"}}, "{\"n\": 1}"});
        QCOMPARE(command, QString("curl -X POST 'https://shop.example/hook?a=1&b=2' \\\n"
                                  "  -H 'Content-Type: application/json' \\\n"
                                  "  -H 'webhook-id: job-1' \\\n"
                                  "  -H \"webhook-timestamp: $(date +%s)\" \\\n"
                                  "  -H 'webhook-signature: v1,SIGNATURE' \\\n"
                                  "  -H 'X-Tenant: eu' \\\n"
                                  "  --data-binary '{\"n\": 1}'\n"));
    }

    // A shell hands every word on as it was, whatever stands in it.
    void aShellReadsItBack_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("apostrophe") << "it's 'quoted'";
        QTest::newRow("lines") << "one\ntwo\n\nthree";
        QTest::newRow("expansion") << "$HOME `id` $(id) \\n \"x\" !! * ~";
        QTest::newRow("empty") << "";
    }
    void aShellReadsItBack()
    {
        QFETCH(QString, text);
        QProcess shell;
        shell.start("/bin/sh", {"-c", "printf '%s' " + shellQuoted(text)});
        QVERIFY(shell.waitForFinished());
        QCOMPARE(QString::fromUtf8(shell.readAllStandardOutput()), text);
    }

    void aLongBodyIsLeftOutAndSaysSo()
    {
        const QByteArray body(longestCurlBody + 1, 'x');
        const QString command = curlCommand({"https://x.example", "job-1", {}, body});
        QVERIFY2(command.startsWith("# The body of 65537 bytes is left out"), qPrintable(command.left(80)));
        QVERIFY(command.endsWith("--data-binary @payload.json\n"));
        QVERIFY(!curlCommand({"https://x.example", "job-1", {}, body.chopped(1)}).contains("payload.json"));
    }
};

QTEST_GUILESS_MAIN(TestCurlCommand)
#include "test_curl_command.moc"
