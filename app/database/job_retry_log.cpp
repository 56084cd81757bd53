#include "app/database/job_retry_log.h"

#include "app/database/job_selection.h"
#include "app/database/stream_order.h"

namespace signalbox {

namespace {

const QString undoName = QStringLiteral("undo the retry");

// A job that was not touched since carries the time that its retry gave it, in the transaction that also
// wrote its before-image; without the trigger that sets it, the time from before.
QString undoSql()
{
    return QStringLiteral(R"(
WITH chosen AS MATERIALIZED (
    SELECT job.id, kept.before, %1 AS now
    FROM signalbox_change_rows kept
    JOIN webhook_jobs job ON job.id = kept.row_id::uuid
    WHERE kept.change_id = :change::uuid AND job.status = 'pending' AND job.lease_token IS NULL
      AND job.attempts = (kept.before ->> 'attempts')::integer
      AND job.updated_at IN ((kept.before ->> 'changed_at')::timestamptz,
                             (kept.before ->> 'updated_at')::timestamptz)
    ORDER BY job.id
    FOR UPDATE OF job
), noted AS (
    INSERT INTO signalbox_changes (id, action, reason, selection, changed)
    SELECT :undo::uuid, :action::text, :reason::text, 'change ' || :change::text, count(1)
    FROM chosen HAVING count(1) > 0
    RETURNING id
), kept AS (
    INSERT INTO signalbox_change_rows (change_id, row_id, before)
    SELECT noted.id, chosen.id::text, chosen.now FROM noted, chosen
), changed AS (
    UPDATE webhook_jobs job
    SET status = chosen.before ->> 'status', max_attempts = (chosen.before ->> 'max_attempts')::integer,
        next_attempt = (chosen.before ->> 'next_attempt')::timestamptz,
        rescues = (chosen.before ->> 'rescues')::integer, priority = (chosen.before ->> 'priority')::integer,
        wait_reason = chosen.before ->> 'wait_reason', url = chosen.before ->> 'url',
        custom_headers = nullif(chosen.before -> 'custom_headers', 'null'),
        timeout_ms = (chosen.before ->> 'timeout_ms')::integer
    FROM chosen WHERE job.id = chosen.id
    RETURNING 1
), counted AS (
    SELECT count(1) AS rows FROM changed
)
SELECT rows, pg_notify('signalbox_changed', '') FROM counted)")
        .arg(jobBeforeImage());
}

} // namespace

Result<RetryOutcome> readRetryOutcome(PgConnection &connection, const QString &changeId)
{
    const auto rows = connection.query(QStringLiteral(R"(
SELECT count(1) FILTER (WHERE job.status = 'completed') AS delivered,
       count(1) FILTER (WHERE job.status = 'failed') AS failed,
       count(1) FILTER (WHERE job.status = 'cancelled') AS cancelled,
       count(1) FILTER (WHERE job.status IN ('pending', 'processing')) AS waiting,
       count(1) FILTER (WHERE job.id IS NULL) AS gone
FROM signalbox_change_rows kept
LEFT JOIN webhook_jobs job ON job.id = kept.row_id::uuid
WHERE kept.change_id = :change::uuid)"),
                                       {{":change", changeId}}, QStringLiteral("read what became of jobs"));
    if (!rows)
        return fail(rows.error());
    const QSqlRecord &row = rows->constFirst();
    const auto count = [&row](const char *name) { return row.value(QLatin1String(name)).toLongLong(); };
    return RetryOutcome{count("delivered"), count("failed"), count("cancelled"), count("waiting"),
                        count("gone")};
}

Result<RetryUndo> undoRetry(PgConnection &connection, const QString &changeId)
{
    const auto retry =
        connection.query(QStringLiteral("SELECT changed FROM signalbox_changes WHERE id = :change::uuid "
                                        "AND (action LIKE 'retry jobs%' OR action LIKE 'send jobs now%')"),
                         {{":change", changeId}}, undoName);
    if (!retry)
        return fail(retry.error());
    if (retry->isEmpty())
        return fail(Error::Kind::NotFound, undoName, QStringLiteral("there is no retry ") + changeId);
    const auto undo = connection.query(QStringLiteral("SELECT gen_random_uuid()::text"), {}, undoName);
    if (!undo)
        return fail(undo.error());
    const auto rows = connection.query(undoSql(),
                                       {{":change", changeId},
                                        {":undo", undo->constFirst().value(0)},
                                        {":action", undoName},
                                        {":reason", QStringLiteral("undone at once")}},
                                       undoName);
    if (!rows)
        return fail(rows.error());
    const qint64 restored = rows->constFirst().value(QStringLiteral("rows")).toLongLong();
    if (restored == 0)
        return fail(Error::Kind::Conflict, undoName,
                    QStringLiteral("nothing can be taken back: it is being sent, was sent or was changed"));
    (void)releaseAllStreams(connection);
    return RetryUndo{restored, retry->constFirst().value(0).toLongLong() - restored};
}

} // namespace signalbox
