#include "app/database/gateway.h"
#include "models/delivery_model.h"
#include "models/event_model.h"
#include "models/job_model.h"
#include "models/stream_model.h"
#include "tests/database/sample_rows.h"
#include "tests/support/test_database.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace signalbox;

/// The paged models on PostgreSQL, through the gateway.
class TestLivePages : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_database = std::make_unique<TestDatabase>();
        m_database->run(sampleEndpoints());
        m_gateway = std::make_unique<Gateway>();
        m_gateway->connectTo(m_database->settings());
        QTRY_COMPARE(m_gateway->status().state, ConnectionStatus::State::Connected);
    }
    void cleanup()
    {
        m_gateway.reset();
        m_database.reset();
    }

    void scrollsThroughEverythingAndBack()
    {
        m_database->run(sampleJobs(1500));
        JobModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setPageSize(100);
        model.setWindowLimit(300);
        model.setSource(m_gateway.get());
        restart(model);
        QStringList seen;
        for (;;) {
            for (int row = 0; row < model.rowCount(); ++row) {
                if (seen.isEmpty() || model.keyAt(row) < seen.constLast())
                    seen << model.keyAt(row);
            }
            if (!model.canFetchMore())
                break;
            model.fetchMore();
            QTRY_VERIFY(model.isSettled());
            QVERIFY(model.rowCount() <= 300);
        }
        QCOMPARE(seen.size(), 1500);
        while (model.hasRowsAbove()) {
            model.fetchPrevious();
            QTRY_VERIFY(model.isSettled());
        }
        QCOMPARE(model.keyAt(0), seen.constFirst());
    }

    void liveRefreshKeepsTheSelection()
    {
        m_database->run(sampleJobs(50, "pending"));
        JobModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setSource(m_gateway.get());
        restart(model);
        const QPersistentModelIndex selected = model.index(20, 0);
        const QString key = model.keyAt(20);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        m_database->run(
            "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, "
            "status, "
            "timeout_ms) SELECT gen_random_uuid(), 'ep_1', 'u', '{}', 's', 1, now(), 'pending', 1 "
            "FROM generate_series(1, 5);"
            "UPDATE webhook_jobs SET status = 'completed' WHERE id = '" +
            key +
            "';"
            "DELETE FROM webhook_jobs WHERE id = '" +
            model.keyAt(3) + "'");
        model.refresh(0, 25);
        QTRY_VERIFY(model.isSettled());
        QCOMPARE(reset.size(), 0);
        QCOMPARE(model.rowCount(), 54);
        QCOMPARE(selected.row(), 24);
        QCOMPARE(selected.data(PagedSqlModel::KeyRole).toString(), key);
        QCOMPARE(selected.data(PagedSqlModel::StateRole).toString(), QString("completed"));
        QCOMPARE(model.count()->rows, qint64(54));
    }

    void aBadMomentIsSurvived()
    {
        m_database->run(sampleJobs(20));
        JobModel model;
        model.setSource(m_gateway.get());
        restart(model);
        QSignalSpy failed(&model, &PagedSqlModel::failed);
        m_gateway->disconnectFromDatabase();
        model.refresh(0, 10);
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(model.rowCount(), 20);
        m_gateway->connectTo(m_database->settings());
        m_database->run(sampleJobs(1));
        model.refresh(0, 10);
        QTRY_COMPARE(model.rowCount(), 21);
    }

    void everyTableHasItsColumns()
    {
        m_database->run(
            sampleJobs(1) +
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms) "
            "SELECT gen_random_uuid(), id, 'ep_1', 'a', 503, 1500 FROM webhook_jobs;"
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
            "VALUES (gen_random_uuid(), 'a', 's', 1, '{}', '{}', now())");
        JobModel jobs;
        DeliveryModel deliveries;
        EventModel events;
        StreamModel streams;
        for (PagedSqlModel *model :
             {static_cast<PagedSqlModel *>(&jobs), static_cast<PagedSqlModel *>(&deliveries),
              static_cast<PagedSqlModel *>(&events), static_cast<PagedSqlModel *>(&streams)}) {
            model->setSource(m_gateway.get());
            restart(*model);
            QCOMPARE(model->rowCount(), 1);
            for (const ModelColumn &column : model->columns())
                QVERIFY2(model->record(0).contains(column.field), qPrintable(column.field));
            for (const ModelColumn &column : model->columns()) {
                if (!column.sortable || (model == &jobs && column.field == "next_attempt"))
                    continue;
                model->sort(model->columnOf(column.field), Qt::AscendingOrder);
                QTRY_VERIFY(model->isSettled());
                QCOMPARE(model->rowCount(), 1);
            }
        }
        QCOMPARE(deliveries.index(0, 0).data(PagedSqlModel::StateRole).toString(), QString("failed"));
        QCOMPARE(deliveries.index(0, deliveries.columnOf("duration_ms")).data().toString(), QString("1.5 s"));
    }

private:
    static void restart(PagedSqlModel &model)
    {
        model.restart();
        QTRY_VERIFY(model.isSettled());
        QVERIFY(model.hasLoaded());
    }

    std::unique_ptr<TestDatabase> m_database;
    std::unique_ptr<Gateway> m_gateway;
};

QTEST_GUILESS_MAIN(TestLivePages)
#include "test_live_pages.moc"
