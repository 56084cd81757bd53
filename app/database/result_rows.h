#pragma once

#include <QList>
#include <QSqlRecord>

#include <libpq-fe.h>

namespace signalbox {

/// The columns of a result with their types and no values. Integers are int or qlonglong, numeric is text
/// (doubles would lose digits), timestamptz a QDateTime in UTC, bytea bytes, everything else text.
QSqlRecord columnsOf(const PGresult *result);

/// Appends the rows of a result as values; `columns` from columnsOf. Nulls keep their type.
void appendRows(QList<QSqlRecord> &rows, const QSqlRecord &columns, const PGresult *result);

} // namespace signalbox
