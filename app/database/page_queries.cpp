#include "app/database/page_queries.h"

#include "app/core/http_header.h"

#include "app/database/row_estimate.h"
#include "app/database/table_sql.h"

namespace signalbox {

namespace {

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

    // id and sort value of at most :limit rows. Each state is read from its own index and the results are
    // merged.
    QString ids() const
    {
        QStringList parts;
        for (const QString &condition : filter.branches())
            parts << branch(condition);
        if (parts.size() == 1)
            return parts.constFirst();
        return QStringLiteral(
                   "SELECT found.id, found.sort FROM ((%1)) found ORDER BY found.sort %2, found.id %2 "
                   "LIMIT :limit::bigint")
            .arg(parts.join(QStringLiteral(") UNION ALL (")), direction());
    }

    QString branch(const QString &condition) const
    {
        return QStringLiteral("SELECT %1.id, %1.%2 AS sort FROM %3 %1 WHERE %4%5 ORDER BY %1.%2 %6, %1.id %6 "
                              "LIMIT :limit::bigint")
            .arg(table.alias, sortColumn, table.name, condition, keyset(), direction());
    }

    QString keyset() const
    {
        if (beyond.isEmpty())
            return {};
        return QStringLiteral(" AND (%1.%2, %1.id) %3 (:cursor_value::%4, :cursor_id::%5)")
            .arg(table.alias, sortColumn, beyond, sortType, table.idType);
    }

    QString order() const
    {
        return QStringLiteral(" ORDER BY page.sort %1, page.id %1")
            .arg(shownDescending ? QStringLiteral("DESC") : QStringLiteral("ASC"));
    }

    QString direction() const { return descending ? QStringLiteral("DESC") : QStringLiteral("ASC"); }
};

Bindings withCursor(Bindings bindings, const std::optional<Cursor> &cursor)
{
    if (cursor)
        bindings << Binding{":cursor_value", cursor->value} << Binding{":cursor_id", cursor->id};
    return bindings;
}

Result<qint64> countCapped(PgConnection &connection, const RowFinder &finder, const Bindings &bindings,
                           qint64 cap)
{
    QStringList parts;
    for (const QString &condition : finder.filter.branches())
        parts << QStringLiteral("SELECT 1 FROM %1 %2 WHERE %3%4 LIMIT :limit::bigint")
                     .arg(finder.table.name, finder.table.alias, condition, finder.keyset());
    const QString sql =
        QStringLiteral("SELECT count(1) FROM (SELECT 1 FROM ((%1)) found LIMIT :limit::bigint) capped")
            .arg(parts.join(QStringLiteral(") UNION ALL (")));
    const auto rows =
        connection.query(sql, bindings + Bindings{{":limit", cap + 1}}, QStringLiteral("count rows"));
    if (!rows)
        return fail(readableTimeout(rows.error()));
    return rows->constFirst().value(0).toLongLong();
}

Result<RowCount> countExactly(PgConnection &connection, const RowFinder &finder, const Bindings &bindings)
{
    const auto rows = connection.query(
        QStringLiteral("SELECT count(1) FROM %1 %2 WHERE %3%4")
            .arg(finder.table.name, finder.table.alias, finder.filter.condition(), finder.keyset()),
        bindings, QStringLiteral("count rows"));
    if (!rows)
        return fail(readableTimeout(rows.error()));
    return RowCount{RowCount::Kind::Exact, rows->constFirst().value(0).toLongLong()};
}

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

private:
    QString select(const QString &list, const QString &from, const QString &furtherJoins) const;
    QString all(const QString &list, const QString &furtherJoins) const;
    Result<QList<QSqlRecord>> readOneByOne(const Bindings &bindings) const;
};

QString RowReader::select(const QString &list, const QString &from, const QString &furtherJoins) const
{
    return QStringLiteral("SELECT %1%2 FROM %3 %4").arg(leading, list, from, furtherJoins);
}

QString RowReader::all(const QString &list, const QString &furtherJoins) const
{
    const TableSql &table = finder.table;
    // With the date a row is found in one partition.
    const QString date =
        table.name == QLatin1String("event_streams") || table.name == QLatin1String("webhook_jobs")
            ? QString()
            : QStringLiteral(" AND %1.%2 = page.sort").arg(table.alias, finder.sortColumn);
    return select(list,
                  QStringLiteral("(%1) page JOIN %2 %3 ON %3.id = page.id%4")
                      .arg(finder.ids(), table.name, table.alias, date),
                  furtherJoins);
}

Result<QList<QSqlRecord>> RowReader::read(const Bindings &bindings) const
{
    auto rows = connection.query(all(columns, joins) + finder.order(), bindings, what);
    if (!rows && isOfARow(rows.error())) {
        qWarning("%s; reading row by row", qPrintable(rows.error().line()));
        rows = readOneByOne(bindings);
    }
    if (!rows)
        return fail(readableTimeout(rows.error()));
    return rows;
}

