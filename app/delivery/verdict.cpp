#include "app/delivery/verdict.h"

#include "app/core/retry_policy.h"

namespace signalbox {

namespace {

qint64 delayMs(const ClaimedJob &job, const ExchangeResult &result, const QDateTime &now, double random)
{
    const qint64 scheduled = retryDelayMs(job.attempts + 1, job.retryScheduleSeconds, random);
    if (result.statusCode != 429 && result.statusCode != 503)
        return scheduled;
    return qMax(scheduled, retryAfterMs(result.retryAfter, now).value_or(0));
}

} // namespace

AttemptRecord judge(const ClaimedJob &job, const ExchangeResult &result, const QUuid &workerId,
                    const QDateTime &now, double random)
{
    AttemptRecord record;
    record.deliveryId = QUuid::createUuid();
    record.jobId = job.id;
    record.leaseToken = job.leaseToken;
    record.workerId = workerId;
    record.endpointId = job.endpointId;
    record.eventType = job.eventType;
    record.attempt = job.attempts + 1;
    record.isTest = job.isTest;
    record.result = result;
    if (result.succeeded()) {
        record.verdict = AttemptRecord::Verdict::Completed;
    } else if (result.statusCode == 410 && !job.isTest) {
        record.verdict = AttemptRecord::Verdict::Gone;
    } else {
        record.verdict = AttemptRecord::Verdict::Retry;
        record.retryDelayMs = delayMs(job, result, now, random);
    }
    return record;
}

} // namespace signalbox
