#pragma once

#include "app/core/filter.h"

#include <functional>

namespace signalbox {

/// Binds a value and gives the text of its parameter, cast to a type.
using BindValue = std::function<QString(const QString &value, const char *type)>;

/// A column, or what else has a value, compared with the value of a filter.
QString compareSql(const QString &expression, const FilterValue &value, const char *type,
                   const BindValue &bind);

/// How long ago a time lies, compared with the value of a filter in milliseconds.
QString ageSql(const QString &time, const FilterValue &value, const BindValue &bind);

} // namespace signalbox
