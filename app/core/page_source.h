#pragma once

#include "app/core/filter.h"
#include "app/core/page.h"
#include "app/core/result.h"

#include <atomic>
#include <functional>
#include <memory>

class QObject;

namespace signalbox {

/// How far a search is that no index carries.
struct SearchProgress
{
    double share = 0;    ///< 0 .. 1 of the time that the table spans
    qsizetype found = 0; ///< rows so far
};

/// Follows a page that may take long, and may end it early with what was found. Progress is told on the
/// thread of the request's context.
struct SearchWatch
{
    std::function<void(const SearchProgress &)> progress;   ///< may be empty
    std::shared_ptr<const std::atomic<bool>> stopRequested; ///< may be null
    int promptMs = 300; ///< an answer within this time needs no steps; 0: always in steps

    bool isGiven() const { return progress || stopRequested; }
};

/// Order to read one page of a table.
struct PageRequest
{
    enum class Direction { Forward, Backward };

    Table table = Table::Jobs;
    Filter filter;
    Sort sort;
    /// Read after (Forward) or before (Backward) this row; none: from the start of the order.
    std::optional<Cursor> from;
    bool includeFrom = false; ///< also return the row the cursor stands on
    Direction direction = Direction::Forward;
    int limit = 200;
    SearchWatch watch = {}; ///< given: a filter that takes long is searched for in steps
};

struct CountRequest
{
    enum class Precision { Estimate, Capped, Exact };

    Table table = Table::Jobs;
    Filter filter;
    Precision precision = Precision::Capped;
    int cap = 10'000;
    int budgetMs = 2'000; ///< a capped count that takes longer fails; 0: no bound but the session's
    /// Count only rows that come before this one in `sort`: what is new above the loaded window.
    std::optional<Cursor> before;
    Sort sort;
};

/// What a paged model asks of the database. Calls return at once; replies arrive on the context's thread, in
/// any order, and never after the context was destroyed.
class PageSource
{
public:
    virtual ~PageSource() = default;
    virtual void fetchPage(const PageRequest &request, QObject *context, Reply<Page> reply) = 0;
    virtual void countRows(const CountRequest &request, QObject *context, Reply<RowCount> reply) = 0;
};

} // namespace signalbox
