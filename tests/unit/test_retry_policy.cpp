#include "app/core/retry_policy.h"

#include <QTest>

using namespace signalbox;

namespace {

const QDateTime now(QDate(2026, 11, 22), QTime(12, 0), Qt::UTC);

} // namespace

class TestRetryPolicy : public QObject
{
    Q_OBJECT
private slots:
    void schedule_data();
    void schedule();
    void retryAfter_data();
    void retryAfter();
};

void TestRetryPolicy::schedule_data()
{
    QTest::addColumn<int>("attempt");
    QTest::addColumn<QList<int>>("own");
    QTest::addColumn<double>("random");
    QTest::addColumn<qint64>("delayMs");
    const int expected[] = {5, 300, 1800, 7200, 18000, 36000, 36000, 36000};
    for (int attempt = 1; attempt <= 8; ++attempt)
        QTest::addRow("attempt %d", attempt)
            << attempt << QList<int>() << 0.5 << qint64(expected[attempt - 1]) * 1000;
    QTest::newRow("least jitter") << 1 << QList<int>() << 0.0 << qint64(4000);
    QTest::newRow("most jitter") << 1 << QList<int>() << 1.0 << qint64(6000);
    QTest::newRow("own schedule") << 2 << QList<int>{1, 2} << 0.5 << qint64(2000);
    QTest::newRow("beyond own schedule") << 9 << QList<int>{1, 2} << 0.5 << qint64(2000);
    QTest::newRow("before the first") << 0 << QList<int>{1, 2} << 0.5 << qint64(1000);
}

void TestRetryPolicy::schedule()
{
    QFETCH(const int, attempt);
    QFETCH(const QList<int>, own);
    QFETCH(const double, random);
    QFETCH(const qint64, delayMs);
    QCOMPARE(retryDelayMs(attempt, own, random), delayMs);
}

void TestRetryPolicy::retryAfter_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<qint64>("delayMs"); // -1: none
    const auto row = [](const char *value, qint64 delayMs) {
        QTest::newRow(value) << QByteArray(value) << delayMs;
    };
    constexpr qint64 day = 86'400'000;
    row("0", 0);
    row("120", 120'000);
    row(" 7 ", 7'000);
    row("86400", day);
    row("86401", day);
    row("99999999999999999999999", day);
    row("Sun, 22 Nov 2026 12:01:00 GMT", 60'000);
    row("Sunday, 22-Nov-26 12:01:00 GMT", 60'000);
    row("Sun Nov 22 12:01:00 2026", 60'000);
    row("Tue Dec  1 12:00:00 2026", day);
    row("Sun, 22 Nov 2026 12:00:00 GMT", 0);
    row("Sun, 22 Nov 2026 11:59:59 GMT", -1);
    row("Sunday, 06-Nov-94 08:49:37 GMT", -1);
    row("", -1);
    row("-5", -1);
    row("1.5", -1);
    row("soon", -1);
    row("Sun, 32 Nov 2026 12:01:00 GMT", -1);
    row("Sun, 22 Nvo 2026 12:01:00 GMT", -1);
    row("Sun, 22 Nov 2026 12:01:00 CET", -1);
}

void TestRetryPolicy::retryAfter()
{
    QFETCH(const QByteArray, value);
    QFETCH(const qint64, delayMs);
    QCOMPARE(retryAfterMs(value, now).value_or(-1), delayMs);
}

QTEST_APPLESS_MAIN(TestRetryPolicy)
#include "test_retry_policy.moc"
