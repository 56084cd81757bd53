#pragma once

#include "app/core/delivery_queue.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// Takes back jobs whose lease ran out. Of another worker, when the sweep before saw it expired too, or when
/// that worker has been silent for a minute: one attempt "worker lost, outcome unknown", due now, failed
/// after five in a row. A worker that only waits for a lock is neither. Of the worker itself, when it does
/// not hold the lease (the answer to a claim was lost): such a job was never sent, and costs nothing. State
/// and token are checked again by the update that moves them (design §6).
Result<RescueResult> rescueExpired(PgConnection &connection, const RescueRequest &request);

} // namespace signalbox
