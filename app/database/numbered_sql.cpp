#include "app/database/numbered_sql.h"

#include "app/database/sql_scanner.h"

namespace signalbox {

namespace {

bool startsName(QChar character)
{
    return character == '_' || character.isLetter();
}

qsizetype afterName(const QString &sql, qsizetype at)
{
    while (at < sql.size() && (sql.at(at) == '_' || sql.at(at).isLetterOrNumber()))
        ++at;
    return at;
}

} // namespace

NumberedSql numberPlaceholders(const QString &sql)
{
    const SqlScanner scanner(sql);
    NumberedSql numbered;
    QString text;
    text.reserve(sql.size());
    qsizetype at = 0;
    while (at < sql.size()) {
        const bool isColon = sql.at(at) == ':';
        if (isColon && at + 1 < sql.size() && startsName(sql.at(at + 1))) {
            const qsizetype end = afterName(sql, at + 1);
            numbered.names << sql.mid(at, end - at);
            text += '$' + QString::number(numbered.names.size());
            at = end;
            continue;
        }
        const bool isCast = isColon && at + 1 < sql.size() && sql.at(at + 1) == ':';
        const qsizetype end = isCast ? at + 2 : scanner.next(at);
        text += QStringView(sql).mid(at, end - at);
        at = end;
    }
    numbered.text = text.toUtf8();
    return numbered;
}

} // namespace signalbox
