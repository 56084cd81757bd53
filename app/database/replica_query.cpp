#include "app/database/replica_query.h"

namespace signalbox {

namespace {

// With an idle primary the last transaction is old though nothing is missing: while the stream flows, all
// that was received and replayed is no lag. Without it nothing is known but the age of what is here.
const QString replicaSql = QStringLiteral(R"(
    SELECT pg_is_in_recovery() AS is_replica,
           stream.flows AS is_streaming,
           CASE
               WHEN stream.flows AND pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() THEN 0
               ELSE greatest(0, extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)
           END::bigint AS lag_ms
    FROM (SELECT EXISTS (SELECT FROM pg_stat_wal_receiver) AS flows) stream
)");

} // namespace

Result<std::optional<ReplicaState>> readReplicaState(PgConnection &connection)
{
    const auto rows = connection.query(replicaSql, {}, QStringLiteral("ask how far the replica is behind"));
    if (!rows)
        return fail(rows.error());
    const QSqlRecord &row = rows->constFirst();
    if (!row.value("is_replica").toBool())
        return std::optional<ReplicaState>();
    ReplicaState state;
    state.isStreaming = row.value("is_streaming").toBool();
    if (!row.isNull("lag_ms"))
        state.lagMs = row.value("lag_ms").toLongLong();
    return std::optional(state);
}

} // namespace signalbox
