#include "app/cli/row_output.h"

#include "app/cli/output.h"
#include "app/database/page_queries.h"

#include <nlohmann/json.hpp>

#include <QSqlField>

namespace signalbox {

namespace {

constexpr qsizetype widestCell = 48;

bool isNumber(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::LongLong:
    case QMetaType::ULongLong:
    case QMetaType::Short:
    case QMetaType::UShort:
    case QMetaType::Double:
        return true;
    default:
        return false;
    }
}

QByteArray jsonString(const QString &text)
{
    return QByteArray::fromStdString(
        nlohmann::json(text.toStdString()).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

// Within JSON text such a character can only stand in a string, where an escape means the same.
QByteArray withoutControls(const QString &json)
{
    QString text;
    text.reserve(json.size());
    for (const QChar character : json) {
        if (character == '\n' || terminalText(QString(character)) == QString(character))
            text += character;
        else
            text += QStringLiteral("\\u%1").arg(ushort(character.unicode()), 4, 16, QLatin1Char('0'));
    }
    return text.toUtf8();
}

// JSON columns hold PostgreSQL's own text and go out digit for digit: a parser would turn large numbers into
// doubles.
QByteArray jsonValue(const QString &column, const QVariant &value)
{
    if (value.isNull())
        return "null";
    if (isJsonColumn(column))
        return withoutControls(value.toString());
    if (value.typeId() == QMetaType::Bool)
        return value.toBool() ? "true" : "false";
    if (isNumber(value))
        return value.toString().toUtf8();
    return withoutControls(QString::fromUtf8(jsonString(value.toString())));
}

QByteArray asJson(const RowSet &set)
{
    QByteArray text = "[";
    for (qsizetype row = 0; row < set.rows.size(); ++row) {
        text += row == 0 ? "\n{" : ",\n{";
        for (qsizetype column = 0; column < set.columns.size(); ++column) {
            const QString &name = set.columns[column];
            if (column > 0)
                text += ", ";
            text += jsonString(name) + ": " + jsonValue(name, set.rows[row].value(name));
        }
        text += '}';
    }
    return text + (set.rows.isEmpty() ? "]\n" : "\n]\n");
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

QByteArray asCsv(const RowSet &set)
{
    QByteArray text = set.columns.join(',').toUtf8() + "\r\n";
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

QByteArray asTable(const RowSet &set)
{
    QList<QStringList> lines{set.tableColumns};
    QList<bool> rightAligned;
    for (const QString &column : set.tableColumns)
        rightAligned << (!set.rows.isEmpty() && isNumber(set.rows.constFirst().value(column)));
    for (const QSqlRecord &row : set.rows) {
        QStringList cells;
        for (const QString &column : set.tableColumns)
            cells << cellText(row.value(column));
        lines << cells;
    }
    QList<qsizetype> widths(set.tableColumns.size(), 0);
    for (const QStringList &cells : lines) {
        for (qsizetype column = 0; column < cells.size(); ++column)
            widths[column] = qMax(widths[column], cells[column].size());
    }
    QByteArray text;
    for (const QStringList &cells : lines) {
        QStringList padded;
        for (qsizetype column = 0; column < cells.size(); ++column)
            padded << (rightAligned[column] ? cells[column].rightJustified(widths[column])
                                            : cells[column].leftJustified(widths[column]));
        QString line = padded.join(QStringLiteral("  "));
        while (line.endsWith(' '))
            line.chop(1);
        text += line.toUtf8() + '\n';
    }
    return text;
}

} // namespace

Option formatOption()
{
    return {QStringLiteral("format"), QStringLiteral("table|json|csv"),
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
    if (name == QLatin1String("csv"))
        return RowFormat::Csv;
    return fail(Error::Kind::Usage, QStringLiteral("command line"),
                QStringLiteral("unknown format \"%1\"").arg(name), QStringLiteral("table, json or csv"));
}

QByteArray formatRows(const RowSet &set, RowFormat format)
{
    switch (format) {
    case RowFormat::Json:
        return asJson(set);
    case RowFormat::Csv:
        return asCsv(set);
    case RowFormat::Table:
        break;
    }
    return asTable(set);
}

} // namespace signalbox
