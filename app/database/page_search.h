#pragma once

#include "app/core/page_source.h"
#include "app/database/row_reader.h"

namespace signalbox {

/// Rows that a filter finds, whether or not an index carries it.
struct FoundRows
{
    QList<QSqlRecord> rows;
    bool stopped = false; ///< the search was ended early; there may be more
};

/// Reads rows newest first within a short time where the filter's plan allows it, else says that it searches,
/// gives one statement two seconds more, and then searches the order in slices of time, telling how far it is
/// and looking after each whether it shall stop. A slice takes some
/// hundred milliseconds, so that nothing else waits long for the connection. `bindings` lack :limit.
Result<FoundRows> searchRows(const RowReader &reader, const Bindings &bindings, int limit,
                             const SearchWatch &watch);

/// Whether searchRows can serve: newest first by a time.
bool isSearchable(const RowFinder &finder);

} // namespace signalbox
