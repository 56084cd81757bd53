#include "app/cli/row_output.h"

#include "app/cli/json_output.h"
#include "app/cli/output.h"

#include <QSqlField>
#include <QVariant>

namespace signalbox {

namespace {

constexpr qsizetype widestCell = 48;

QByteArray asJson(const RowSet &set)
{
    QByteArray text = "[";
    for (const QSqlRecord &row : set.rows)
        text += (text.size() == 1 ? "\n" : ",\n") + jsonObject(row, set.columns);
    return text + (set.rows.isEmpty() ? "]\n" : "\n]\n");
}

QByteArray asJsonLines(const RowSet &set)
{
    QByteArray text;
    for (const QSqlRecord &row : set.rows)
        // A value may hold line ends of its own between its members, never within a string.
        text += jsonObject(row, set.columns).replace('\n', ' ') + '\n';
    return text;
}

// A spreadsheet takes a text that begins so for a formula; numbers are none.
bool looksLikeFormula(const QVariant &value, const QString &text)
{
    static const QString starts = QStringLiteral("=+-@\t\r");
    return !isNumber(value) && !text.isEmpty() && starts.contains(text.front());
}

// Null is an empty field, an empty text a quoted one. Lines may be broken within a quoted field; other
// control characters have no place in one.
QByteArray csvField(const QVariant &value)
{
    if (value.isNull())
        return {};
    const QString given = value.toString();
    QStringList lines = given.split('\n');
    for (QString &line : lines)
        line = terminalText(line.replace('\r', ' ').replace('\t', ' '));
    QByteArray text = lines.join('\n').toUtf8();
    const bool isFormula = looksLikeFormula(value, given);
    if (isFormula)
        text.prepend('\'');
    const bool needsQuotes =
        isFormula || text.isEmpty() || text.contains(',') || text.contains('"') || text.contains('\n');
    if (!needsQuotes)
        return text;
    return '"' + text.replace('"', "\"\"") + '"';
}

QByteArray csvLines(const RowSet &set)
{
    QByteArray text;
    for (const QSqlRecord &row : set.rows) {
        QByteArrayList fields;
        for (const QString &column : set.columns)
            fields << csvField(row.value(column));
        text += fields.join(',') + "\r\n";
    }
    return text;
}

// One line without anything that moves a terminal's cursor.
QString cellText(const QVariant &value)
{
    if (value.typeId() == QMetaType::Bool && !value.isNull())
        return value.toBool() ? QStringLiteral("yes") : QStringLiteral("no");
    QString text = value.isNull() ? QString() : terminalText(value.toString().simplified());
    if (text.size() > widestCell)
        text = text.left(widestCell - 1) + QChar(0x2026);
    return text;
}

QByteArray paddedLine(const QStringList &cells, const QList<qsizetype> &widths,
                      const QList<bool> &rightAligned)
{
    QStringList padded;
    for (qsizetype column = 0; column < cells.size(); ++column)
        padded << (rightAligned[column] ? cells[column].rightJustified(widths[column])
                                        : cells[column].leftJustified(widths[column]));
    QString line = padded.join(QStringLiteral("  "));
    while (line.endsWith(' '))
        line.chop(1);
    return line.toUtf8() + '\n';
}

} // namespace

void addField(QSqlRecord &row, const QString &name, const QVariant &value)
{
    QSqlField field(name, value.metaType());
    field.setValue(value);
    row.append(field);
}

Option formatOption()
{
    return {QStringLiteral("format"), QStringLiteral("table|json|jsonl|csv"),
            QStringLiteral("how rows are printed; table by default")};
}

Result<RowFormat> chosenFormat(const CommandLine &line)
{
    const QString name =
        line.has(QStringLiteral("format")) ? line.value(QStringLiteral("format")) : QStringLiteral("table");
    if (name == QLatin1String("table"))
        return RowFormat::Table;
    if (name == QLatin1String("json"))
        return RowFormat::Json;
    if (name == QLatin1String("jsonl"))
        return RowFormat::JsonLines;
    if (name == QLatin1String("csv"))
        return RowFormat::Csv;
    return fail(Error::Kind::Usage, QStringLiteral("command line"),
                QStringLiteral("unknown format \"%1\"").arg(name),
                QStringLiteral("table, json, jsonl or csv"));
}

QByteArray TableWriter::header(const RowSet &set)
{
    fit({set.tableColumns}, set);
    return paddedLine(set.tableColumns, m_widths, m_rightAligned);
}

QByteArray TableWriter::lines(const RowSet &set)
{
    QList<QStringList> cells;
    for (const QSqlRecord &row : set.rows) {
        QStringList line;
        for (const QString &column : set.tableColumns)
            line << cellText(row.value(column));
        cells << line;
    }
    fit(cells, set);
    QByteArray text;
    for (const QStringList &line : cells)
        text += paddedLine(line, m_widths, m_rightAligned);
    return text;
}

void TableWriter::fit(const QList<QStringList> &cells, const RowSet &set)
{
    m_widths.resize(set.tableColumns.size(), 0);
    m_rightAligned.resize(set.tableColumns.size(), false);
    for (qsizetype column = 0; column < set.tableColumns.size(); ++column) {
        for (const QStringList &line : cells)
            m_widths[column] = qMax(m_widths[column], line[column].size());
        if (!set.rows.isEmpty())
            m_rightAligned[column] = isNumber(set.rows.constFirst().value(set.tableColumns[column]));
    }
}

QByteArray formatRows(const RowSet &set, RowFormat format)
{
    switch (format) {
    case RowFormat::Json:
        return asJson(set);
    case RowFormat::JsonLines:
        return asJsonLines(set);
    case RowFormat::Csv:
        return csvHeader(set) + csvLines(set);
    case RowFormat::Table:
        break;
    }
    TableWriter writer;
    writer.header(set); // as wide as the names at least
    const QByteArray lines = writer.lines(set);
    return writer.header(set) + lines;
}

QByteArray csvHeader(const RowSet &set)
{
    return set.columns.join(',').toUtf8() + "\r\n";
}

QByteArray formatFurtherRows(const RowSet &set, RowFormat format, TableWriter &writer)
{
    if (format == RowFormat::Table)
        return writer.lines(set);
    return format == RowFormat::Csv ? csvLines(set) : asJsonLines(set);
}

QByteArray formatFields(const QSqlRecord &row, const QStringList &columns)
{
    qsizetype width = 0;
    for (const QString &column : columns)
        width = qMax(width, column.size());
    QByteArray text;
    for (const QString &column : columns) {
        const QVariant value = row.value(column);
        const bool isBool = value.typeId() == QMetaType::Bool && !value.isNull();
        const QString shown = isBool ? cellText(value) : terminalText(value.toString().simplified());
        text += (column.leftJustified(width + 2) + shown).trimmed().toUtf8() + '\n';
    }
    return text;
}

QByteArray formatObject(const QSqlRecord &row, const QStringList &columns, const QString &partsName,
                        const RowSet &parts)
{
    QByteArray text = jsonObject(row, columns);
    if (partsName.isEmpty())
        return text + '\n';
    QByteArray array = asJson(parts);
    array.chop(1);
    text.chop(1);
    return text + ", " + jsonString(partsName) + ": " + array + "}\n";
}

QByteArray linesText(const QString &text)
{
    QStringList lines = text.split('\n');
    for (QString &line : lines)
        line = terminalText(line.replace('\t', QStringLiteral("    ")));
    return lines.join('\n').toUtf8();
}

void printRows(const RowSet &set, RowFormat format, const QString &noun, const QString &place)
{
    printData(formatRows(set, format));
    if (set.rows.isEmpty())
        printMessage(QStringLiteral("0 %1 in %2").arg(noun, place));
}

} // namespace signalbox
