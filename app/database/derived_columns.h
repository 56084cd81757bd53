#pragma once

#include <QString>

namespace signalbox {

/// SQL text that tells why an open job waits (codes of HeldReason, '' = it does not), over the aliases job,
/// endpoint (left-joined) and worker (one row: alive).
QString heldExpression();
/// Until when, or NULL.
QString heldUntilExpression();
/// FROM items for the two expressions, to stand behind `webhook_jobs job`.
QString heldJoins();

/// The webhook_deliveries.outcome of a row, also of one that another program wrote.
QString outcomeExpression();

} // namespace signalbox
