#pragma once

#include <QByteArray>
#include <QSqlRecord>
#include <QStringList>
#include <QVariant>

namespace signalbox {

/// `{"id": …}` of some columns of a row. JSON columns go out as they are, digit for digit; no character that
/// a terminal would obey is left.
QByteArray jsonObject(const QSqlRecord &row, const QStringList &columns);

/// Whether a value is written without quotes.
bool isNumber(const QVariant &value);

/// A text as a JSON string, control characters escaped.
QByteArray jsonString(const QString &text);

} // namespace signalbox
