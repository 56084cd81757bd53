#pragma once

#include "app/core/clock.h"
#include "app/core/page_source.h"
#include "models/read_pace.h"
#include "models/row_merge.h"

#include <QAbstractTableModel>
#include <QElapsedTimer>
#include <QHash>
#include <QTimer>

#include <memory>
#include <optional>

namespace signalbox {

/// One column of a table view: which field it shows and how.
struct ModelColumn
{
    enum class Show { Text, Id, Number, Milliseconds, Time, State, Code };

    QString field;
    QString title;
    Show show = Show::Text;
    bool sortable = false; ///< an index carries this order (design §2.3)
    int widthInCharacters = 12;
    bool shownAtFirst = true;
    int givesWay = 0; ///< 1 is left out first where there is no room for all; 0: never
};

/// The model behind every paged table (design §1): rows are QSqlRecord values that a PageSource reads
/// elsewhere, so the GUI thread never waits. Its interface follows QSqlQueryModel (record, canFetchMore,
/// fetchMore).
///
/// Memory is bounded: the model holds a window of at most `windowLimit()` rows of the order. Rows fetched
/// beyond it push out rows at the other end; `hasRowsAbove` / `fetchPrevious` bring them back. A view keeps
/// its place by shifting its scroll bar by the rows that were inserted or removed above its first visible
/// row.
///
/// After a failure the rows stay; the next refresh or fetch tries again. Lives on the GUI thread.
class PagedSqlModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Role {
        KeyRole = Qt::UserRole + 1, ///< the row's id, in full
        RawRole,                    ///< the field's whole value
        StateRole,                  ///< word for the pill: pending, failed, no-answer ...
        SortColumnRole,             ///< (header) name to sort by; invalid where no index carries the order
        TimeRole,                   ///< QDateTime of a time column
        AlikeRole                   ///< (id columns) how many first characters all rows have in common
    };

    PagedSqlModel(Table table, QList<ModelColumn> columns, QObject *parent = nullptr);
    ~PagedSqlModel() override;

    /// Both must outlive the model. Without a source the model is empty.
    void setSource(PageSource *source);
    void setClock(const Clock *clock);

    Table table() const { return m_table; }
    const QList<ModelColumn> &columns() const { return m_columns; }
    int columnOf(const QString &field) const; ///< -1 if there is none

    /// A different filter or order starts afresh from the top.
    void setFilter(const Filter &filter);
    const Filter &filter() const { return m_filter; }
    void setSort(const Sort &sort);
    const Sort &currentSort() const { return m_sort; }
    /// Sorts by a column; ignored where no index carries the order.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;
    int sortColumn() const; ///< index of the column that orders the rows, or -1

    /// Empties the model and reads the first page.
    void restart();
    /// Empties the model and reads nothing: the database is gone.
    void clear();
    /// Reads the visible rows (and some around) again and merges them by key, so that selection and scroll
    /// survive. At the top new rows come in; elsewhere they are counted: newRowsAbove. Calls while one is
    /// under way are folded into one.
    void refresh(int firstVisible, int lastVisible);
    /// Which rows are on screen: their relative times are kept fresh.
    void setVisibleRows(int first, int last);
    /// Brings in what newRowsAbove counted; the view then scrolls to the top.
    void showNewRows();
    int newRowsAbove() const { return m_newRowsAbove; }

    bool hasRowsAbove() const
    {
        return m_rowsAbove;
    } ///< rows of the order that were read once and pushed out
    void fetchPrevious();
    bool canFetchMore(const QModelIndex &parent = {}) const override;
    void fetchMore(const QModelIndex &parent = {}) override;

