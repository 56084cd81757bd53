#include "app/database/job_changes.h"

#include "app/database/filter_sql.h"
#include "app/database/stream_order.h"
#include "app/database/table_sql.h"

#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

QString nameOf(JobAction action)
{
    switch (action) {
    case JobAction::Retry:
        return QStringLiteral("retry jobs");
    case JobAction::SendNow:
        return QStringLiteral("send jobs now");
    case JobAction::Cancel:
        break;
    }
    return QStringLiteral("cancel jobs");
}

/// A selection as SQL over the alias job.
struct SelectionSql
{
    QString condition;
    Bindings bindings;
    QString text; ///< what signalbox_changes keeps
    bool byId = false;
};

QString idsAsJson(const QStringList &ids)
{
    nlohmann::json list = nlohmann::json::array();
    for (const QString &id : ids)
        list.push_back(id.toStdString());
    return QString::fromStdString(list.dump());
}

Result<SelectionSql> selectionSql(const JobSelection &selection, JobAction action)
{
    if (!selection.ids.isEmpty()) {
        return SelectionSql{QStringLiteral("job.id IN (SELECT chosen::uuid "
                                           "FROM jsonb_array_elements_text(:ids::jsonb) AS chosen)"),
                            {{":ids", idsAsJson(selection.ids)}},
                            QStringLiteral("%1 by id").arg(selection.ids.size()),
                            true};
    }
    if (!selection.filter || selection.filter->isEmpty())
        return fail(Error::Kind::Refused, nameOf(action), QStringLiteral("no job is selected"),
                    QStringLiteral("select jobs, or give a filter: an empty one would take all of them"));
    const FilterSql filter = filterSql(*selection.filter, Table::Jobs);
    return SelectionSql{filter.condition(), filter.bindings, selection.filter->text, false};
}

// Which of the selected jobs the action changes.
QString affectedCondition(JobAction action, bool byId)
{
    const QString foreign = byId ? QStringLiteral(" OR job.lease_token IS NULL") : QString();
    if (action != JobAction::Cancel)
        return QStringLiteral("(job.status <> 'processing'%1)").arg(foreign);
    return QStringLiteral(
               "(job.status = 'pending' OR (job.status = 'processing' AND (job.lease_token IS NOT NULL%1)))")
        .arg(foreign);
}

QString assignments(JobAction action)
{
    const QString noLease = QStringLiteral("lease_owner = NULL, lease_token = NULL, lease_until = NULL");
    if (action == JobAction::Cancel)
        return QStringLiteral("status = 'cancelled', ") + noLease;
    // The order of a stream is not for overtaking: a blocked job stays so.
    return QStringLiteral(
               "status = 'pending', next_attempt = now(), rescues = 0, wait_reason = NULL, priority = %1, "
               "max_attempts = greatest(job.max_attempts, job.attempts + 1), ")
               .arg(action == JobAction::SendNow ? 1 : 0) +
           noLease;
}

Result<QList<QSqlRecord>> previewByStatus(PgConnection &connection, const SelectionSql &selection,
                                          JobAction action)
{
    // Only the last attempt tells whether a receiver may have processed the job without our knowing.
    const QString sql = QStringLiteral(
        "SELECT job.status, count(1) AS jobs, count(1) FILTER (WHERE %2) AS affected, "
        "count(1) FILTER (WHERE %2 AND job.lease_token IS NOT NULL AND job.lease_until > now()) AS "
        "in_flight, "
        "count(1) FILTER (WHERE %2 AND (NOT endpoint.enabled OR endpoint.removed_at IS NOT NULL)) AS "
        "disabled, "
        "count(1) FILTER (WHERE %2 AND last.outcome = 'no-answer') AS ambiguous "
        "FROM webhook_jobs job JOIN webhook_endpoints endpoint ON endpoint.id = job.endpoint_id "
        "LEFT JOIN LATERAL (SELECT attempt.outcome FROM webhook_deliveries attempt "
        "WHERE attempt.job_id = job.id AND job.status <> 'completed' AND job.attempts > 0 "
        "ORDER BY attempt.created_at DESC, attempt.id DESC LIMIT 1) last ON true "
        "WHERE %1 GROUP BY job.status ORDER BY job.status");
    return connection.query(sql.arg(selection.condition, affectedCondition(action, selection.byId)),
                            selection.bindings, QStringLiteral("preview: ") + nameOf(action));
}

Result<QString> recordChange(PgConnection &connection, const SelectionSql &selection, JobAction action,
                             const QString &reason)
{
    const auto rows = connection.query(
        QStringLiteral("INSERT INTO signalbox_changes (action, reason, selection) "
                       "VALUES (:action::text, :reason::text, :selection::text) RETURNING id::text"),
        {{":action", nameOf(action)}, {":reason", reason}, {":selection", selection.text}}, nameOf(action));
    if (!rows)
        return fail(rows.error());
    return rows->constFirst().value(0).toString();
}

