#pragma once

#include "app/core/delivery_queue.h"

namespace signalbox {

/// A claim of some worker that holds nothing yet.
inline ClaimRequest claimRequest(int limit, int freshPlaces = 100)
{
    ClaimRequest result;
    result.worker = {QUuid::createUuid(), QStringLiteral("host"), 1, QStringLiteral("0")};
    result.limit = limit;
    result.freshPlaces = freshPlaces;
    return result;
}

/// The sweep of some worker that holds nothing and has seen nothing yet.
inline RescueRequest rescueRequest()
{
    return {claimRequest(1).worker, {}, {}};
}

/// The attempt at a claimed job that was answered with a status.
inline AttemptRecord answered(const ClaimedJob &job, int status)
{
    AttemptRecord record;
    record.deliveryId = QUuid::createUuid();
    record.jobId = job.id;
    record.leaseToken = job.leaseToken;
    record.workerId = QUuid::createUuid();
    record.endpointId = job.endpointId;
    record.url = job.url;
    record.eventType = job.eventType;
    record.orderKey = job.orderKey;
    record.isProbe = job.isProbe;
    record.isTest = job.isTest;
    record.result.outcome = Outcome::Answered;
    record.result.statusCode = status;
    record.verdict =
        record.result.succeeded() ? AttemptRecord::Verdict::Completed : AttemptRecord::Verdict::Retry;
    return record;
}

} // namespace signalbox
