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
