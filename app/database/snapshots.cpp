#include "app/database/snapshots.h"

#include "app/database/pg_connection.h"

namespace signalbox {

Done storeSnapshot(PgConnection &connection, const QString &stream, int version, const QByteArray &state)
{
    static const QString sql = QStringLiteral(R"(
        INSERT INTO event_snapshots (stream_id, version, state)
        VALUES (:stream::varchar, :version::integer, :state::jsonb)
        ON CONFLICT (stream_id, version) DO UPDATE SET state = EXCLUDED.state, created_at = now())");
    const auto stored = connection.execute(
        sql, {{":stream", stream}, {":version", version}, {":state", QString::fromUtf8(state)}},
        QStringLiteral("store a snapshot of ") + stream);
    if (!stored)
        return fail(stored.error());
    return {};
}

} // namespace signalbox
