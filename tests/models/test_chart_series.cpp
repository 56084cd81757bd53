#include "models/chart_series.h"
#include "models/record_list_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QSqlField>
#include <QTest>
#include <QTimeZone>

using namespace signalbox;

namespace {

const QDateTime start(QDate(2026, 11, 22), QTime(13, 0), QTimeZone::utc());

Overview overviewOf(const QList<AttemptBucket> &buckets, int bucketSeconds, const QDateTime &to)
{
    Overview overview;
    overview.from = start;
    overview.to = to;
    overview.bucketSeconds = bucketSeconds;
    overview.attempts = buckets;
    return overview;
}

QSqlRecord record(const QString &name, qint64 count)
{
    QSqlRecord row;
    QSqlField key(QStringLiteral("name"), QMetaType(QMetaType::QString));
    key.setValue(name);
    QSqlField number(QStringLiteral("count"), QMetaType(QMetaType::LongLong));
    number.setValue(count);
    row.append(key);
    row.append(number);
    return row;
}

} // namespace

class TestChartSeries : public QObject
{
    Q_OBJECT
private slots:
    void attemptsAreCountedPerMinute()
    {
        const ChartData chart = attemptChart(
            overviewOf({{start, 10, 2, 1, 0}, {start.addSecs(5), 0, 0, 0, 3}}, 5, start.addSecs(10)));
        QCOMPARE(chart.starts.size(), 2);
        QCOMPARE(chart.drawnAtMs.constFirst(), start.toMSecsSinceEpoch() + 2'500);
        QCOMPARE(chart.series.at(0).values.at(0).value(), 120.0);
        QCOMPARE(chart.series.at(1).values.at(0).value(), 24.0);
        QCOMPARE(chart.series.at(2).values.at(0).value(), 12.0);
        QCOMPARE(chart.series.at(3).values.at(1).value(), 36.0);
        QVERIFY(!chart.isEmpty());
    }

    void bucketThatIsStillFillingCountsForItsTime()
    {
        const QList<AttemptBucket> buckets{{start, 60, 0, 0, 0}, {start.addSecs(60), 30, 0, 0, 0}};
        const ChartData half = attemptChart(overviewOf(buckets, 60, start.addSecs(90)));
        QCOMPARE(half.series.at(0).values.at(1).value(), 60.0);
        const ChartData hardlyBegun = attemptChart(overviewOf(buckets, 60, start.addSecs(63)));
        QCOMPARE(hardlyBegun.starts.size(), 1);
    }

    void latencyKeepsGaps()
    {
        Overview overview = overviewOf({}, 60, start.addSecs(180));
        overview.latency = {
            {start, 10, 20, 30}, {start.addSecs(60), {}, {}, {}}, {start.addSecs(120), 11, 21, 31}};
        const ChartData chart = latencyChart(overview);
        QVERIFY(!chart.series.at(1).values.at(1));
        QCOMPARE(chart.series.at(2).values.at(2).value(), 31.0);
        QCOMPARE(latencyTrend(overview), (QList<double>{20, 21}));
    }

    void zerosAreEmpty()
    {
        QVERIFY(attemptChart(overviewOf({{start, 0, 0, 0, 0}}, 60, start.addSecs(60))).isEmpty());
        QVERIFY(depthChart(Overview()).isEmpty());
    }

    void recordsKeepTheirRows()
    {
        RecordListModel model({{QStringLiteral("name"), QStringLiteral("Name")},
                               {QStringLiteral("count"), QStringLiteral("Count"), RecordColumn::Show::Number,
                                80, RecordColumn::Bar::Linear, QStringLiteral("ok")}},
                              QStringLiteral("name"));
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setRecords({record(QStringLiteral("a"), 12'000), record(QStringLiteral("b"), 3'000)});
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("12,000"));
        QCOMPARE(model.index(1, 1).data(RecordListModel::BarRole).toDouble(), 0.25);
        QCOMPARE(model.index(1, 1).data(RecordListModel::WidestTextRole).toString(),
                 QStringLiteral("12,000"));
        QCOMPARE(model.index(1, 0).data(RecordListModel::KeyRole).toString(), QStringLiteral("b"));
        model.setRecords({record(QStringLiteral("c"), 1)});
        QCOMPARE(model.rowCount(), 1);
        model.setRecords({});
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(reset.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestChartSeries)
#include "test_chart_series.moc"
