#pragma once

#include "app/core/page.h"
#include "app/core/result.h"
#include "app/database/filter_sql.h"

#include <QStringList>

namespace signalbox {

/// What differs between the tables that pages are read from.
struct TableSql
{
    QString name;            ///< webhook_jobs
    QString alias;           ///< job
    QString idType;          ///< uuid or text
    QString joins;           ///< further FROM items of a page
    QString columns;         ///< select list of a page, after key and cursor
    QString listed;          ///< select list of listTable
    QString newest;          ///< the column that orders listTable
    QStringList listedNames; ///< columns of listTable
};

const TableSql &tableSql(Table table);

/// The type a cursor's value is cast to. Refused where no index carries the order under this filter.
Result<QString> sortType(Table table, const Sort &sort, const FilterSql &filter);

/// Says of a statement that ran into statement_timeout what can be done about it.
Error readableTimeout(Error error);

} // namespace signalbox
