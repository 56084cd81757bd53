#pragma once

#include "app/core/result.h"
#include "app/database/migration_files.h"
#include "app/database/pg_connection.h"

#include <QByteArray>
#include <QString>

namespace signalbox {

/// Runs a script statement by statement in the transaction that is open. An error says file, line and
/// PostgreSQL's message.
Done runScript(PgConnection &connection, const QString &fileName, const QByteArray &sql);

/// Runs a file that must not be in a transaction: its one statement. An INVALID index of that name, the
/// leftover of a build that was interrupted, is dropped first; IF NOT EXISTS would take it for done.
Done runWithoutTransaction(PgConnection &connection, const MigrationFile &file);

/// Drops the INVALID index that a failed build of this file left, without waiting for other sessions'
/// snapshots.
Done dropLeftover(PgConnection &connection, const MigrationFile &file);

} // namespace signalbox
