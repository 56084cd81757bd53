#include "app/database/job_change_run.h"

#include "app/database/endpoint_act.h"
#include "app/database/fan_out_jobs.h"
#include "app/database/stream_order.h"

#include <QElapsedTimer>
#include <QScopeGuard>

#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

constexpr qint64 largestChunk = 5'000;
constexpr qint64 smallestChunk = 50;
constexpr qint64 aimedMs = 60;
constexpr int mostTries = 10;

// Locks, keeps the before-images, changes, counts and tells, in one statement and one commit. Whatever left
// its state since the ids were frozen is left alone: it may have been delivered meanwhile.
QString chunkSql(const SelectionSql &selection, const JobChange &change)
{
    const JobAction action = change.action;
    const QString unchanged =
        action == JobAction::Cancel || action == JobAction::Follow
            ? QStringLiteral("true")
            : QStringLiteral("job.status = frozen.status AND job.attempts = frozen.attempts");
    return QStringLiteral(R"(
WITH chosen AS MATERIALIZED (
    SELECT job.id, frozen.wait_ms, %5 AS before
    FROM jsonb_to_recordset(:frozen::jsonb) AS frozen (id uuid, status text, attempts integer, wait_ms bigint)
    JOIN webhook_jobs job ON job.id = frozen.id
    WHERE %1 AND %2
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
        .arg(affectedCondition(action, selection.byId), unchanged, assignments(change),
             action == JobAction::Cancel
                 ? QStringLiteral("chosen WHERE job.id = chosen.id")
                 : QStringLiteral("chosen, webhook_endpoints endpoint "
                                  "WHERE job.id = chosen.id AND endpoint.id = job.endpoint_id"),
             jobBeforeImage());
}

// `waitMs` says how long after the change each becomes due.
QString frozenAsJson(const QList<QSqlRecord> &rows, qint64 count, const std::function<qint64(qint64)> &waitMs)
{
    nlohmann::json list = nlohmann::json::array();
    for (qint64 index = 0; index < count; ++index) {
        const QSqlRecord &row = rows.at(index);
        list.push_back({{"id", row.value(0).toString().toStdString()},
                        {"status", row.value(1).toString().toStdString()},
                        {"attempts", row.value(2).toInt()},
                        {"wait_ms", waitMs(index)}});
    }
    return QString::fromStdString(list.dump());
}

// What the next try may well not meet again.
bool isPassing(const QString &sqlState)
{
    return sqlState == QLatin1String("40P01") || sqlState == QLatin1String("40001") ||
           sqlState == QLatin1String("55P03") || sqlState == QLatin1String("57014");
}

} // namespace

JobChangeRun::JobChangeRun(PgConnection &connection, SelectionSql selection, const JobChange &change,
                           QString reason, ActionWatch watch)
    : m_connection(connection)
    , m_selection(std::move(selection))
    , m_change(change)
    , m_reason(std::move(reason))
    , m_watch(std::move(watch))
    , m_chunkSql(chunkSql(m_selection, change))
{
}

Result<ActionResult> JobChangeRun::run()
{
    const auto forget = qScopeGuard([this] {
        if (m_isFrozen)
            (void)m_connection.executeRaw(QStringLiteral("CLOSE signalbox_chosen"));
    });
    const auto selected = freeze();
    if (!selected)
        return fail(selected.error());
    if (m_total > 0) {
        if (Done done = record(); !done)
            return fail(done.error());
        if (Done done = changeAll(); !done)
            return fail(done.error());
    }
    m_result.left = m_total - m_place;
    m_result.skipped = qMax<qint64>(0, *selected - m_result.changed - m_result.refused - m_result.left);
    // Whatever ended may have stood before others of its stream. A worker's sweep would find them too, but
    // later.
    if (m_result.changed > 0)
        (void)releaseAllStreams(m_connection);
    // Without it the breaker's own time comes, only later.
    if (m_result.changed > 0 && m_change.action == JobAction::Follow)
        (void)probeSoon(m_connection,
                        QStringLiteral("SELECT job.endpoint_id FROM signalbox_change_rows kept "
                                       "JOIN webhook_jobs job ON job.id = kept.row_id::uuid "
                                       "WHERE kept.change_id = :change::uuid"),
                        {{":change", m_result.changeId}}, nameOf(m_change.action));
    return m_result;
}

// In the order in which they came into the queue, so that a chunk's rows lie together. Kept by a cursor that
// outlives its transaction: that one writes nothing, so it holds up no fence; one that filled a table with a
// million ids stopped fan-out for two seconds. Replies with the number of jobs that the selection names.
Result<qint64> JobChangeRun::freeze()
{
    auto transaction = Transaction::begin(m_connection);
    if (!transaction)
        return fail(transaction.error());
    const auto declared = m_connection.execute(
        QStringLiteral(R"(
DECLARE signalbox_chosen NO SCROLL CURSOR WITH HOLD FOR
SELECT id, status, attempts, selected, count(1) OVER () AS frozen
FROM (SELECT job.created_at, job.id, job.status, job.attempts, %2 AS affected, count(1) OVER () AS selected
      FROM webhook_jobs job WHERE %1) chosen
WHERE affected
ORDER BY created_at, id)")
            .arg(m_selection.condition, affectedCondition(m_change.action, m_selection.byId)),
        m_selection.bindings, nameOf(m_change.action));
    if (!declared)
        return fail(declared.error());
    if (Done kept = transaction->commit(); !kept)
        return fail(kept.error());
    m_isFrozen = true;
    if (Done done = fetch(m_chunk); !done)
        return fail(done.error());
    if (m_ahead.isEmpty())
        return countSelected();
    m_total = m_ahead.constFirst().value("frozen").toLongLong();
    return m_ahead.constFirst().value("selected").toLongLong();
}

// None of them is to be changed.
Result<qint64> JobChangeRun::countSelected()
{
    const auto rows = m_connection.query(
        QStringLiteral("SELECT count(1) FROM webhook_jobs job WHERE %1").arg(m_selection.condition),
        m_selection.bindings, nameOf(m_change.action));
    if (!rows)
        return fail(rows.error());
    return rows->constFirst().value(0).toLongLong();
}

// So that as many frozen ids are at hand, if there are.
Done JobChangeRun::fetch(qint64 wanted)
{
    if (m_ahead.size() >= wanted)
        return {};
    const auto rows = m_connection.query(QStringLiteral("FETCH %1 FROM signalbox_chosen").arg(largestChunk),
                                         {}, nameOf(m_change.action));
    if (!rows)
        return fail(rows.error());
    m_ahead += *rows;
    return {};
}

Done JobChangeRun::record()
{
    const auto rows = m_connection.query(
        QStringLiteral("INSERT INTO signalbox_changes (action, reason, selection) "
                       "VALUES (:action::text, :reason::text, :selection::text) RETURNING id::text"),
        {{":action", descriptionOf(m_change)}, {":reason", m_reason}, {":selection", m_selection.text}},
        nameOf(m_change.action));
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
    if (Done done = fetch(size); !done)
        return afterFailure(done.error(), size);
    QElapsedTimer time;
    time.start();
    const auto changed = changeChunk(size);
    if (!changed)
        return afterFailure(changed.error(), size);
    m_tries = 0;
    m_result.changed += *changed;
    advance(size);
    m_chunk = qBound(smallestChunk, size * aimedMs / qMax<qint64>(1, time.elapsed()), largestChunk);
    return {};
}

void JobChangeRun::advance(qint64 jobs)
{
    m_ahead.remove(0, jobs);
    m_place += jobs;
}

Result<qint64> JobChangeRun::changeChunk(qint64 size)
{
    const auto waitMs = [this](qint64 index) {
        return qint64(double(m_change.retry.spreadMs) * double(m_place + index) / double(m_total));
    };
    const auto rows = m_connection.query(
        m_chunkSql, {{":frozen", frozenAsJson(m_ahead, size, waitMs)}, {":change", m_result.changeId}},
        nameOf(m_change.action));
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
        advance(1);
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
                               {{":change", m_result.changeId}}, nameOf(m_change.action));
    m_result.changeId.clear();
}

bool JobChangeRun::isStopped() const
{
    return m_watch.stopRequested && *m_watch.stopRequested;
}

} // namespace signalbox
