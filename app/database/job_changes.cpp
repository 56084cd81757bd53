#include "app/database/job_changes.h"

#include "app/database/job_change_run.h"
#include "app/database/table_sql.h"

namespace signalbox {

namespace {

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

} // namespace

Result<ActionPreview> previewJobs(PgConnection &connection, const JobSelection &selection,
                                  const JobChange &change)
{
    const JobAction action = change.action;
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

Result<ActionResult> changeJobs(PgConnection &connection, const JobSelection &selection,
                                const JobChange &change, const QString &reason, const ActionWatch &watch)
{
    if (reason.trimmed().isEmpty())
        return fail(Error::Kind::Refused, nameOf(change.action), QStringLiteral("a reason is required"));
    const auto chosen = selectionSql(selection, change.action);
    if (!chosen)
        return fail(chosen.error());
    return JobChangeRun(connection, *chosen, change, reason.trimmed(), watch).run();
}

} // namespace signalbox
