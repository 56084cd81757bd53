#pragma once

#include "app/cli/command_line.h"
#include "app/core/result.h"

#include <QList>
#include <QSqlRecord>
#include <QStringList>

namespace signalbox {

enum class RowFormat { Table, Json, Csv };

/// Rows to print. Their columns are named as in the schema.
struct RowSet
{
    QStringList columns;      ///< all of them: what json and csv write
    QStringList tableColumns; ///< the few that a terminal has room for
    QList<QSqlRecord> rows;
};

Option formatOption();
/// --format table|json|csv; table when it is not given. Errors: Usage.
Result<RowFormat> chosenFormat(const CommandLine &line);

/// json: an array of objects, JSON columns as they are, digit for digit. csv: RFC 4180 with a header; a text
/// that a spreadsheet would take for a formula begins with an apostrophe. table: aligned, cells cut. None of
/// them holds a control character that a terminal would obey.
QByteArray formatRows(const RowSet &set, RowFormat format);

} // namespace signalbox
