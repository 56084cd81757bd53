#pragma once

#include "app/core/delivery_queue.h"
#include "app/database/pg_connection.h"

#include <QElapsedTimer>

namespace signalbox {

/// Completes the jobs of a claim whose text did not come with it, one at a time: reads what is not longer
/// than may be sent, says of the others why they cannot be, and gives those back that go beyond what the
/// worker may hold now. A claim takes a part of a lease's time at most, since leases are renewed on the same
/// connection.
class LargeJobs
{
public:
    LargeJobs(PgConnection &connection, const ClaimRequest &request);

    /// Whether the worker keeps the job, whole or with its problem. An error is a lost connection's.
    Result<bool> complete(ClaimedJob &job, bool lacksPayload, bool lacksHeaders);
    /// Gives back what it did not keep.
    Done releaseOthers();

private:
    enum class Column { Payload, Headers };
    Result<bool> read(ClaimedJob &job, Column column, qint64 most);
    bool isFull() const { return m_left <= 0 || m_time.elapsed() > m_mostMs; }

    PgConnection &m_connection;
    qint64 m_left; ///< bytes that may still be taken
    qint64 m_mostMs;
    QElapsedTimer m_time;
    QList<Lease> m_others;
};

} // namespace signalbox
