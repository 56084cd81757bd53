#pragma once

#include "app/database/filter_sql.h"
#include "app/database/pg_connection.h"
#include "app/database/table_sql.h"

namespace signalbox {

/// The part of a query that finds rows by filter, order and cursor.
struct RowFinder
{
    const TableSql &table;
    const FilterSql &filter;
    QString sortColumn;
    QString sortType;
    bool descending = true;
    QString beyond;              ///< comparison with the cursor: <, <=, > or >=; empty without one
    bool shownDescending = true; ///< how the rows are handed on, whichever way they were looked for
    QString slice = {};          ///< " AND …": a part of the order, for a search

    /// id and sort value of at most :limit rows. Each state is read from its own index and the results are
    /// merged.
    QString ids() const;
    /// The comparison with the cursor and the slice, as further conditions; empty without them.
    QString keyset() const;
    QString order() const;

private:
    QString branch(const QString &condition) const;
    QString direction() const { return descending ? QStringLiteral("DESC") : QStringLiteral("ASC"); }
};

/// Rows in an order, with or without what may fail of one of them.
struct RowReader
{
    PgConnection &connection;
    const RowFinder &finder;
    QString leading; ///< what stands before the columns: key and cursor of a page
    QString columns;
    QString joins;
    QString plainColumns;
    QString plainJoins;
    QString what;

    Result<QList<QSqlRecord>> read(const Bindings &bindings) const;
    /// The same of what another finder finds, which must outlive it.
    RowReader with(const RowFinder &other) const;

private:
    QString select(const QString &list, const QString &from, const QString &furtherJoins) const;
    QString all(const QString &list, const QString &furtherJoins) const;
    Result<QList<QSqlRecord>> readOneByOne(const Bindings &bindings) const;
};

} // namespace signalbox