    bool isLoading() const { return m_loading; } ///< a page the user waits for is on its way
    /// Ends a search that takes long; what it has found so far arrives as a page.
    void stopSearch() { m_pace.stop(); }
    bool wasStopped() const { return m_wasStopped; } ///< the rows are those of a search that was ended
    bool isSettled() const;                          ///< nothing is on its way
    bool hasLoaded() const { return m_hasLoaded; }   ///< at least one page arrived since the last restart
    /// How many rows match, counted with the precision asked for; asked again with requestCount.
    std::optional<RowCount> count() const { return m_count; }
    /// Why the rows could not be read the last time, and why they could not be counted; none: they could.
    const std::optional<Error> &failure() const { return m_failure; }
    const std::optional<Error> &countFailure() const { return m_countFailure; }
    void requestCount(CountRequest::Precision precision);

    QSqlRecord record(int row) const;
    QString keyAt(int row) const;
    int rowOfKey(const QString &key) const; ///< -1 if it is not in the window

    void setPageSize(int rows);
    void setWindowLimit(int rows);
    int windowLimit() const { return m_windowLimit; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

signals:
    void loadingChanged(bool loading);
    /// A page that the user waits for is searched for in steps.
    void searching(const signalbox::SearchProgress &progress);
    void settled();
    /// A page arrived and is shown, also while the next one is on its way already.
    void rowsRead();
    void failed(const signalbox::Error &error);
    void countChanged(const signalbox::RowCount &count);
    void newRowsAboveChanged(int rows);

protected:
    /// Whether an index carries the order of a column under the present filter.
    virtual bool canSortBy(const ModelColumn &column) const { return column.sortable; }
    /// Word for the pill of a row; empty: none.
    virtual QString stateOf(const QSqlRecord &row) const;
    /// Text of a field where the general rules are not enough; invalid: use them.
    virtual QVariant displayOf(const ModelColumn &column, const QSqlRecord &row) const;
    QDateTime now() const;

private:
    enum class Read { None, First, More, Previous, Refresh };

    void startRead(Read read, const PageRequest &request);
    void pageArrived(quint64 token, Read read, const PageRequest &request, Result<Page> page);
    void applyPage(Read read, const PageRequest &request, const Page &page);
    void applyRefresh(const PageRequest &request, const Page &page);
    void finishRead();
    void startRefresh();
    void abandonReads();
    void clearRows();
    void evictAtTop();
    void evictAtBottom();
    void setLoading(bool loading);
    void setNewRowsAbove(int rows);
    void setCount(const RowCount &count);
    void countNewRows();
    void countWhatIsLoaded();
    void tick();
    PageRequest newRequest() const;
    Sort defaultSort() const; ///< newest first
    void dropLostSort();
    QVariant displayText(const ModelColumn &column, const QSqlRecord &row) const;
    qsizetype alikeIn(int column) const;
    RowMergeHooks mergeHooks();

    const Table m_table;
    const QList<ModelColumn> m_columns;
    PageSource *m_source = nullptr;
    const Clock *m_clock;
    SystemClock m_systemClock;

    QList<QSqlRecord> m_rows;
    mutable QHash<int, qsizetype> m_alike; ///< by column; empty once rows changed
    Filter m_filter;
    Sort m_sort;
    bool m_rowsAbove = false;
    bool m_rowsBelow = false;
    bool m_hasLoaded = false;
    bool m_loading = false;
    std::optional<Cursor> m_top; ///< the first row of the order as last seen: what lies before it is new

    ReadPace m_pace;
    bool m_wasStopped = false;
    Read m_reading = Read::None;
    quint64 m_token = 0; ///< replies with another token are stale
    quint64 m_countToken = 0;
    quint64 m_newRowsToken = 0;
    bool m_refreshWanted = false;
    int m_firstVisible = 0;
    int m_lastVisible = -1;
    int m_newRowsAbove = 0;
    bool m_counting = false;
    bool m_countingNewRows = false;
    CountRequest::Precision m_precision = CountRequest::Precision::Capped;
    QElapsedTimer m_counted;
    std::optional<RowCount> m_count;
    std::optional<Error> m_failure;
    std::optional<Error> m_countFailure;

    int m_pageSize = 200;
    int m_windowLimit = 4000;
    QTimer m_tick;
};

} // namespace signalbox
