#include "app/delivery/verdict.h"

#include "app/core/retry_policy.h"
#include "app/core/time_ordered_uuid.h"

namespace signalbox {

namespace {

// The schedule's delay, or the receiver's when it asks for more.
void setRetry(AttemptRecord &record, const ClaimedJob &job, const QDateTime &now, double random)
{
    record.verdict = AttemptRecord::Verdict::Retry;
    record.retryDelayMs = retryDelayMs(job.attempts + 1, job.retryScheduleSeconds, random);
    const std::optional<int> status = record.result.statusCode;
    if (status != 429 && status != 503)
        return;
    const qint64 asked = retryAfterMs(record.result.retryAfter, now).value_or(0);
    record.isAsked = asked > record.retryDelayMs;
    record.retryDelayMs = qMax(record.retryDelayMs, asked);
}

} // namespace

AttemptRecord judge(const ClaimedJob &job, const ExchangeResult &result, const QUuid &workerId,
                    const QDateTime &now, double random)
{
    AttemptRecord record;
    record.deliveryId = timeOrderedUuid(now);
    record.jobId = job.id;
    record.leaseToken = job.leaseToken;
    record.workerId = workerId;
    record.endpointId = job.endpointId;
    record.url = job.url;
    record.eventType = job.eventType;
    record.attempt = job.attempts + 1;
    record.isTest = job.isTest;
    record.isProbe = job.isProbe;
    record.orderKey = job.orderKey;
    record.result = result;
    if (result.succeeded()) {
        record.verdict = AttemptRecord::Verdict::Completed;
    } else {
        setRetry(record, job, now, random);
        if (result.statusCode == 410 && !job.isTest)
            record.verdict = AttemptRecord::Verdict::Gone;
    }
    return record;
}

SlotEnd slotEnd(const ExchangeResult &result)
{
    if (result.fault == Fault::Job || result.fault == Fault::Machine || result.fault == Fault::Lease)
        return SlotEnd::Unsent;
    if (result.hasTimedOut || result.fault == Fault::Network)
        return SlotEnd::TimedOut;
    if (result.statusCode == 429 || result.statusCode == 502 || result.statusCode == 504)
        return SlotEnd::Overloaded;
    return result.succeeded() ? SlotEnd::Succeeded : SlotEnd::Answered;
}

} // namespace signalbox
