#include "app/core/duration.h"
#include "app/core/retry_schedule_text.h"

#include <QTest>

using namespace signalbox;

class TestDuration : public QObject
{
    Q_OBJECT
private slots:
    void reads_data();
    void reads();
    void refuses_data();
    void refuses();
    void writesWhatItReads();
    void retrySchedules_data();
    void retrySchedules();
    void badRetrySchedulesAreRefused();
};

void TestDuration::reads_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("bareUnitMs");
    QTest::addColumn<qint64>("milliseconds");
    QTest::newRow("milliseconds") << "250ms" << qint64(0) << qint64(250);
    QTest::newRow("seconds with a space") << "30 s" << qint64(0) << qint64(30'000);
    QTest::newRow("minutes") << "5m" << qint64(0) << qint64(300'000);
    QTest::newRow("minutes in full") << "5 min" << qint64(0) << qint64(300'000);
    QTest::newRow("capital, spaces around") << " 2 H " << qint64(0) << qint64(7'200'000);
    QTest::newRow("fraction") << "1.5h" << qint64(0) << qint64(5'400'000);
    QTest::newRow("fraction of a second") << "0.25 s" << qint64(0) << qint64(250);
    QTest::newRow("days") << "7d" << qint64(0) << qint64(604'800'000);
    QTest::newRow("bare number in seconds") << "90" << millisecondsPerSecond << qint64(90'000);
    QTest::newRow("a unit overrules") << "90 ms" << millisecondsPerSecond << qint64(90);
    QTest::newRow("digits that a double would lose")
        << "12345678901234567ms" << qint64(0) << qint64(12'345'678'901'234'567);
}

void TestDuration::reads()
{
    QFETCH(const QString, text);
    QFETCH(const qint64, bareUnitMs);
    QFETCH(const qint64, milliseconds);
    QCOMPARE(parseDuration(text, bareUnitMs).value_or(-1), milliseconds);
}

void TestDuration::refuses_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"", "30", "-5", "-5 s", "+5 s", "soon", "5 weeks", "1,5 h", "5 s 3", "1e3 s",
                             ".5 s", "99999999999999999d", "s"})
        QTest::newRow(text) << text;
}

void TestDuration::refuses()
{
    QFETCH(const QString, text);
    QVERIFY(!parseDuration(text));
    const auto read = readDuration(text, QStringLiteral("timeout"));
    QVERIFY(!read);
    QCOMPARE(read.error().kind, Error::Kind::Usage);
    QVERIFY(read.error().line().contains(QStringLiteral("30 s")));
}

void TestDuration::writesWhatItReads()
{
    for (const qint64 milliseconds :
         {0LL, 1LL, 999LL, 1'500LL, 30'000LL, 90'000LL, 300'000LL, 7'200'000LL, 86'400'000LL, 86'400'001LL})
        QCOMPARE(parseDuration(writeDuration(milliseconds)).value_or(-1), milliseconds);
    QCOMPARE(writeDuration(30'000), QStringLiteral("30 s"));
    QCOMPARE(writeDuration(90'000), QStringLiteral("90 s"));
    QCOMPARE(writeDuration(1'500), QStringLiteral("1500 ms"));
}

void TestDuration::retrySchedules_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QList<int>>("seconds");
    QTest::addColumn<QString>("again");
    QTest::newRow("default") << "" << QList<int>() << "";
    QTest::newRow("units") << "5 s, 5 min, 2 h, 1 d" << QList<int>{5, 300, 7'200, 86'400}
                           << "5 s, 5 min, 2 h, 1 d";
    QTest::newRow("short") << "90,2m" << QList<int>{90, 120} << "90 s, 2 min";
}

void TestDuration::retrySchedules()
{
    QFETCH(const QString, text);
    QFETCH(const QList<int>, seconds);
    QFETCH(const QString, again);
    const Result<QList<int>> parsed = parseRetrySchedule(text);
    QVERIFY(parsed);
    QCOMPARE(*parsed, seconds);
    QCOMPARE(retryScheduleText(*parsed), again);
}

void TestDuration::badRetrySchedulesAreRefused()
{
    for (const char *text : {"soon", "5 s,,1 h", "-5", "0", "999999999 d", "5 weeks", "1.5 s"})
        QVERIFY2(!parseRetrySchedule(QString::fromLatin1(text)), text);
}

QTEST_GUILESS_MAIN(TestDuration)
#include "test_duration.moc"
