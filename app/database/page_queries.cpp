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
    QString beyond; ///< comparison with the cursor: <, <=, > or >=; empty without one

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

} // namespace

Result<Page> readPage(PgConnection &connection, const PageRequest &request)
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

    const QString order = request.sort.descending ? QStringLiteral("DESC") : QStringLiteral("ASC");
    const QString sql = QStringLiteral("SELECT %1.id::text AS key, page.sort::text AS cursor, %2 "
                                       "FROM (%3) page JOIN %4 %1 ON %1.id = page.id %5 "
                                       "ORDER BY page.sort %6, page.id %6")
                            .arg(table.alias, table.columns, finder.ids(), table.name, table.joins, order);
    // One row more than asked for tells whether there are more.
    const Bindings bindings =
        withCursor(filter.bindings, request.from) + Bindings{{":limit", qint64(request.limit) + 1}};
    auto rows = connection.query(sql, bindings, QStringLiteral("read rows"));
    if (!rows)
        return fail(readableTimeout(rows.error()));
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
    const QString sql = QStringLiteral("SELECT %2 FROM (%3) page JOIN %4 %1 ON %1.id = page.id "
                                       "ORDER BY page.sort DESC, page.id DESC")
                            .arg(described.alias, described.listed, finder.ids(), described.name);
    auto rows = connection.query(sql, conditions.bindings + Bindings{{":limit", qint64(limit)}},
                                 QStringLiteral("list ") + described.name);
    if (!rows)
        return fail(readableTimeout(rows.error()));
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
