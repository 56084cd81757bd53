#pragma once

#include "app/core/result.h"
#include "app/database/pg_connection.h"

#include <QString>

#include <functional>
#include <utility>

namespace signalbox {

/// sqlx's advisory lock key of a database: 0x3d32ad9e times the CRC-32 of its name.
qint64 migrationLockKey(const QString &database);

/// The lock that serialises migrations with those of sqlx and of other Signalbox programs; freed on
/// destruction.
///
/// It is waited for by short statements, never inside one: a session that waits in pg_advisory_lock holds a
/// snapshot, and CREATE INDEX CONCURRENTLY of the lock's holder would wait for that snapshot for ever.
class MigrationLock
{
public:
    static Result<MigrationLock> acquire(PgConnection &connection,
                                         const std::function<void(QString)> &progress);
    MigrationLock(MigrationLock &&other) noexcept
        : m_connection(std::exchange(other.m_connection, nullptr))
        , m_key(other.m_key)
    {
    }
    MigrationLock(const MigrationLock &) = delete;
    ~MigrationLock();

private:
    MigrationLock(PgConnection &connection, qint64 key)
        : m_connection(&connection)
        , m_key(key)
    {
    }

    PgConnection *m_connection;
    qint64 m_key;
};

} // namespace signalbox
