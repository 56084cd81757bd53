#pragma once

#include "app/core/delivery_queue.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// Takes due jobs under a lease, one commit (design §4). Goes round the endpoints that may be sent to and of
/// each reads at most what the worker may take, so nobody's backlog costs anything. Within an endpoint what
/// an operator sent first comes first. Rate limits are spent and probes of open breakers are taken here,
/// under the lock of the endpoint's state, so that they hold for all workers together.
Result<QList<ClaimedJob>> claimJobs(PgConnection &connection, const ClaimRequest &request);
/// Milliseconds until a claim may bring something, none if never; see DeliveryQueue::nextDue().
Result<std::optional<qint64>> nextDue(PgConnection &connection, const QHash<QString, int> &places,
                                      int freshPlaces = 1);

/// Columns of what is sent, over `job` and `endpoint`; read by claimedJob().
QString sentColumns();
/// What they are bound with: how long a text may be that comes with its row; longer ones come as NULL.
Bindings sentBounds(qint64 mostText);
ClaimedJob claimedJob(const QSqlRecord &row);

} // namespace signalbox
