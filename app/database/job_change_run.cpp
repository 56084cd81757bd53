#include "app/database/job_change_run.h"

#include "app/database/fan_out_jobs.h"
#include "app/database/stream_order.h"

#include <QElapsedTimer>

namespace signalbox {

namespace {

constexpr qint64 largestChunk = 5'000;
constexpr qint64 smallestChunk = 50;
constexpr qint64 aimedMs = 60;
constexpr int mostTries = 10;

// Locks, keeps the before-images, changes, counts and tells, in one statement and one commit. Whatever left
// its state since the ids were frozen is left alone: it may have been delivered meanwhile.
QString chunkSql(const SelectionSql &selection, JobAction action)
{
    const QString unchanged =
        action == JobAction::Cancel || action == JobAction::Follow
            ? QStringLiteral("true")
            : QStringLiteral("job.status = frozen.status AND job.attempts = frozen.attempts");
    return QStringLiteral(R"(
WITH chosen AS MATERIALIZED (
    SELECT job.id,
           jsonb_build_object('status', job.status, 'attempts', job.attempts, 'max_attempts', job.max_attempts,
                              'next_attempt', job.next_attempt, 'last_error', job.last_error,
                              'rescues', job.rescues, 'lease_owner', job.lease_owner,
                              'lease_token', job.lease_token, 'lease_until', job.lease_until,
                              'url', job.url, 'custom_headers', job.custom_headers, 'timeout_ms', job.timeout_ms,
                              'updated_at', job.updated_at) AS before
    FROM pg_temp.signalbox_chosen frozen
    JOIN webhook_jobs job ON job.id = frozen.id
    WHERE frozen.place > :place::bigint AND frozen.place <= :place::bigint + :chunk::bigint AND %1 AND %2
    ORDER BY job.id
    FOR UPDATE OF job
), kept AS (
    INSERT INTO signalbox_change_rows (change_id, row_id, before)
    SELECT :change::uuid, chosen.id::text, chosen.before FROM chosen
), changed AS (
    UPDATE webhook_jobs job SET %3 FROM %4 RETURNING 1
), counted AS (
    SELECT count(1) AS rows FROM changed
), noted AS (
    UPDATE signalbox_changes SET changed = changed + counted.rows FROM counted WHERE id = :change::uuid
)
SELECT rows, pg_notify('signalbox_changed', ''), pg_notify('signalbox_wake', '') FROM counted)")
        .arg(affectedCondition(action, selection.byId), unchanged, assignments(action),
             action == JobAction::Cancel
                 ? QStringLiteral("chosen WHERE job.id = chosen.id")
                 : QStringLiteral("chosen, webhook_endpoints endpoint "
                                  "WHERE job.id = chosen.id AND endpoint.id = job.endpoint_id"));
}

// What the next try may well not meet again.
bool isPassing(const QString &sqlState)
{
    return sqlState == QLatin1String("40P01") || sqlState == QLatin1String("40001") ||
           sqlState == QLatin1String("55P03") || sqlState == QLatin1String("57014");
}

} // namespace

JobChangeRun::JobChangeRun(PgConnection &connection, SelectionSql selection, JobAction action, QString reason,
                           ActionWatch watch)
    : m_connection(connection)
    , m_selection(std::move(selection))
    , m_action(action)
    , m_reason(std::move(reason))
    , m_watch(std::move(watch))
    , m_chunkSql(chunkSql(m_selection, action))
{
}

Result<ActionResult> JobChangeRun::run()
{
    const auto selected = freeze();
    if (!selected)
        return fail(selected.error());
    if (m_total > 0) {
        if (Done done = record(); !done)
            return fail(done.error());
        if (Done done = changeAll(); !done)
            return fail(done.error());
    }
    (void)m_connection.executeRaw(QStringLiteral("DROP TABLE IF EXISTS pg_temp.signalbox_chosen"));
    m_result.left = m_total - m_place;
    m_result.skipped = qMax<qint64>(0, *selected - m_result.changed - m_result.refused - m_result.left);
    // Whatever ended may have stood before others of its stream. A worker's sweep would find them too, but
    // later.
    if (m_result.changed > 0)
        (void)releaseAllStreams(m_connection);
    return m_result;
}

// In the order in which they came into the queue, so that a chunk's rows lie together. Replies with the
// number of jobs that the selection names.
Result<qint64> JobChangeRun::freeze()
{
    if (Done made = m_connection.executeRaw(QStringLiteral(R"(
DROP TABLE IF EXISTS pg_temp.signalbox_chosen;
CREATE TEMPORARY TABLE signalbox_chosen (place bigint PRIMARY KEY, id uuid NOT NULL, status text, attempts integer))"),
                                            nameOf(m_action));
        !made)
        return fail(made.error());
    const auto rows =
        m_connection.query(QStringLiteral(R"(
WITH chosen AS MATERIALIZED (
    SELECT job.id, job.created_at, job.status, job.attempts, %2 AS affected FROM webhook_jobs job WHERE %1
), frozen AS (
    INSERT INTO pg_temp.signalbox_chosen (place, id, status, attempts)
    SELECT row_number() OVER (ORDER BY created_at, id), id, status, attempts FROM chosen WHERE affected
    RETURNING 1
)
SELECT (SELECT count(1) FROM chosen) AS selected, (SELECT count(1) FROM frozen) AS frozen)")
                               .arg(m_selection.condition, affectedCondition(m_action, m_selection.byId)),
                           m_selection.bindings, nameOf(m_action));
    if (!rows)
        return fail(rows.error());
    m_total = rows->constFirst().value("frozen").toLongLong();
    if (Done known =
            m_connection.executeRaw(QStringLiteral("ANALYZE pg_temp.signalbox_chosen"), nameOf(m_action));
        !known)
        return fail(known.error());
    return rows->constFirst().value("selected").toLongLong();
}

Done JobChangeRun::record()
{
    const auto rows = m_connection.query(
        QStringLiteral("INSERT INTO signalbox_changes (action, reason, selection) "
                       "VALUES (:action::text, :reason::text, :selection::text) RETURNING id::text"),
        {{":action", nameOf(m_action)}, {":reason", m_reason}, {":selection", m_selection.text}},
        nameOf(m_action));
    if (!rows)
        return fail(rows.error());
    m_result.changeId = rows->constFirst().value(0).toString();
    return {};
}

Done JobChangeRun::changeAll()
{
    while (m_place < m_total) {
        if (isStopped()) {
            m_result.stopped = true;
            break;
        }
        if (Done done = changeNext(); !done)
            return done;
        if (m_watch.progress)
            m_watch.progress({m_place, m_total});
    }
    forgetEmptyChange();
    return {};
}

Done JobChangeRun::changeNext()
{
    const qint64 size = qMin(m_chunk, m_total - m_place);
    QElapsedTimer time;
    time.start();
    const auto changed = changeChunk(size);
    if (!changed)
        return afterFailure(changed.error(), size);
    m_tries = 0;
    m_result.changed += *changed;
    m_place += size;
    m_chunk = qBound(smallestChunk, size * aimedMs / qMax<qint64>(1, time.elapsed()), largestChunk);
    return {};
}

Result<qint64> JobChangeRun::changeChunk(qint64 size)
{
    const auto rows = m_connection.query(
        m_chunkSql, {{":place", m_place}, {":chunk", size}, {":change", m_result.changeId}},
        nameOf(m_action));
    if (!rows)
        return fail(rows.error());
    return rows->constFirst().value("rows").toLongLong();
}

// A row that the database refuses is found by halves, counted and left; so that one does not stop the others.
// What may pass is tried again with less. Anything else ends the run; what is done stays, and is said.
Done JobChangeRun::afterFailure(const Error &error, qint64 size)
{
    if (isRowFault(error.sqlState) && size == 1) {
        if (m_result.refused++ == 0)
            m_result.refusal = error.why;
        ++m_place;
        m_chunk = smallestChunk;
        return {};
    }
    if (isRowFault(error.sqlState) || (isPassing(error.sqlState) && ++m_tries < mostTries)) {
        m_chunk = qMax<qint64>(1, size / 2);
        return {};
    }
    Error told = error;
    told.why += QStringLiteral("; %1 of %2 jobs were changed before, and recorded")
                    .arg(m_result.changed)
                    .arg(m_total);
    return fail(told);
}

// A change that changed nothing is nothing to keep. A role that may not delete leaves it, with its count of
// 0.
void JobChangeRun::forgetEmptyChange()
{
    if (m_result.changed > 0)
        return;
    (void)m_connection.execute(QStringLiteral("DELETE FROM signalbox_changes WHERE id = :change::uuid"),
                               {{":change", m_result.changeId}}, nameOf(m_action));
    m_result.changeId.clear();
}

bool JobChangeRun::isStopped() const
{
    return m_watch.stopRequested && *m_watch.stopRequested;
}

} // namespace signalbox
