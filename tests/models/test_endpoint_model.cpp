#include "models/breaker_text.h"
#include "models/endpoint_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace signalbox;

namespace {

EndpointHealth health(const QString &id, double successRate = 1.0, bool enabled = true)
{
    EndpointHealth result;
    result.endpoint.id = id;
    result.endpoint.url = "https://example.com/" + id;
    result.endpoint.enabled = enabled;
    result.endpoint.disabledReason = enabled ? QString() : QString("answered 410");
    result.successRate = successRate;
    result.newest = {10, qint64(successRate * 10)};
    result.deliveries = 1200;
    result.p95Ms = 2400.0;
    result.deliveriesPerBucket = {1, 2, 3};
    return result;
}

} // namespace

class TestEndpointModel : public QObject
{
    Q_OBJECT
private slots:
    void mergesByIdAndKeepsTheSelection()
    {
        EndpointModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setEndpoints({health("a"), health("b"), health("c")});
        const QPersistentModelIndex selected = model.index(1, 0);
        model.setEndpoints({health("b"), health("x"), health("c", 0.2)});
        QCOMPARE(reset.size(), 0);
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(selected.row(), 0);
        QCOMPARE(selected.data(EndpointModel::KeyRole).toString(), QString("b"));
        QCOMPARE(model.index(2, 0).data(EndpointModel::StateRole).toString(), QString("failing"));
        model.setEndpoints({});
        QVERIFY(!selected.isValid());
        QCOMPARE(model.rowCount(), 0);
    }

    void theStateSaysWhatTheBreakerDoes_data()
    {
        QTest::addColumn<int>("breaker");
        QTest::addColumn<bool>("enabled");
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("toolTip");
        QTest::newRow("closed") << int(Breaker::Closed) << true << "enabled"
                                << "7 of 10 failed";
        QTest::newRow("open") << int(Breaker::Open) << true << "breaker open"
                              << "7 of 10 failed";
        QTest::newRow("probe") << int(Breaker::HalfOpen) << true << "probing"
                               << "7 of 10 failed";
        QTest::newRow("held") << int(Breaker::Held) << true << "held"
                              << "7 of 10 failed";
        QTest::newRow("disabled") << int(Breaker::Open) << false << "disabled"
                                  << "answered 410";
    }
    void theStateSaysWhatTheBreakerDoes()
    {
        QFETCH(const int, breaker);
        QFETCH(const bool, enabled);
        EndpointHealth one = health("a", 1.0, enabled);
        one.breaker = Breaker(breaker);
        one.breakerReason = "7 of 10 failed";
        EndpointModel model;
        model.setEndpoints({one});
        const QModelIndex cell = model.index(0, EndpointModel::StateColumn);
        QTEST(cell.data(EndpointModel::StateRole).toString(), "state");
        QTEST(cell.data(Qt::ToolTipRole).toString(), "toolTip");
    }

    void theBreakerSaysWhenTheNextProbeGoes()
    {
        const QDateTime now = QDateTime::fromString("2026-11-22T14:00:00Z", Qt::ISODate);
        EndpointHealth one = health("a");
        QVERIFY(breakerText(one, now).isEmpty());
        one.breaker = Breaker::Open;
        one.breakerSince = now.addSecs(-180);
        one.nextProbe = now.addSecs(24);
        QCOMPARE(breakerText(one, now), QString("Open for 3 min; the next probe goes in 24 s."));
        one.nextProbe = now.addSecs(-1);
        QVERIFY(breakerText(one, now).contains("the next job that is due goes as a probe"));
        one.breaker = Breaker::Held;
        QVERIFY(breakerText(one, now).contains("until it is closed by hand"));
    }

    void aProbeGoesFirstAfterDaysOfFailures()
    {
        const QDateTime now = QDateTime::fromString("2026-11-22T14:00:00Z", Qt::ISODate);
        EndpointHealth one = health("a", 0.0, false);
        QVERIFY(!startsWithProbe(one, now));
        one.failingSince = now.addDays(-4);
        QVERIFY(!startsWithProbe(one, now));
        one.failingSince = now.addDays(-5);
        QVERIFY(startsWithProbe(one, now));
    }

    void showsHealth()
    {
        EndpointModel model;
        model.setEndpoints({health("a", 0.975), health("b", 1.0, false)});
        const auto text = [&model](int row, int column) {
            return model.index(row, column).data().toString();
        };
        QCOMPARE(text(0, EndpointModel::SuccessColumn), QString("97.5 %"));
        QCOMPARE(text(0, EndpointModel::P95Column), QString("2.4 s"));
        QCOMPARE(text(0, EndpointModel::TrafficColumn), QString("1,200"));
        QCOMPARE(text(1, EndpointModel::StateColumn), QString("disabled"));
        QCOMPARE(model.index(1, EndpointModel::StateColumn).data(Qt::ToolTipRole).toString(),
                 QString("answered 410"));
        QCOMPARE(
            model.index(0, EndpointModel::TrafficColumn).data(EndpointModel::SparklineRole).toList().size(),
            3);
        QCOMPARE(model.index(0, EndpointModel::SuccessColumn).data(EndpointModel::RawRole).toDouble(), 0.975);
        for (int column = 0; column < model.columnCount(); ++column)
            QVERIFY(!model.headerData(column, Qt::Horizontal).toString().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestEndpointModel)
#include "test_endpoint_model.moc"
