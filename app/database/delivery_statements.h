#pragma once

#include "app/core/delivery_queue.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// Replies with the tokens that are still ours, their leases moved on.
Result<QList<QUuid>> renewLeases(PgConnection &connection, const QList<Lease> &leases, int leaseMs);

/// Gives jobs back as they were claimed: pending, due now. A test that was never sent is cancelled instead,
/// because the queue would hold it. Replies with the number given back.
Result<int> releaseLeases(PgConnection &connection, const QList<Lease> &leases);

/// A job marked as a test, leased to the worker from the start. NotFound when the endpoint is not there.
Result<ClaimedJob> createTestJob(PgConnection &connection, const WorkerIdentity &worker,
                                 const QString &endpointId, int leaseMs);

Result<IdleState> readIdleState(PgConnection &connection);

Done heartbeat(PgConnection &connection, const WorkerIdentity &worker, const Heartbeat &beat);
Done signOff(PgConnection &connection, const WorkerIdentity &worker);

/// Tells the consoles that rows changed.
Done announceChanges(PgConnection &connection);

} // namespace signalbox
