#pragma once

#include "app/cli/command_line.h"
#include "app/core/result.h"

#include <QByteArray>
#include <QList>
#include <QSqlRecord>
#include <QStringList>
#include <QVariant>

namespace signalbox {

enum class RowFormat {
    Table,
    Json,      ///< one array
    JsonLines, ///< an object a line
    Csv
};

/// Rows to print. Their columns are named as in the schema.
struct RowSet
{
    QStringList columns;      ///< all of them: what json and csv write
    QStringList tableColumns; ///< the few that a terminal has room for
    QList<QSqlRecord> rows;
};

/// Adds a column to a row that is made here rather than read.
void addField(QSqlRecord &row, const QString &name, const QVariant &value);

Option formatOption();
/// --format table|json|jsonl|csv; table when it is not given. Errors: Usage.
Result<RowFormat> chosenFormat(const CommandLine &line);

/// Lines of a table whose columns never become narrower than they were.
class TableWriter
{
public:
    QByteArray header(const RowSet &set);
    QByteArray lines(const RowSet &set);

private:
    void fit(const QList<QStringList> &cells, const RowSet &set);

    QList<qsizetype> m_widths;
    QList<bool> m_rightAligned;
};

/// json: an array of objects, JSON columns as they are, digit for digit. csv: RFC 4180 with a header; a text
/// that a spreadsheet would take for a formula begins with an apostrophe. table: aligned, cells cut. None of
/// them holds a control character that a terminal would obey.
QByteArray formatRows(const RowSet &set, RowFormat format);

QByteArray csvHeader(const RowSet &set);
/// Rows without a header, behind others: what --follow prints. Json is written as JsonLines.
QByteArray formatFurtherRows(const RowSet &set, RowFormat format, TableWriter &writer);

/// One row as lines of name and value.
QByteArray formatFields(const QSqlRecord &row, const QStringList &columns);

/// One row as a JSON object, with an array of what belongs to it under `partsName` unless that is empty.
QByteArray formatObject(const QSqlRecord &row, const QStringList &columns, const QString &partsName,
                        const RowSet &parts);

/// A text of several lines without anything that moves a terminal's cursor.
QByteArray linesText(const QString &text);

/// Prints rows to stdout; of none it says so on stderr: "0 jobs in postgres@localhost/app".
void printRows(const RowSet &set, RowFormat format, const QString &noun, const QString &place);

} // namespace signalbox
