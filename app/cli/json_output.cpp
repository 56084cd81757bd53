#include "app/cli/json_output.h"

#include "app/cli/output.h"
#include "app/database/page_queries.h"

#include <nlohmann/json.hpp>

#include <QVariant>

namespace signalbox {

namespace {

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
    return jsonString(value.toString());
}

} // namespace

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
    const auto quoted =
        nlohmann::json(text.toStdString()).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return withoutControls(QString::fromStdString(quoted));
}

QByteArray jsonObject(const QSqlRecord &row, const QStringList &columns)
{
    QByteArray text = "{";
    for (const QString &column : columns) {
        if (text.size() > 1)
            text += ", ";
        text += jsonString(column) + ": " + jsonValue(column, row.value(column));
    }
    return text + '}';
}

} // namespace signalbox
