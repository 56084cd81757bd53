#include "app/database/job_selection.h"

#include "app/database/filter_sql.h"

#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

QString idsAsJson(const QStringList &ids)
{
    nlohmann::json list = nlohmann::json::array();
    for (const QString &id : ids)
        list.push_back(id.toStdString());
    return QString::fromStdString(list.dump());
}

// A job is a snapshot of its endpoint (design §4, Snapshot); these are the parts that are sent from the job.
// A retry that was granted by hand stays granted. An adopted table may leave open what ours does not: fan-out
// takes the same in its place.
const QString timeoutSql = QStringLiteral("coalesce(endpoint.timeout_ms, 30000)");
const QString snapshotSql =
    QStringLiteral("url = endpoint.url, custom_headers = endpoint.custom_headers, timeout_ms = ") +
    timeoutSql;
const QString mostAttemptsSql = QStringLiteral(
    "CASE WHEN job.status = 'failed' THEN job.max_attempts "
    "ELSE least(2147483647, greatest(job.attempts, coalesce(endpoint.max_retries, 3))::bigint + 1)::integer "
    "END");

} // namespace

QString nameOf(JobAction action)
{
    switch (action) {
    case JobAction::Retry:
        return QStringLiteral("retry jobs");
    case JobAction::SendNow:
        return QStringLiteral("send jobs now");
    case JobAction::Follow:
        return QStringLiteral("let jobs follow their endpoint");
    case JobAction::Cancel:
        break;
    }
    return QStringLiteral("cancel jobs");
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
    if (selection.all)
        return SelectionSql{QStringLiteral("true"), {}, QStringLiteral("all jobs"), false};
    if (!selection.filter || selection.filter->isEmpty())
        return fail(Error::Kind::Refused, nameOf(action), QStringLiteral("no job is selected"),
                    QStringLiteral("select jobs, or give a filter: an empty one would take all of them"));
    const FilterSql filter = filterSql(*selection.filter, Table::Jobs);
    return SelectionSql{filter.condition(), filter.bindings, selection.filter->text, false};
}

QString affectedCondition(JobAction action, bool byId)
{
    const QString foreign = byId ? QStringLiteral(" OR job.lease_token IS NULL") : QString();
    if (action == JobAction::Follow)
        return QStringLiteral(
                   "(job.status IN ('pending', 'failed') "
                   "OR (job.status = 'processing' AND job.lease_token IS NOT NULL)) "
                   "AND EXISTS (SELECT FROM webhook_endpoints endpoint WHERE endpoint.id = job.endpoint_id "
                   "AND endpoint.removed_at IS NULL AND (job.url, job.custom_headers, job.timeout_ms, "
                   "job.max_attempts) IS DISTINCT FROM (endpoint.url, endpoint.custom_headers, "
                   "%1, %2))")
            .arg(timeoutSql, mostAttemptsSql);
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
    if (action == JobAction::Follow)
        return snapshotSql + QStringLiteral(", max_attempts = ") + mostAttemptsSql;
    // The order of a stream is not for overtaking: a blocked job stays so.
    return QStringLiteral(
               "status = 'pending', next_attempt = now(), rescues = 0, wait_reason = NULL, priority = %1, "
               "max_attempts = greatest(job.max_attempts, job.attempts + 1), ")
               .arg(action == JobAction::SendNow ? 1 : 0) +
           snapshotSql + QStringLiteral(", ") + noLease;
}

} // namespace signalbox
