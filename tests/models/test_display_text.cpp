#include "models/display_text.h"

#include <QSet>
#include <QTest>

using namespace signalbox;

class TestDisplayText : public QObject
{
    Q_OBJECT
private slots:
    void relativeTimes_data()
    {
        QTest::addColumn<qint64>("ageMs");
        QTest::addColumn<QString>("expected");
        QTest::newRow("now") << qint64(300) << "now";
        QTest::newRow("seconds") << qint64(42'900) << "42 s ago";
        QTest::newRow("a minute") << qint64(60'000) << "1 min ago";
        QTest::newRow("hours") << qint64(3 * 3'600'000 + 5) << "3 h ago";
        QTest::newRow("two days") << qint64(48 * 3'600'000) << "2 d ago";
        QTest::newRow("years") << qint64(86'400'000) * 1500 << "1,500 d ago";
        QTest::newRow("soon") << qint64(-500) << "now";
        QTest::newRow("in seconds") << qint64(-4'200) << "in 5 s";
        QTest::newRow("in minutes") << qint64(-5 * 60'000) << "in 5 min";
    }

    void relativeTimes()
    {
        QFETCH(qint64, ageMs);
        QFETCH(QString, expected);
        const QDateTime now(QDate(2026, 1, 1), QTime(12, 0), Qt::UTC);
        QCOMPARE(relativeTime(now.addMSecs(-ageMs), now), expected);
    }

    void idsAreCutWhereRowsAreAlike()
    {
        const QStringList ids{"customer-webhooks-production-eu-0001", "customer-webhooks-production-eu-0002",
                              "customer-webhooks-production-us-0001"};
        const qsizetype alike = alikeLength(ids);
        QCOMPARE(alike, qsizetype(29)); // "customer-webhooks-production-"
        const auto within = [](qsizetype characters) {
            return [characters](const QString &text) { return text.size() <= characters; };
        };
        QCOMPARE(elidedAlike(ids.at(1), alike, within(40)), ids.at(1));
        QCOMPARE(elidedAlike(ids.at(1), alike, within(20)), QString("cus…oduction-eu-0002"));
        QCOMPARE(elidedAlike(ids.at(1), alike, within(11)), QString("cus…eu-0002"));
        QCOMPARE(elidedAlike("ep_legacy_erp", 3, within(11)), QString("…legacy_erp"));
        QStringList shown;
        for (const QString &id : ids)
            shown << elidedAlike(id, alike, within(11));
        QCOMPARE(QSet<QString>(shown.cbegin(), shown.cend()).size(), 3); // still told apart
        QVERIFY(elidedAlike(ids.at(1), alike, within(5)).size() <= 5);
        QVERIFY(elidedAlike("abcdefghijklmnop", 0, within(8)).contains(QChar(0x2026)));
        QCOMPARE(alikeLength({"same", "same"}), qsizetype(0));
        QCOMPARE(alikeLength({}), qsizetype(0));
    }

    void durations()
    {
        QCOMPARE(durationText(850), QString("850 ms"));
        QCOMPARE(durationText(2'449), QString("2.4 s"));
        QCOMPARE(durationText(30'000), QString("30 s"));
        QCOMPARE(durationText(180'000), QString("3 min"));
    }

    void idsAndNumbers()
    {
        QCOMPARE(shortId("4da4f9fc-0000-4000-8000-000000001a69"), QString("4da4f9fc\u20261a69"));
        QCOMPARE(shortId("ep_1"), QString("ep_1"));
        QCOMPARE(shortId("a-very-long-endpoint-identifier-of-a-customer").size(), 24);
        QCOMPARE(numberText(1'234'567), QString("1,234,567"));
        QCOMPARE(absoluteTime({}), QString());
    }
};

QTEST_GUILESS_MAIN(TestDisplayText)
#include "test_display_text.moc"
