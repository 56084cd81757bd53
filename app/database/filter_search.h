#pragma once

#include "app/core/page.h"

#include <QString>
#include <QStringList>

#include <functional>

namespace signalbox {

/// What a word of the filter language without a field means in SQL (core/filter.h).
struct WordSearch
{
    Table table = Table::Jobs;
    QString alias;                                                       ///< of the table in the condition
    std::function<QString(const QString &value, const char *type)> bind; ///< gives a parameter's text

    /// A condition on the table. A whole UUID is looked up through indexes in whatever it may be the id of;
    /// eight or more of its first digits are a range of ids; any other text is looked for in ids, types,
    /// endpoints and errors, without regard to case.
    QString condition(const QString &word) const;

private:
    QString ofUuid(const QString &uuid) const;
    QString ofText(const QString &word) const;
};

/// Rows whose UUID begins so: a range, which the primary key serves. `prefix` as core/filter_value.h writes
/// it.
QString uuidPrefixCondition(const QString &column, const QString &prefix,
                            const std::function<QString(const QString &value, const char *type)> &bind);

/// LIKE pattern of a text in which * stands for any characters.
QString likePattern(QString text);

} // namespace signalbox
