#include "models/paged_sql_model.h"

// The counting half of PagedSqlModel: how many rows match, and how many are new above the window.

namespace signalbox {

namespace {

constexpr int newRowsCap = 1'000; ///< new rows above are counted up to here

} // namespace

void PagedSqlModel::setNewRowsAbove(int rows)
{
    if (m_newRowsAbove == rows)
        return;
    m_newRowsAbove = rows;
    emit newRowsAboveChanged(rows);
}

void PagedSqlModel::countNewRows()
{
    if (!m_top || m_countingNewRows)
        return;
    CountRequest request;
    request.table = m_table;
    request.filter = m_filter;
    request.sort = m_sort;
    request.before = m_top;
    request.cap = newRowsCap;
    m_countingNewRows = true;
    const quint64 token = ++m_newRowsToken;
    m_source->countRows(request, this, [this, token](const Result<RowCount> &count) {
        if (token != m_newRowsToken)
            return;
        m_countingNewRows = false;
        if (count)
            setNewRowsAbove(int(count->rows));
        if (isSettled())
            emit settled();
    });
}

void PagedSqlModel::requestCount(CountRequest::Precision precision)
{
    if (!m_source || (m_counting && precision == m_precision))
        return;
    m_precision = precision;
    m_counting = true;
    m_counted.start();
    CountRequest request;
    request.table = m_table;
    request.filter = m_filter;
    request.sort = m_sort;
    request.precision = precision;
    const quint64 token = ++m_countToken;
    m_source->countRows(request, this, [this, token](const Result<RowCount> &count) {
        if (token != m_countToken)
            return;
        m_counting = false;
        m_countFailure = count ? std::nullopt : std::optional(count.error());
        if (count)
            setCount(*count);
        else
            emit failed(count.error());
        countWhatIsLoaded();
        if (isSettled())
            emit settled();
    });
}

void PagedSqlModel::setCount(const RowCount &count)
{
    if (m_count && m_count->kind == count.kind && m_count->rows == count.rows)
        return;
    m_count = count;
    emit countChanged(count);
}

// With the whole order in the window its length is known without asking.
void PagedSqlModel::countWhatIsLoaded()
{
    if (!m_hasLoaded || m_rowsAbove || m_rowsBelow || m_newRowsAbove != 0 || m_wasStopped)
        return;
    m_countFailure.reset();
    setCount({RowCount::Kind::Exact, m_rows.size()});
}

} // namespace signalbox
