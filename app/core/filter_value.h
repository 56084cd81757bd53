#pragma once

#include "app/core/filter.h"
#include "app/core/filter_lexer.h"

namespace signalbox {

/// Understands one alternative of a term. Errors are of kind Usage and carry the position of the value.
Result<FilterValue> parseFilterValue(const FilterText &value, FilterField field, Table table,
                                     const QDateTime &now);

/// A Usage error that points into the filter.
tl::unexpected<Error> filterError(qsizetype position, const QString &why, const QString &hint = {});

} // namespace signalbox
