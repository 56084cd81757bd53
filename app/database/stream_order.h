#pragma once

#include "app/core/delivery.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// A stream as one ordered endpoint sees it.
struct OrderedStream
{
    QString endpointId;
    QString orderKey;
    friend bool operator==(const OrderedStream &, const OrderedStream &) = default;
};

// Jobs of an ordered endpoint enter the queue blocked. The first open job of a stream is let go once every
// lower version of the stream has passed fan-out, or cannot appear any more. Whoever ends a job or adds one
// calls this after its own commit: of two that race, the later one sees both.

/// Streams named by a statement: a JSON array of {endpoint_id, order_key}; empty text is none.
QList<OrderedStream> orderedStreams(const QString &json);

/// Lets the first open job of each stream go when nothing stands before it. Replies with their number.
Result<int> releaseStreams(PgConnection &connection, const QList<OrderedStream> &streams);

/// The same for all streams with open jobs.
Result<int> releaseAllStreams(PgConnection &connection);

/// Brings the open jobs of an endpoint in line with its `ordered`; part of the change's transaction.
Done applyOrdering(PgConnection &connection, const QString &endpointId, bool ordered);

} // namespace signalbox
