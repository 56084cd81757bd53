#pragma once

#include <QString>
#include <QStringList>

namespace signalbox {

/// jsonpath predicate that is true where the value at `path` (or any element of an array there) equals
/// `value`, read as a string and, where it is one, as a number, true, false or null. With `insideData` the
/// path also starts below "data", where a fanned-out job carries its event's payload.
QString payloadPredicate(const QStringList &path, const QString &value, bool insideData);

} // namespace signalbox
