#include "models/paged_sql_model.h"

#include "app/core/sql_state.h"

// The reading half of PagedSqlModel: which pages are asked for and what becomes of their rows.

namespace signalbox {

namespace {

constexpr int marginRows = 40; ///< re-read around the visible rows, so that a short scroll shows fresh ones
constexpr int gapFactor = 10;  ///< pages read at once when more rows arrived than one page holds
constexpr qint64 recountAfterMs = 10'000;

} // namespace

void PagedSqlModel::setSource(PageSource *source)
{
    abandonReads();
    m_source = source;
    clearRows();
}

void PagedSqlModel::setFilter(const Filter &filter)
{
    if (m_filter.terms == filter.terms && m_hasLoaded) {
        m_filter.text = filter.text;
        return;
    }
    m_filter = filter;
    dropLostSort();
    emit headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
    restart();
}

// An order that no index carries under the new filter gives way to the usual one.
void PagedSqlModel::dropLostSort()
{
    const int column = sortColumn();
    if (column >= 0 && !canSortBy(m_columns.at(column)))
        m_sort = defaultSort();
}

void PagedSqlModel::setSort(const Sort &sort)
{
    if (m_sort == sort)
        return;
    m_sort = sort;
    emit headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
    restart();
}

void PagedSqlModel::setPageSize(int rows)
{
    m_pageSize = qMax(1, rows);
}

void PagedSqlModel::setWindowLimit(int rows)
{
    m_windowLimit = qMax(1, rows);
}

PageRequest PagedSqlModel::newRequest() const
{
    PageRequest request;
    request.table = m_table;
    request.filter = m_filter;
    request.sort = m_sort;
    request.limit = m_pageSize;
    return request;
}

void PagedSqlModel::restart()
{
    abandonReads();
    clearRows();
    if (!m_source)
        return;
    setLoading(true);
    startRead(Read::First, newRequest());
    requestCount(m_filter.isEmpty() ? CountRequest::Precision::Estimate : CountRequest::Precision::Capped);
}

void PagedSqlModel::clear()
{
    abandonReads();
    clearRows();
}

void PagedSqlModel::abandonReads()
{
    ++m_token;
    ++m_countToken;
    ++m_newRowsToken;
    m_pace.stop();
    m_pace.forget();
    m_wasStopped = false;
    m_reading = Read::None;
    m_counting = false;
    m_countingNewRows = false;
    m_refreshWanted = false;
    setLoading(false);
}

void PagedSqlModel::clearRows()
{
    if (!m_rows.isEmpty()) {
        beginResetModel();
        m_rows.clear();
        endResetModel();
    }
    m_rowsAbove = m_rowsBelow = m_hasLoaded = false;
    m_alike.clear();
    m_top.reset();
    m_count.reset();
    m_failure.reset();
    m_countFailure.reset();
    m_tick.stop();
    setNewRowsAbove(0);
}

bool PagedSqlModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && m_rowsBelow && m_source;
}

void PagedSqlModel::fetchMore(const QModelIndex &parent)
{
    // A refresh under way gives way: the user waits for this page.
    if (!canFetchMore(parent) || m_rows.isEmpty() || m_loading)
        return;
    PageRequest request = newRequest();
    request.from = rowCursor(m_rows.constLast());
    setLoading(true);
    startRead(Read::More, request);
}

void PagedSqlModel::fetchPrevious()
{
    if (!m_rowsAbove || m_rows.isEmpty() || m_loading || !m_source)
        return;
    PageRequest request = newRequest();
    request.from = rowCursor(m_rows.constFirst());
    request.direction = PageRequest::Direction::Backward;
    setLoading(true);
    startRead(Read::Previous, request);
}

void PagedSqlModel::refresh(int firstVisible, int lastVisible)
{
    setVisibleRows(firstVisible, lastVisible);
    if (!m_source)
        return;
    if (m_reading != Read::None) {
        m_refreshWanted = true;
        return;
    }
    if (!m_hasLoaded) {
        restart();
        return;
    }
    // What was ended by hand is not begun again by itself, and what takes long not at every tick.
    if (!m_wasStopped && m_pace.mayRepeat())
        startRefresh();
}

void PagedSqlModel::startRefresh()
{
    m_refreshWanted = false;
    const bool atTop = m_firstVisible == 0 && !m_rowsAbove;
    PageRequest request = newRequest();
    const int last = qMax(m_firstVisible, m_lastVisible) + marginRows;
    if (atTop || m_rows.isEmpty()) {
        request.limit = qMax(m_pageSize, last + 1);
    } else {
        const int first = qBound(0, m_firstVisible - marginRows, int(m_rows.size()) - 1);
        request.from = rowCursor(m_rows.at(first));
        request.includeFrom = true;
        request.limit = qMax(1, last - first + 1);
        countNewRows();
    }
    startRead(Read::Refresh, request);
    const bool isCostly = m_countFailure && isOutOfTime(*m_countFailure);
    if (!isCostly && (!m_counted.isValid() || m_counted.hasExpired(recountAfterMs)))
        requestCount(m_precision);
}

void PagedSqlModel::showNewRows()
{
    if (m_rowsAbove) {
        restart();
        return;
    }
    refresh(0, m_lastVisible - m_firstVisible);
}