// One row that cannot be read as a whole is shown as far as it can.
Result<QList<QSqlRecord>> RowReader::readOneByOne(const Bindings &bindings) const
{
    const QString id = QStringLiteral("signalbox_id");
    auto rows = connection.query(
        select(plainColumns + QStringLiteral(", %1.id::text AS %2").arg(finder.table.alias, id),
               QStringLiteral("(%1) page JOIN %2 %3 ON %3.id = page.id")
                   .arg(finder.ids(), finder.table.name, finder.table.alias),
               plainJoins) +
            finder.order(),
        bindings, what);
    if (!rows)
        return rows;
    const QString one =
        select(columns,
               QStringLiteral(
                   "(SELECT id, %1 AS sort FROM %2 WHERE id = :id::%3) page JOIN %2 %4 ON %4.id = page.id")
                   .arg(finder.sortColumn, finder.table.name, finder.table.idType, finder.table.alias),
               joins);
    for (QSqlRecord &row : *rows) {
        const QString key = row.value(id).toString();
        row.remove(row.indexOf(id));
        const auto whole = connection.query(one, {{":id", key}}, what);
        if (whole && !whole->isEmpty())
            row = whole->constFirst();
        else if (!whole && !isOfARow(whole.error()))
            return fail(whole.error());
    }
    return rows;
}

} // namespace

Result<Page> readPage(PgConnection &connection, const PageRequest &request, const ConsoleRights &rights)
{
    const TableSql &table = tableSql(request.table);
    const FilterSql filter = filterSql(request.filter, request.table);
    const auto type = sortType(request.table, request.sort, filter);
    if (!type)
        return fail(type.error());
    const bool backward = request.direction == PageRequest::Direction::Backward;
    RowFinder finder{table, filter, request.sort.column, *type, request.sort.descending != backward, {}};
    if (request.from)
        finder.beyond =
            QString(finder.descending ? '<' : '>') + (request.includeFrom ? QStringLiteral("=") : QString());

    finder.shownDescending = request.sort.descending;
    const bool joins = rights.missingOf(table.joinedGrants).isEmpty();
    const RowReader reader{connection,
                           finder,
                           QStringLiteral("%1.id::text AS key, page.sort::text AS cursor, ").arg(table.alias),
                           joins ? table.columns : table.columnsAlone,
                           joins ? table.joins : QString(),
                           table.plainColumns,
                           table.plainJoins,
                           QStringLiteral("read rows")};
    // One row more than asked for tells whether there are more.
    auto rows = reader.read(withCursor(filter.bindings, request.from) +
                            Bindings{{":limit", qint64(request.limit) + 1}});
    if (!rows)
        return fail(rows.error());
    Page page{std::move(*rows), true};
    if (page.rows.size() > request.limit) {
        page.complete = false;
        if (backward)
            page.rows.removeFirst();
        else
            page.rows.removeLast();
    }
    return page;
}

Result<RowCount> countRows(PgConnection &connection, const CountRequest &request)
{
    const TableSql &table = tableSql(request.table);
    const FilterSql filter = filterSql(request.filter, request.table);
    RowFinder finder{table, filter, request.sort.column, {}, request.sort.descending, {}};
    if (request.before) {
        const auto type = sortType(request.table, request.sort, filter);
        if (!type)
            return fail(type.error());
        finder.sortType = *type;
        finder.beyond = request.sort.descending ? QStringLiteral(">") : QStringLiteral("<");
    }
    const Bindings bindings = withCursor(filter.bindings, request.before);
    if (request.precision == CountRequest::Precision::Exact)
        return countExactly(connection, finder, bindings);
    if (request.precision == CountRequest::Precision::Estimate && request.filter.isEmpty() &&
        !request.before) {
        const auto size = estimateTable(connection, table.name);
        if (!size)
            return fail(size.error());
        if (size->rows > request.cap)
            return RowCount{RowCount::Kind::Estimate, size->rows};
    }
    const auto rows = countCapped(connection, finder, bindings, request.cap);
    if (!rows)
        return fail(rows.error());
    if (*rows > request.cap)
        return RowCount{RowCount::Kind::AtLeast, request.cap};
    return RowCount{RowCount::Kind::Exact, *rows};
}

Result<QList<QSqlRecord>> listTable(PgConnection &connection, Table table, const Filter &filter, int limit)
{
    const TableSql &described = tableSql(table);
    const FilterSql conditions = filterSql(filter, table);
    const RowFinder finder{described, conditions, described.newest, {}, true, {}};
    const RowReader reader{connection, finder,
                           {},         described.listed,
                           {},         described.plainListed,
                           {},         QStringLiteral("list ") + described.name};
    auto rows = reader.read(conditions.bindings + Bindings{{":limit", qint64(limit)}});
    if (!rows)
        return fail(rows.error());
    maskCredentials(*rows);
    return rows;
}

QStringList listedColumns(Table table)
{
    return tableSql(table).listedNames;
}

void maskCredentials(QList<QSqlRecord> &rows)
{
    const QString column = QStringLiteral("custom_headers");
    for (QSqlRecord &row : rows) {
        if (row.contains(column) && !row.isNull(column))
            row.setValue(column, QString::fromUtf8(maskedHeadersJson(row.value(column).toString().toUtf8())));
    }
}

bool isJsonColumn(const QString &column)
{
    static const QStringList names{QStringLiteral("payload"),
                                   QStringLiteral("metadata"),
                                   QStringLiteral("custom_headers"),
                                   QStringLiteral("request_headers"),
                                   QStringLiteral("response_headers"),
                                   QStringLiteral("event_filter"),
                                   QStringLiteral("retry_schedule_seconds")};
    return names.contains(column);
}

} // namespace signalbox
