#pragma once

#include <QDateTime>
#include <QUuid>

namespace signalbox {

/// A UUID of version 7 (RFC 9562): milliseconds first, then chance. Rows that are only added to get their
/// place at the end of an index on such ids, whatever the index has grown to; random ones go all over it.
QUuid timeOrderedUuid(const QDateTime &moment);

} // namespace signalbox
