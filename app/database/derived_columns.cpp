#include "app/database/derived_columns.h"

#include <QHash>

namespace signalbox {

namespace {

// A moment that has passed holds nothing any more: without a worker the job waits for one, and nothing else
// moves the breaker or takes back the lease.
QString heldReasonSql()
{
    return QStringLiteral(R"((
SELECT CASE WHEN passed.without_worker THEN 'no-worker' ELSE known.reason END AS reason,
       CASE WHEN NOT passed.without_worker THEN known.until END AS until,
       CASE WHEN NOT passed.without_worker THEN known.detail END AS detail
FROM signalbox_held_reason(job.id) known
CROSS JOIN LATERAL (
    SELECT coalesce(known.until <= now(), false)
           AND NOT EXISTS (SELECT FROM signalbox_workers WHERE heartbeat_at > now() - interval '60 s') AS without_worker
    ) passed))");
}

} // namespace

QString heldColumns()
{
    return QStringLiteral("held.reason AS held, held.until AS held_until, held.detail AS held_detail");
}

QString noHeldColumns()
{
    return QStringLiteral("''::text AS held, NULL::timestamptz AS held_until, ''::text AS held_detail");
}

QString heldJoin()
{
    return QStringLiteral("LEFT JOIN LATERAL %1 held ON true").arg(heldReasonSql());
}

QList<Grant> heldGrants()
{
    QList<Grant> grants;
    for (const char *table :
         {"webhook_jobs", "webhook_endpoints", "signalbox_endpoint_state", "signalbox_workers"})
        grants.append({QLatin1String(table), Right::Select});
    return grants;
}

QString heldCondition(const QString &word, const QString &bound)
{
    // What must be so for the reason to be the one, and is cheaper to see than the reason itself.
    static const QHash<QString, QString> necessary{
        {"disabled", "job.endpoint_id IN (SELECT target.id FROM webhook_endpoints target "
                     "WHERE NOT target.enabled OR target.removed_at IS NOT NULL)"},
        {"breaker", "job.endpoint_id IN (SELECT state.endpoint_id FROM signalbox_endpoint_state state "
                    "WHERE state.breaker <> 'closed')"},
        {"rate", "job.endpoint_id IN (SELECT target.id FROM webhook_endpoints target "
                 "WHERE target.rate_limit IS NOT NULL)"},
        {"order", "job.order_key IS NOT NULL"},
        {"leased", "job.lease_token IS NOT NULL"},
        {"foreign", "job.status = 'processing'"},
        {"back-off", "job.next_attempt > now()"},
        {"retry-after", "job.next_attempt > now()"},
        {"scheduled", "job.next_attempt > now()"},
        {"no-worker", "(job.next_attempt <= now() OR job.lease_until <= now())"}};
    return QStringLiteral("(%1 AND (SELECT held.reason FROM %2 held) = %3)")
        .arg(necessary.value(word, QStringLiteral("job.next_attempt <= now()")), heldReasonSql(), bound);
}

QString outcomeExpression()
{
    return QStringLiteral(
        "coalesce(delivery.outcome, CASE WHEN delivery.status_code IS NOT NULL THEN 'answered' END)");
}

} // namespace signalbox
