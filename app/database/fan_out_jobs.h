#pragma once

#include "app/core/delivery_queue.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// Whether `endpoint` takes the event of that alias, as SQL. It takes what was appended after its creation,
/// and what a transaction appended that had not ended then: by its number alone such an event would be lost.
QString takesEventSql(const QString &event);

/// INSERT of the jobs of run 0, RETURNING their ids. `from` names event, endpoint and envelope.body.
QString insertJobsSql(const QString &from);

/// Whether a statement failed because of the row it was about, not because of the server's state: such a row
/// is put aside, everything else is tried again.
bool isRowFault(const QString &sqlState);

/// What a statement says it put aside: an array of rows of signalbox_fan_out_skipped.
QList<SkippedEvent> skippedEvents(const QString &json);

struct EventJobs
{
    qint64 jobs = 0;
    QList<SkippedEvent> skipped;
};

/// The jobs of one event, each by itself; of one endpoint only when that is named. What fails is put aside
/// with its reason. Within the caller's transaction.
Result<EventJobs> makeJobsOneByOne(PgConnection &connection, const QString &eventId,
                                   const QString &endpointId);

} // namespace signalbox
