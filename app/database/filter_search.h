#pragma once

#include "app/core/page.h"
#include "app/database/comparison_sql.h"

#include <QString>
#include <QStringList>

namespace signalbox {

/// What a word of the filter language without a field means in SQL (core/filter.h).
struct WordSearch
{
    Table table = Table::Jobs;
    QString alias; ///< of the table in the condition
    BindValue bind;

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
QString uuidPrefixCondition(const QString &column, const QString &prefix, const BindValue &bind);

/// LIKE pattern of a text in which * stands for any characters.
QString likePattern(QString text);

} // namespace signalbox
