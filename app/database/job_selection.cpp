#include "app/database/job_selection.h"

#include "app/core/duration.h"
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
// What is granted anew when a job starts over.
const QString anewSql = QStringLiteral(
    "least(2147483647, job.attempts::bigint + 1 + coalesce(endpoint.max_retries, 3))::integer");

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

QString descriptionOf(const JobChange &change)
{
    QStringList parts{nameOf(change.action)};
    if (change.retry.startOver)
        parts << QStringLiteral("starting over");
    if (change.retry.spreadMs > 0)
        parts << QStringLiteral("spread over ") + writeDuration(change.retry.spreadMs);
    if (change.retry.keepSnapshot)
        parts << QStringLiteral("with the jobs' own settings");
    return parts.join(QStringLiteral(", "));
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

QString assignments(const JobChange &change)
{
    const QString noLease = QStringLiteral("lease_owner = NULL, lease_token = NULL, lease_until = NULL");
    if (change.action == JobAction::Cancel)
        return QStringLiteral("status = 'cancelled', ") + noLease;
    if (change.action == JobAction::Follow)
        return snapshotSql + QStringLiteral(", max_attempts = ") + mostAttemptsSql;
    const QString attempts = change.retry.startOver ? anewSql : QStringLiteral("job.attempts + 1");
    QStringList settings{
        QStringLiteral("status = 'pending', next_attempt = now() + chosen.wait_ms * interval '1 ms', "
                       "rescues = 0, wait_reason = NULL"),
        QStringLiteral("priority = %1").arg(change.action == JobAction::SendNow ? 1 : 0),
        QStringLiteral("max_attempts = greatest(job.max_attempts, %1)").arg(attempts), noLease};
    if (!change.retry.keepSnapshot)
        settings << snapshotSql;
    // The order of a stream is not for overtaking: a blocked job stays so.
    return settings.join(QStringLiteral(", "));
}

QString jobBeforeImage()
{
    return QStringLiteral(R"(jsonb_build_object(
        'status', job.status, 'attempts', job.attempts, 'max_attempts', job.max_attempts,
        'next_attempt', job.next_attempt, 'last_error', job.last_error, 'rescues', job.rescues,
        'priority', job.priority, 'wait_reason', job.wait_reason, 'lease_owner', job.lease_owner,
        'lease_token', job.lease_token, 'lease_until', job.lease_until, 'url', job.url,
        'custom_headers', job.custom_headers, 'timeout_ms', job.timeout_ms, 'updated_at', job.updated_at,
        'changed_at', now()))");
}

QString snapshotDifferences()
{
    return QStringLiteral(R"(CASE WHEN job.status IN ('pending', 'processing', 'failed') THEN concat_ws(' ',
        CASE WHEN job.url IS DISTINCT FROM endpoint.url THEN 'url' END,
        CASE WHEN job.custom_headers IS DISTINCT FROM endpoint.custom_headers THEN 'headers' END,
        CASE WHEN job.timeout_ms IS DISTINCT FROM %1 THEN 'timeout' END,
        CASE WHEN job.status <> 'failed' AND job.max_attempts IS DISTINCT FROM %2 THEN 'retries' END)
    ELSE '' END)")
        .arg(timeoutSql, mostAttemptsSql);
}

} // namespace signalbox
