#pragma once

#include "app/core/console_rights.h"
#include "app/core/page_source.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// Reads one keyset page (design §2.3). Cursors are the server's own text, cast back in SQL. A sort that no
/// index carries is Refused; a statement that ran out of time is Failed and says so. What the role may not
/// read beside the table itself is NULL.
Result<Page> readPage(PgConnection &connection, const PageRequest &request, const ConsoleRights &rights = {});

/// Counts as asked for; an estimate falls back to a capped count where the planner knows nothing of the
/// filter.
Result<RowCount> countRows(PgConnection &connection, const CountRequest &request);

/// For the commands: newest rows first with every column of the schema but secrets, named as there. JSON as
/// its text, timestamps as ISO 8601 with microseconds, numbers and booleans as such.
Result<QList<QSqlRecord>> listTable(PgConnection &connection, Table table, const Filter &filter, int limit);

/// The columns of listTable, also when there is no row to ask.
QStringList listedColumns(Table table);

/// Masks custom headers whose name speaks of a credential: rows that are listed may be printed anywhere.
void maskCredentials(QList<QSqlRecord> &rows);

/// Whether a column of listTable (or of listEndpointRows) holds JSON text.
bool isJsonColumn(const QString &column);

} // namespace signalbox
