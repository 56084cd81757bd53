#pragma once

#include "app/core/filter.h"
#include "app/database/pg_connection.h"

#include <optional>

namespace signalbox {

/// A filter as SQL over one table, whose rows go by the alias job, delivery, event or stream. Values are
/// bound; only words of closed sets are written out, because a partial index serves a query only when its
/// predicate can be proven.
struct FilterSql
{
    Table table = Table::Jobs;
    QStringList conditions; ///< to be and-ed; may be empty
    Bindings bindings;
    /// Jobs only: the states that are left, when not all of them are. Kept apart so that a page can read each
    /// state from its own partial index and merge.
    std::optional<QStringList> statuses;

    /// Everything and-ed, statuses included; "true" for an empty filter.
    QString condition() const;
    /// Everything but the statuses.
    QString conditionWithoutStatus() const;
    /// One condition per partial index that serves the statuses: jobs have none that holds them all, because
    /// each change of state would pay for it. Never empty.
    QStringList branches() const;
};

FilterSql filterSql(const Filter &filter, Table table);

} // namespace signalbox