// Locks, keeps the before-images and changes, in one statement.
Result<qint64> applyChange(PgConnection &connection, const SelectionSql &selection, JobAction action,
                           const QString &changeId)
{
    const QString sql = QStringLiteral(
        "WITH chosen AS MATERIALIZED (SELECT job.id, jsonb_build_object('status', job.status, "
        "'attempts', job.attempts, 'max_attempts', job.max_attempts, 'next_attempt', job.next_attempt, "
        "'last_error', job.last_error, 'rescues', job.rescues, 'lease_owner', job.lease_owner, "
        "'lease_token', job.lease_token, 'lease_until', job.lease_until, 'updated_at', job.updated_at) AS "
        "before "
        "FROM webhook_jobs job WHERE %1 AND %2 ORDER BY job.id FOR UPDATE), "
        "kept AS (INSERT INTO signalbox_change_rows (change_id, row_id, before) "
        "SELECT :change::uuid, chosen.id::text, chosen.before FROM chosen), "
        "changed AS (UPDATE webhook_jobs job SET %3 FROM chosen WHERE job.id = chosen.id RETURNING 1), "
        "counted AS (SELECT count(1) AS rows FROM changed), "
        "noted AS (UPDATE signalbox_changes SET changed = counted.rows FROM counted WHERE id = "
        ":change::uuid) "
        "SELECT rows FROM counted");
    const QString statement =
        sql.arg(selection.condition, affectedCondition(action, selection.byId), assignments(action));
    const auto rows =
        connection.query(statement, selection.bindings + Bindings{{":change", changeId}}, nameOf(action));
    if (!rows)
        return fail(rows.error());
    return rows->constFirst().value(0).toLongLong();
}

Result<qint64> countSelected(PgConnection &connection, const SelectionSql &selection, JobAction action)
{
    const auto rows = connection.query(
        QStringLiteral("SELECT count(1) FROM webhook_jobs job WHERE %1").arg(selection.condition),
        selection.bindings, nameOf(action));
    if (!rows)
        return fail(rows.error());
    return rows->constFirst().value(0).toLongLong();
}

} // namespace

Result<ActionPreview> previewJobs(PgConnection &connection, const JobSelection &selection, JobAction action)
{
    const auto chosen = selectionSql(selection, action);
    if (!chosen)
        return fail(chosen.error());
    const auto byStatus = previewByStatus(connection, *chosen, action);
    if (!byStatus)
        return fail(readableTimeout(byStatus.error()));
    const auto byEndpoint = connection.query(
        QStringLiteral("SELECT job.endpoint_id, count(1) AS jobs FROM webhook_jobs job WHERE %1 AND %2 "
                       "GROUP BY job.endpoint_id ORDER BY jobs DESC, job.endpoint_id LIMIT 20")
            .arg(chosen->condition, affectedCondition(action, chosen->byId)),
        chosen->bindings, QStringLiteral("preview: ") + nameOf(action));
    if (!byEndpoint)
        return fail(readableTimeout(byEndpoint.error()));

    ActionPreview preview;
    preview.action = action;
    for (const QSqlRecord &row : *byStatus) {
        preview.selected += row.value(QStringLiteral("jobs")).toLongLong();
        preview.affected += row.value(QStringLiteral("affected")).toLongLong();
        preview.inFlight += row.value(QStringLiteral("in_flight")).toLongLong();
        preview.heldByDisabled += row.value(QStringLiteral("disabled")).toLongLong();
        preview.ambiguous += row.value(QStringLiteral("ambiguous")).toLongLong();
    }
    preview.byStatus = *byStatus;
    preview.byEndpoint = *byEndpoint;
    return preview;
}

Result<ActionResult> changeJobs(PgConnection &connection, const JobSelection &selection, JobAction action,
                                const QString &reason)
{
    if (reason.trimmed().isEmpty())
        return fail(Error::Kind::Refused, nameOf(action), QStringLiteral("a reason is required"));
    const auto chosen = selectionSql(selection, action);
    if (!chosen)
        return fail(chosen.error());
    auto transaction = Transaction::begin(connection);
    if (!transaction)
        return fail(transaction.error());
    const auto selected = countSelected(connection, *chosen, action);
    if (!selected)
        return fail(selected.error());
    const auto changeId = recordChange(connection, *chosen, action, reason.trimmed());
    if (!changeId)
        return fail(changeId.error());
    const auto changed = applyChange(connection, *chosen, action, *changeId);
    if (!changed)
        return fail(changed.error());
    // Nothing to change is nothing to keep: the transaction is rolled back.
    if (*changed == 0)
        return ActionResult{0, *selected, {}};
    const auto told = connection.query(
        QStringLiteral("SELECT pg_notify('signalbox_changed', ''), pg_notify('signalbox_wake', '')"), {},
        nameOf(action));
    if (!told)
        return fail(told.error());
    if (const Done committed = transaction->commit(); !committed)
        return fail(committed.error());
    // Whatever ended may have stood before others of its stream. A worker's sweep would find them too, but
    // later.
    (void)releaseAllStreams(connection);
    return ActionResult{*changed, qMax<qint64>(0, *selected - *changed), *changeId};
}

} // namespace signalbox
