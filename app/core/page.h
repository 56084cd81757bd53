#pragma once

#include <QList>
#include <QSqlRecord>
#include <QString>
#include <QVariant>

#include <optional>

namespace signalbox {

enum class Table { Jobs, Deliveries, Events, Streams };

/// Column that carries the order of a page. Only indexed columns are offered (design §5).
struct Sort
{
    QString column = QStringLiteral("created_at");
    bool descending = true;
    friend bool operator==(const Sort &, const Sort &) = default;
};

/// Position of a row in an order: the sort column's value as the server's own text (QDateTime would round it)
/// and the row's id, which makes it unique.
struct Cursor
{
    QString value;
    QString id;
    friend bool operator==(const Cursor &, const Cursor &) = default;
};

/// One keyset page. Rows are QSqlRecord values; every record starts with the fields `key` (the id as text)
/// and `cursor` (the sort column's server text), then the table's columns.
struct Page
{
    QList<QSqlRecord> rows; ///< in display order, also for pages read backward
    bool complete = false;  ///< no further row lies in the direction that was read
    bool stopped = false;   ///< a search that was ended early: what it had found by then
};

inline QString rowKey(const QSqlRecord &row)
{
    return row.value(0).toString();
}
inline Cursor rowCursor(const QSqlRecord &row)
{
    return {row.value(1).toString(), row.value(0).toString()};
}

/// A count that says how it was made (design §2.3).
struct RowCount
{
    enum class Kind { Estimate, Exact, AtLeast };
    Kind kind = Kind::Exact;
    qint64 rows = 0;
};

} // namespace signalbox
