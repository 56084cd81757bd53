#include "app/database/row_reader.h"

namespace signalbox {

QString RowFinder::ids() const
{
    QStringList parts;
    for (const QString &condition : filter.branches())
        parts << branch(condition);
    if (parts.size() == 1)
        return parts.constFirst();
    return QStringLiteral("SELECT found.id, found.sort FROM ((%1)) found ORDER BY found.sort %2, found.id %2 "
                          "LIMIT :limit::bigint")
        .arg(parts.join(QStringLiteral(") UNION ALL (")), direction());
}

QString RowFinder::branch(const QString &condition) const
{
    return QStringLiteral("SELECT %1.id, %1.%2 AS sort FROM %3 %1 WHERE %4%5 ORDER BY %1.%2 %6, %1.id %6 "
                          "LIMIT :limit::bigint")
        .arg(table.alias, sortColumn, table.name, condition, keyset(), direction());
}

QString RowFinder::keyset() const
{
    if (beyond.isEmpty())
        return slice;
    return QStringLiteral(" AND (%1.%2, %1.id) %3 (:cursor_value::%4, :cursor_id::%5)")
               .arg(table.alias, sortColumn, beyond, sortType, table.idType) +
           slice;
}

QString RowFinder::order() const
{
    return QStringLiteral(" ORDER BY page.sort %1, page.id %1")
        .arg(shownDescending ? QStringLiteral("DESC") : QStringLiteral("ASC"));
}

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

RowReader RowReader::with(const RowFinder &other) const
{
    return {connection, other, leading, columns, joins, plainColumns, plainJoins, what};
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

} // namespace signalbox
