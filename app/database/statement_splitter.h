#pragma once

#include <QList>
#include <QString>

namespace signalbox {

/// One statement of a script, from its first word to before its semicolon.
struct Statement
{
    QString text;
    int line = 1; ///< line of the script the text starts on
};

/// Splits a script as psql does: semicolons inside quotes ('…', E'…', "…"), dollar quotes ($$…$$,
/// $tag$…$tag$) and comments (--, nested /* */) do not end a statement. SQL-standard function bodies (BEGIN
/// ATOMIC) are not known. Comments before a statement are dropped, so that its line is that of its first
/// word.
QList<Statement> splitStatements(const QString &script);

} // namespace signalbox
