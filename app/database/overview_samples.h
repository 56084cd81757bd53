#pragma once

#include "app/core/console.h"

#include <QString>

namespace signalbox {

/// The table a monitoring query scans.
QString sampledTable(Monitoring query);

/// A monitoring query answered from `:percent` of its table's blocks, of the rows that `bound` holds for.
/// Groups of up to a thousand rows (ten thousand of a stream or a state) are counted. Empty where
/// the query reads no more than it shows.
QString sampledSql(Monitoring query, const QString &bound);

} // namespace signalbox
