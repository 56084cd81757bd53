#pragma once

#include "app/core/page.h"
#include "app/database/comparison_sql.h"

namespace signalbox {

/// What the words of the filter language that speak of attempts mean in SQL: of a delivery itself, of a job
/// by any of its attempts. The table stands there as `delivery` or `job`.
struct AttemptFilter
{
    Table table = Table::Jobs;
    BindValue bind;

    QString ofAttempts(const FilterTerm &term, const FilterValue &value) const; ///< code, outcome, duration
    QString failed(const FilterValue &value) const;
    QString response(const FilterValue &value) const;

private:
    QString attempt(const QString &alias, const FilterTerm &term, const FilterValue &value) const;
};

/// The predicate of the partial index of failed attempts.
QString failedAttempt(const QString &alias);

/// A term that leaves no successful attempt, so that this index serves.
bool excludesSuccess(const FilterTerm &term);

} // namespace signalbox
