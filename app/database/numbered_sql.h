#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace signalbox {

/// A statement as PostgreSQL takes it, with $1, $2 … where `:name` stood.
struct NumberedSql
{
    QByteArray text;   ///< UTF-8
    QStringList names; ///< of $1, $2 …, colon included; a name that stands twice has two numbers
};

/// Numbers the placeholders of a statement. What looks like one inside quotes, dollar quotes and comments is
/// none, nor is a cast (`::text`). Each place has a number of its own, so that the server infers its type
/// from that place alone.
NumberedSql numberPlaceholders(const QString &sql);

} // namespace signalbox
