#pragma once

#include "app/core/result.h"
#include "app/database/pg_connection.h"

#include <QStringList>

#include <functional>

namespace signalbox {

/// Begins a transaction that holds ACCESS EXCLUSIVE on the tables of the schema that these scripts alter,
/// index, drop or give triggers and foreign keys, in the order in which producers and workers take theirs:
/// child before parent. Each lock is waited for so shortly that PostgreSQL never finds a deadlock and nobody
/// queues behind it for long; when one is not to be had, all are given back and the next try follows after a
/// pause. Errors: 55P03 when a session holds a table for longer than a minute.
Result<Transaction> beginWithLocks(PgConnection &connection, const QList<QByteArray> &scripts,
                                   const std::function<void(QString)> &progress);

/// The tables of the schema that a script needs for itself, in the order above.
Result<QStringList> tablesToLock(PgConnection &connection, const QList<QByteArray> &scripts);

} // namespace signalbox
