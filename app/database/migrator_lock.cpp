#include "app/database/migrator_lock.h"

namespace signalbox {

namespace {

QString actName()
{
    return QStringLiteral("lock the migrations");
}

// CRC-32 as in IEEE 802.3; the text is a database's name, so a table would be a waste.
quint32 crc32(const QByteArray &bytes)
{
    quint32 crc = 0xffffffffU;
    for (const char byte : bytes) {
        crc ^= quint8(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1U) ? 0xedb88320U : 0U);
    }
    return ~crc;
}

Result<bool> tryLock(PgConnection &connection, qint64 key)
{
    const auto rows = connection.query(QStringLiteral("SELECT pg_try_advisory_lock(:key::bigint)"),
                                       {{QStringLiteral(":key"), key}}, actName());
    if (!rows)
        return fail(rows.error());
    return rows->constFirst().value(0).toBool();
}

// "process 4711 (sqlx)", or nothing when it is over meanwhile.
QString holderOf(PgConnection &connection, qint64 key)
{
    const auto rows = connection.query(
        QStringLiteral(
            "SELECT held.pid, coalesce(nullif(session.application_name, ''), session.usename::text, '')"
            " FROM pg_locks held LEFT JOIN pg_stat_activity session ON session.pid = held.pid"
            " WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1"
            " AND (held.classid::bigint << 32) + held.objid::bigint = :key::bigint"),
        {{QStringLiteral(":key"), key}}, actName());
    if (!rows || rows->isEmpty())
        return QStringLiteral("another session");
    return QStringLiteral("process %1 (%2)")
        .arg(rows->constFirst().value(0).toString(), rows->constFirst().value(1).toString());
}

} // namespace

qint64 migrationLockKey(const QString &database)
{
    return qint64(0x3d32ad9e) * qint64(crc32(database.toUtf8()));
}

Result<MigrationLock> MigrationLock::acquire(PgConnection &connection,
                                             const std::function<void(QString)> &progress)
{
    const auto name = connection.query(QStringLiteral("SELECT current_database()"), {}, actName());
    if (!name)
        return fail(name.error());
    const qint64 key = migrationLockKey(name->constFirst().value(0).toString());
    bool isFirst = true;
    for (;;) {
        const auto locked = tryLock(connection, key);
        if (!locked)
            return fail(locked.error());
        if (*locked)
            return MigrationLock(connection, key);
        if (std::exchange(isFirst, false))
            progress(QStringLiteral("Waiting for the migrations of %1 …").arg(holderOf(connection, key)));
        if (const auto paused = connection.query(QStringLiteral("SELECT pg_sleep(0.1)"), {}, actName());
            !paused)
            return fail(paused.error());
    }
}

MigrationLock::~MigrationLock()
{
    if (m_connection && m_connection->isAlive())
        (void)m_connection->query(QStringLiteral("SELECT pg_advisory_unlock(:key::bigint)"),
                                  {{QStringLiteral(":key"), m_key}}, actName());
}

} // namespace signalbox
