#include "app/core/time_ordered_uuid.h"

#include <QSet>
#include <QTest>

using namespace signalbox;

class TestTimeOrderedUuid : public QObject
{
    Q_OBJECT

private slots:
    // The example of RFC 9562, appendix A.6: 2022-02-22 19:22:22 UTC is 017F22E279B0.
    void beginsWithTheMoment()
    {
        const QDateTime moment = QDateTime::fromMSecsSinceEpoch(0x017F22E279B0, Qt::UTC);
        const QString text = timeOrderedUuid(moment).toString(QUuid::WithoutBraces);
        QVERIFY2(text.startsWith("017f22e2-79b0-7"), qPrintable(text));
        QCOMPARE(timeOrderedUuid(moment).variant(), QUuid::DCE);
    }

    void aLaterOneIsGreaterAsTextAndAsBytes()
    {
        const QDateTime moment = QDateTime::fromMSecsSinceEpoch(0x017F22E279B0, Qt::UTC);
        const QUuid earlier = timeOrderedUuid(moment);
        const QUuid later = timeOrderedUuid(moment.addMSecs(1));
        QVERIFY(earlier.toRfc4122() < later.toRfc4122());
        QVERIFY(earlier.toString() < later.toString());
    }

    void thoseOfOneMomentDiffer()
    {
        const QDateTime moment = QDateTime::currentDateTimeUtc();
        QSet<QUuid> seen;
        for (int n = 0; n < 10'000; ++n)
            seen.insert(timeOrderedUuid(moment));
        QCOMPARE(seen.size(), 10'000);
    }
};

QTEST_GUILESS_MAIN(TestTimeOrderedUuid)
#include "test_time_ordered_uuid.moc"
