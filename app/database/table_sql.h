#pragma once

#include "app/core/console_rights.h"
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
    QString plainColumns;    ///< the same for a row of which these fail: nothing is derived or rendered
    QString plainJoins;      ///< what plainColumns need of joins
    QString listed;          ///< select list of listTable
    QString plainListed;     ///< the same for a row of which these fail
    QString newest;          ///< the column that orders listTable
    QStringList listedNames; ///< columns of listTable
    QList<Grant> joinedGrants = {}; ///< what `joins` read
    QString columnsAlone = {};      ///< the columns for a role that lacks them, without `joins`
};

const TableSql &tableSql(Table table);

/// The type a cursor's value is cast to. Refused where no index carries the order under this filter.
Result<QString> sortType(Table table, const Sort &sort, const FilterSql &filter);

/// Whether a statement failed for the values of a row or what their text takes (SQLSTATE 22, 53200, 54, and
/// XX000, which an allocation of over 1 GB is), so that it can do without that row.
bool isOfARow(const Error &error);

/// Says of a statement that ran into statement_timeout what can be done about it.
Error readableTimeout(Error error);

} // namespace signalbox