void PagedSqlModel::startRead(Read read, const PageRequest &request)
{
    m_reading = read;
    const quint64 token = ++m_token;
    PageRequest watched = request;
    watched.watch = m_pace.begin([this, token](const SearchProgress &progress) {
        if (token == m_token && m_loading)
            emit searching(progress);
    });
    m_source->fetchPage(watched, this, [this, token, read, request](Result<Page> page) {
        pageArrived(token, read, request, std::move(page));
    });
}

void PagedSqlModel::pageArrived(quint64 token, Read read, const PageRequest &request, Result<Page> page)
{
    if (token != m_token)
        return;
    m_reading = Read::None;
    m_pace.end();
    m_alike.clear();
    if (page) {
        m_failure.reset();
        m_wasStopped = page->stopped;
        applyPage(read, request, *page);
        emit rowsRead();
    } else {
        m_refreshWanted = false;
        m_failure = page.error();
        emit failed(page.error());
    }
    if (m_reading == Read::None)
        finishRead();
}

void PagedSqlModel::finishRead()
{
    setLoading(false);
    if (m_refreshWanted)
        startRefresh();
    else if (isSettled())
        emit settled();
}

bool PagedSqlModel::isSettled() const
{
    return m_reading == Read::None && !m_counting && !m_countingNewRows;
}

void PagedSqlModel::applyPage(Read read, const PageRequest &request, const Page &page)
{
    const RowMergeHooks hooks = mergeHooks();
    m_hasLoaded = true;
    if (!m_tick.isActive()) // restarted by pages that come faster, it would never ring
        m_tick.start();
    switch (read) {
    case Read::First:
        mergeRows(m_rows, 0, int(m_rows.size()), page.rows, hooks);
        m_rowsBelow = !page.complete && !page.stopped;
        m_rowsAbove = false;
        break;
    case Read::More:
        mergeRows(m_rows, int(m_rows.size()), 0, page.rows, hooks);
        m_rowsBelow = !page.complete && !page.stopped;
        evictAtTop();
        break;
    case Read::Previous:
        mergeRows(m_rows, 0, 0, page.rows, hooks);
        m_rowsAbove = !page.complete;
        evictAtBottom();
        break;
    case Read::Refresh:
        applyRefresh(request, page);
        break;
    case Read::None:
        break;
    }
    if (!m_rowsAbove && (read != Read::Refresh || !request.from)) {
        m_top = m_rows.isEmpty() ? std::nullopt : std::optional(rowCursor(m_rows.constFirst()));
        setNewRowsAbove(0);
    }
    countWhatIsLoaded();
}

void PagedSqlModel::applyRefresh(const PageRequest &request, const Page &page)
{
    int first = 0;
    if (request.from) {
        first = rowOfKey(request.from->id);
        if (first < 0)
            return;
    }
    if (page.complete) {
        mergeRows(m_rows, first, int(m_rows.size()) - first, page.rows, mergeHooks());
        m_rowsBelow = false;
        return;
    }
    // The page covers our rows down to the last one that stands where it stood; what lies below is not
    // touched.
    QHash<QString, QString> places;
    for (const QSqlRecord &row : page.rows)
        places.insert(rowKey(row), rowCursor(row).value);
    const auto stands = [this, &places](int row) {
        const Cursor cursor = rowCursor(m_rows.at(row));
        const auto place = places.constFind(cursor.id);
        return place != places.cend() && *place == cursor.value;
    };
    int last = qMin(int(m_rows.size()), first + int(page.rows.size())) - 1;
    while (last >= first && !stands(last))
        --last;
    if (last < first && !m_rows.isEmpty() && !request.from && request.limit < m_pageSize * gapFactor) {
        // More rows arrived than the page holds: read on until the ones at hand are reached.
        PageRequest wider = request;
        wider.limit = m_pageSize * gapFactor;
        startRead(Read::Refresh, wider);
        return;
    }
    const bool hasGap = last < first;
    const int length = hasGap ? int(m_rows.size()) - first : last - first + 1;
    mergeRows(m_rows, first, length, page.rows, mergeHooks());
    if (hasGap)
        m_rowsBelow = true;
    evictAtBottom();
}

void PagedSqlModel::evictAtTop()
{
    const int surplus = int(m_rows.size()) - m_windowLimit;
    if (surplus <= 0)
        return;
    beginRemoveRows({}, 0, surplus - 1);
    m_rows.remove(0, surplus);
    m_rowsAbove = true;
    endRemoveRows();
    m_firstVisible = qMax(0, m_firstVisible - surplus);
    m_lastVisible -= surplus;
}

void PagedSqlModel::evictAtBottom()
{
    const int surplus = int(m_rows.size()) - m_windowLimit;
    if (surplus <= 0)
        return;
    beginRemoveRows({}, m_windowLimit, int(m_rows.size()) - 1);
    m_rows.remove(m_windowLimit, surplus);
    m_rowsBelow = true;
    endRemoveRows();
}

RowMergeHooks PagedSqlModel::mergeHooks()
{
    return {
        [this](int first, int last) { beginInsertRows({}, first, last); },
        [this] { endInsertRows(); },
        [this](int first, int last) { beginRemoveRows({}, first, last); },
        [this] { endRemoveRows(); },
        [this](int from, int to) { beginMoveRows({}, from, from, {}, to); },
        [this] { endMoveRows(); },
        [this](int first, int last) { emit dataChanged(index(first, 0), index(last, columnCount() - 1)); }};
}

void PagedSqlModel::setLoading(bool loading)
{
    if (m_loading == loading)
        return;
    m_loading = loading;
    emit loadingChanged(loading);
}

} // namespace signalbox
