#pragma once

#include "app/core/filter.h"
#include "app/core/page.h"
#include "app/core/result.h"

class QObject;

namespace signalbox {

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
};

struct CountRequest
{
    enum class Precision { Estimate, Capped, Exact };

    Table table = Table::Jobs;
    Filter filter;
    Precision precision = Precision::Capped;
    int cap = 10'000;
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
