#include "models/job_model.h"
#include "tests/models/scripted_page_source.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace signalbox;

namespace {

class FixedClock final : public Clock
{
public:
    QDateTime now() const override { return QDateTime(QDate(2026, 1, 1), QTime(12, 5), Qt::UTC); }
};

QString name(int number)
{
    return QStringLiteral("%1").arg(number, 6, 10, QLatin1Char('0'));
}

} // namespace

class TestPagedSqlModel : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_source = std::make_unique<ScriptedPageSource>();
        m_model = std::make_unique<JobModel>();
        m_tester = std::make_unique<QAbstractItemModelTester>(
            m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        m_model->setClock(&m_clock);
        m_model->setPageSize(20);
        m_model->setWindowLimit(60);
        m_model->setSource(m_source.get());
    }

    void cleanup()
    {
        m_tester.reset();
        m_model.reset();
        m_source.reset();
    }

    void showsThatItLoadsAndThenTheFirstPage()
    {
        fill(50);
        QSignalSpy loading(m_model.get(), &PagedSqlModel::loadingChanged);
        QSignalSpy settled(m_model.get(), &PagedSqlModel::settled);
        m_model->restart();
        QVERIFY(m_model->isLoading());
        QVERIFY(!m_model->isSettled());
        QVERIFY(!m_model->hasLoaded());
        m_source->answerAll();
        QVERIFY(!m_model->isLoading());
        QVERIFY(m_model->isSettled());
        QCOMPARE(loading.size(), 2);
        QCOMPARE(settled.size(), 1);
        QCOMPARE(m_model->rowCount(), 20);
        QCOMPARE(m_model->keyAt(0), name(49));
        QVERIFY(m_model->canFetchMore());
        QCOMPARE(m_model->count()->rows, qint64(50));
    }

    void anEmptyTableIsLoadedToo()
    {
        m_model->restart();
        m_source->answerAll();
        QVERIFY(m_model->hasLoaded());
        QCOMPARE(m_model->rowCount(), 0);
        QVERIFY(!m_model->canFetchMore());
    }

    void aSearchTellsHowFarItIsAndCanBeEnded()
    {
        // Given a filter that takes long
        fill(50);
        QSignalSpy searching(m_model.get(), &PagedSqlModel::searching);
        m_model->restart();
        m_source->tellProgress(0, {0.12, 3});
        QCOMPARE(searching.size(), 1);
        QCOMPARE(searching.constFirst().constFirst().value<SearchProgress>().found, qsizetype(3));

        // When the operator ends it
        QVERIFY(!m_source->isAskedToStop(0));
        m_model->stopSearch();
        QVERIFY(m_source->isAskedToStop(0));
        m_source->answerStopped(0, 3);

        // Then what was found is shown, and neither scrolling nor the next tick begins it again
        QCOMPARE(m_model->rowCount(), 3);
        QVERIFY(m_model->wasStopped());
        QVERIFY(!m_model->canFetchMore());
        QVERIFY(!m_model->count()); // three were found; how many there are nobody knows
        m_model->refresh(0, 2);
        QVERIFY(m_source->pages.isEmpty());

        // But another filter does, and the search of an earlier one is ended
        m_model->restart();
        QVERIFY(!m_model->wasStopped());
        m_model->restart();
        QVERIFY(m_source->isAskedToStop(0));
        QVERIFY(!m_source->isAskedToStop(1));
    }

    void keepsABoundedWindowAndFindsBack()
    {
        fill(200);
        load();
        while (m_model->canFetchMore())
            fetchMore();
        QCOMPARE(m_model->rowCount(), 60);
        QVERIFY(m_model->hasRowsAbove());
        QCOMPARE(m_model->keyAt(59), name(0));
        while (m_model->hasRowsAbove()) {
            m_model->fetchPrevious();
            m_source->answerAll();
            QVERIFY(m_model->rowCount() <= 60);
        }
        QCOMPARE(m_model->keyAt(0), name(199));
        QVERIFY(m_model->canFetchMore());
        for (int row = 1; row < m_model->rowCount(); ++row)
            QVERIFY(m_model->keyAt(row) < m_model->keyAt(row - 1));
    }

    void dropsRepliesOfAnEarlierFilter()
    {
        fill(30);
        m_model->restart();
        m_model->setFilter(*parseFilter("status:failed", Table::Jobs));
        QCOMPARE(m_source->pages.size(), 2);
        // The second answer comes first; the first is of a filter that is gone.
        m_source->answer(1);
        const int rows = m_model->rowCount();
        m_source->table.clear();
        m_source->answer(0);
        QCOMPARE(m_model->rowCount(), rows);
        QVERIFY(!m_model->isLoading());
    }

    void aPageTheUserWaitsForOvertakesARefresh()
    {
        fill(100);
        load();
        m_model->refresh(0, 10);
        m_model->fetchMore();
        QCOMPARE(m_source->pages.size(), 2);
        m_source->answer(0);
        QCOMPARE(m_model->rowCount(), 20);
        m_source->answerAll();
        QCOMPARE(m_model->rowCount(), 40);
    }

    void refreshMergesAndKeepsTheSelection()
    {
        fill(30);
        load();
        const QPersistentModelIndex selected = m_model->index(m_model->rowOfKey(name(25)), 0);
        add(30);
        add(31);
        remove(28);
        change(26, "failed");
        QSignalSpy reset(m_model.get(), &QAbstractItemModel::modelReset);
        m_model->refresh(0, 10);
        m_source->answerAll();
        QCOMPARE(reset.size(), 0);
        QCOMPARE(m_model->keyAt(0), name(31));
        QCOMPARE(m_model->rowOfKey(name(28)), -1);
        QVERIFY(selected.isValid());
        QCOMPARE(selected.data(PagedSqlModel::KeyRole).toString(), name(25));
        QCOMPARE(m_model->index(m_model->rowOfKey(name(26)), 0).data(PagedSqlModel::StateRole).toString(),
                 QString("failed"));
    }

    void refreshesAreFoldedIntoOne()
    {
        fill(10);
        load();
        for (int i = 0; i < 5; ++i)
            m_model->refresh(0, 5);
        QCOMPARE(m_source->pages.size(), 1);
        m_source->answer(0);
        QCOMPARE(m_source->pages.size(), 1);
        m_source->answer(0);
        QCOMPARE(m_source->pages.size(), 0);
    }

    void countsNewRowsWhileScrolledAway()
    {
        m_model->setWindowLimit(400);
        fill(300);
        load();
        while (m_model->rowCount() < 200)
            fetchMore();
        for (int i = 300; i < 307; ++i)
            add(i);
        QSignalSpy above(m_model.get(), &PagedSqlModel::newRowsAboveChanged);
        const QString top = m_model->keyAt(0);
        m_model->refresh(100, 110);
        m_source->answerAll();
        QCOMPARE(m_model->keyAt(0), top);
        QCOMPARE(m_model->newRowsAbove(), 7);
        QCOMPARE(above.size(), 1);
        m_model->showNewRows();
        m_source->answerAll();
        QCOMPARE(m_model->keyAt(0), name(306));
        QCOMPARE(m_model->newRowsAbove(), 0);
        QVERIFY(m_model->rowOfKey(top) == 7);
    }

    void refreshInTheMiddleTouchesOnlyThatPart()
    {
        m_model->setWindowLimit(400);
        fill(300);
        load();
        while (m_model->rowCount() < 200)
            fetchMore();
        change(195, "failed"); // row 104
        remove(190);
        m_model->refresh(100, 110);
        QVERIFY(m_source->pages.constFirst().request.limit < 100);
        m_source->answerAll();
        QCOMPARE(m_model->keyAt(0), name(299));
        QCOMPARE(m_model->keyAt(108), name(191));
        QCOMPARE(m_model->keyAt(109), name(189));
        QCOMPARE(m_model->keyAt(160), name(138));
        QCOMPARE(m_model->index(104, 0).data(PagedSqlModel::StateRole).toString(), QString("failed"));
        QCOMPARE(m_model->rowOfKey(name(190)), -1);
        QVERIFY(!m_model->hasRowsAbove());
    }

    void manyNewRowsAtTheTopLeaveNoGap()
    {
        fill(40);
        load();
        const QPersistentModelIndex selected = m_model->index(m_model->rowOfKey(name(30)), 0);
        m_model->setWindowLimit(500);
        for (int i = 40; i < 140; ++i)
            add(i);
        m_model->refresh(0, 10);
        m_source->answerAll();
        verifyContiguous(139);
        QVERIFY(selected.isValid());
        // More than any page holds: the window starts afresh at the top.
        for (int i = 140; i < 900; ++i)
            add(i);
        m_model->refresh(0, 10);
        m_source->answerAll();
        verifyContiguous(899);
        QVERIFY(m_model->canFetchMore());
    }

    void aFailureKeepsTheRows()
    {
        fill(30);
        load();
        QSignalSpy failed(m_model.get(), &PagedSqlModel::failed);
        m_model->refresh(0, 10);
        m_source->failPage(0, Error{Error::Kind::Unavailable, "database", "gone", {}, {}, -1});
        QCOMPARE(failed.size(), 1);
        QCOMPARE(m_model->rowCount(), 20);
        QVERIFY(m_model->isSettled());
        m_model->fetchMore();
        m_source->failPage(0, Error{Error::Kind::Unavailable, "database", "gone", {}, {}, -1});
        QVERIFY(!m_model->isLoading());
        fetchMore();
        QCOMPARE(m_model->rowCount(), 30);
    }

    void aFirstPageThatFailedIsAskedForAgain()
    {
        fill(5);
        m_model->restart();
        m_source->failPage(0, Error{Error::Kind::Unavailable, "database", "gone", {}, {}, -1});
        m_source->answerAll();
        QVERIFY(!m_model->hasLoaded());
        m_model->refresh(0, 0);
        m_source->answerAll();
        QCOMPARE(m_model->rowCount(), 5);
    }

    void aRowThatVanishedUnderTheCursorDoesNotStopARefresh()
    {
        m_model->setWindowLimit(400);
        fill(300);
        load();
        while (m_model->rowCount() < 200)
            fetchMore();
        m_model->refresh(100, 110);
        const QString start = m_source->pages.constFirst().request.from->id;
        remove(start.toInt());
        m_source->answerAll();
        QCOMPARE(m_model->rowOfKey(start), -1);
    }

    void sortsOnlyWhereAnIndexCarriesTheOrder()
    {
        fill(5);
        load();
        QVERIFY(
            !m_model
                 ->headerData(m_model->columnOf("last_error"), Qt::Horizontal, PagedSqlModel::SortColumnRole)
                 .isValid());
        m_model->sort(m_model->columnOf("last_error"));
        QVERIFY(m_source->pages.isEmpty());
        m_model->sort(m_model->columnOf("created_at"), Qt::AscendingOrder);
        m_source->answerAll();
        QCOMPARE(m_model->keyAt(0), name(0));
    }

    void nextAttemptOrdersOpenJobsOnly()
    {
        fill(5);
        load();
        const int column = m_model->columnOf("next_attempt");
        QVERIFY(!m_model->headerData(column, Qt::Horizontal, PagedSqlModel::SortColumnRole).isValid());
        m_model->setFilter(*parseFilter("status:pending", Table::Jobs));
        QVERIFY(m_model->headerData(column, Qt::Horizontal, PagedSqlModel::SortColumnRole).isValid());
        m_model->sort(column, Qt::AscendingOrder);
        QCOMPARE(m_model->currentSort().column, QString("next_attempt"));
        m_model->setFilter({});
        QCOMPARE(m_model->currentSort().column, QString("created_at"));
    }

    void showsShortIdsAndRelativeTimes()
    {
        m_source->table << scriptedRow("4da4f9fc-0000-4000-8000-000000001a69", "1");
        load();
        const QModelIndex id = m_model->index(0, m_model->columnOf("id"));
        QCOMPARE(id.data().toString(), QString("4da4f9fc\u20261a69"));
        QCOMPARE(id.data(PagedSqlModel::RawRole).toString(), QString("4da4f9fc-0000-4000-8000-000000001a69"));
        const QModelIndex created = m_model->index(0, m_model->columnOf("created_at"));
        QCOMPARE(created.data().toString(), QString("5 min ago"));
        QVERIFY(created.data(Qt::ToolTipRole).toString().startsWith("2026-01-01 12:00:00.000"));
        QCOMPARE(m_model->index(0, m_model->columnOf("attempts")).data().toString(), QString("1 / 4"));
    }

    void timesGrowOldOnlyWhereTheyAreSeen()
    {
        fill(20);
        load();
        m_model->setVisibleRows(3, 7);
        QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
        QTRY_VERIFY_WITH_TIMEOUT(!changed.isEmpty(), 5000);
        QCOMPARE(changed.constFirst().at(0).toModelIndex().row(), 3);
        QCOMPARE(changed.constFirst().at(1).toModelIndex().row(), 7);
    }

private:
    void fill(int rows)
    {
        for (int i = 0; i < rows; ++i)
            add(i);
    }
    void add(int number) { m_source->table << scriptedRow(name(number), name(number)); }
    void remove(int number)
    {
        m_source->table.removeIf([number](const QSqlRecord &row) { return rowKey(row) == name(number); });
    }
    void change(int number, const QString &status)
    {
        for (QSqlRecord &row : m_source->table) {
            if (rowKey(row) == name(number))
                row = scriptedRow(name(number), name(number), status);
        }
    }
    void load()
    {
        m_model->restart();
        m_source->answerAll();
    }
    void fetchMore()
    {
        m_model->fetchMore();
        m_source->answerAll();
    }
    void verifyContiguous(int top)
    {
        for (int row = 0; row < m_model->rowCount(); ++row)
            QCOMPARE(m_model->keyAt(row), name(top - row));
    }

    FixedClock m_clock;
    std::unique_ptr<ScriptedPageSource> m_source;
    std::unique_ptr<JobModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

QTEST_GUILESS_MAIN(TestPagedSqlModel)
#include "test_paged_sql_model.moc"
