#include "app/database/page_queries.h"

#include "app/core/duration.h"
#include "app/core/http_header.h"

#include "app/database/page_search.h"
#include "app/database/row_estimate.h"
#include "app/database/row_reader.h"
#include "app/database/table_sql.h"
#include "app/database/time_budget.h"

namespace signalbox {

namespace {

Bindings withCursor(Bindings bindings, const std::optional<Cursor> &cursor)
{
    if (cursor)
        bindings << Binding{":cursor_value", cursor->value} << Binding{":cursor_id", cursor->id};
    return bindings;
}

Result<qint64> countCapped(PgConnection &connection, const RowFinder &finder, const Bindings &bindings,
                           const CountRequest &request)
{
    QStringList parts;
    for (const QString &condition : finder.filter.branches())
        parts << QStringLiteral("SELECT 1 FROM %1 %2 WHERE %3%4 LIMIT :limit::bigint")
                     .arg(finder.table.name, finder.table.alias, condition, finder.keyset());
    const QString sql =
        QStringLiteral("SELECT count(1) FROM (SELECT 1 FROM ((%1)) found LIMIT :limit::bigint) capped")
            .arg(parts.join(QStringLiteral(") UNION ALL (")));
    const QString what = QStringLiteral("count rows");
    const auto count = [&] {
        return connection.query(sql, bindings + Bindings{{":limit", qint64(request.cap) + 1}}, what);
    };
    if (request.budgetMs == 0) {
        const auto rows = count();
        if (!rows)
            return fail(readableTimeout(rows.error()));
        return rows->constFirst().value(0).toLongLong();
    }
    const auto rows = readWithin(connection, request.budgetMs, what, count);
    if (!rows)
        return fail(rows.error());
    if (!*rows) {
        Error error{Error::Kind::Failed,
                    what,
                    QStringLiteral("it takes more than %1").arg(writeDuration(request.budgetMs)),
                    QStringLiteral("ask for the exact count"),
                    QStringLiteral("57014"),
                    -1};
        return fail(std::move(error));
    }
    return (*rows)->constFirst().value(0).toLongLong();
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

Result<FoundRows> readAtOnce(const RowReader &reader, const Bindings &bindings, int limit)
{
    auto rows = reader.read(bindings + Bindings{{":limit", qint64(limit)}});
    if (!rows)
        return fail(rows.error());
    return FoundRows{std::move(*rows), false};
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
    const int limit = request.limit + 1;
    const Bindings bindings = withCursor(filter.bindings, request.from);
    auto found = request.watch.isGiven() && !request.filter.isEmpty() && isSearchable(finder)
                     ? searchRows(reader, bindings, limit, request.watch)
                     : readAtOnce(reader, bindings, limit);
    if (!found)
        return fail(found.error());
    Page page{std::move(found->rows), !found->stopped, found->stopped};
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
    const auto rows = countCapped(connection, finder, bindings, request);
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
