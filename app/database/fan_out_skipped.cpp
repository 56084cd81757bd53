#include "app/database/fan_out_skipped.h"

#include "app/database/fan_out_jobs.h"

namespace signalbox {

namespace {

const QString replayWhat = QStringLiteral("replay what fan-out put aside");
constexpr int keysAtOnce = 1'000;

struct SkippedKey
{
    QString at, eventId, endpointId;
};

// The next keys after one, as they were when the replay began: what fails again comes later, and not twice.
Result<QList<SkippedKey>> nextKeys(PgConnection &connection, const QString &eventId, const SkippedKey &after,
                                   const QString &until)
{
    const auto rows = connection.query(QStringLiteral(R"(
SELECT skipped_at::text AS at, event_id::text AS event_id, endpoint_id
FROM signalbox_fan_out_skipped
WHERE (nullif(:event::text, '') IS NULL OR event_id = nullif(:event::text, '')::uuid)
  AND skipped_at < :until::timestamptz
  AND (skipped_at, event_id, coalesce(endpoint_id, '')) > (:at::timestamptz, :after_event::uuid, :after_endpoint::text)
ORDER BY skipped_at, event_id, coalesce(endpoint_id, '')
LIMIT :limit::bigint)"),
                                       {{":event", eventId},
                                        {":until", until},
                                        {":at", after.at},
                                        {":after_event", after.eventId},
                                        {":after_endpoint", after.endpointId},
                                        {":limit", keysAtOnce}},
                                       replayWhat);
    if (!rows)
        return fail(rows.error());
    QList<SkippedKey> keys;
    for (const QSqlRecord &row : *rows)
        keys.append({row.value("at").toString(), row.value("event_id").toString(),
                     row.value("endpoint_id").toString()});
    return keys;
}

Done replayOne(PgConnection &connection, const SkippedKey &key, ReplayResult &result)
{
    auto transaction = Transaction::begin(connection);
    if (!transaction)
        return fail(transaction.error());
    const auto taken =
        connection.execute(QStringLiteral(R"(
DELETE FROM signalbox_fan_out_skipped
WHERE event_id = :event::uuid AND endpoint_id IS NOT DISTINCT FROM nullif(:endpoint::text, '')
  AND EXISTS (SELECT FROM events WHERE id = :event::uuid))"),
                           {{":event", key.eventId}, {":endpoint", key.endpointId}}, replayWhat);
    if (!taken)
        return fail(taken.error());
    if (*taken == 0) { // another did, or the event is gone
        ++result.left;
        return {};
    }
    const auto made = makeJobsOneByOne(connection, key.eventId, key.endpointId);
    if (!made)
        return fail(made.error());
    if (Done committed = transaction->commit(); !committed)
        return committed;
    result.jobs += made->jobs;
    ++(made->skipped.isEmpty() ? result.replayed : result.left);
    return {};
}

} // namespace

Result<QList<QSqlRecord>> listSkipped(PgConnection &connection, int limit)
{
    return connection.query(QStringLiteral(R"(
SELECT skipped.event_id, skipped.endpoint_id, event.event_type, skipped.sqlstate, skipped.reason,
       to_char(skipped.skipped_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS skipped_at
FROM signalbox_fan_out_skipped skipped
LEFT JOIN events event ON event.id = skipped.event_id
ORDER BY skipped.skipped_at, skipped.event_id, skipped.endpoint_id
LIMIT :limit::bigint)"),
                            {{":limit", limit}}, QStringLiteral("list what fan-out put aside"));
}

Result<ReplayResult> replaySkipped(PgConnection &connection, const QString &eventId)
{
    const auto now = connection.query(QStringLiteral("SELECT clock_timestamp()::text"), {}, replayWhat);
    if (!now)
        return fail(now.error());
    const QString until = now->constFirst().value(0).toString();
    SkippedKey last{QStringLiteral("-infinity"), QStringLiteral("00000000-0000-0000-0000-000000000000"), {}};
    last.endpointId = QStringLiteral("");
    ReplayResult result;
    for (;;) {
        const auto keys = nextKeys(connection, eventId, last, until);
        if (!keys)
            return fail(keys.error());
        if (keys->isEmpty())
            return result;
        for (const SkippedKey &key : *keys) {
            if (Done done = replayOne(connection, key, result); !done)
                return fail(done.error());
        }
        last = keys->constLast();
        if (last.endpointId.isNull())
            last.endpointId = QStringLiteral("");
    }
}

} // namespace signalbox
