#pragma once

#include "app/core/console_rights.h"

#include <QString>

namespace signalbox {

/// Why an open job waits (held: a word of heldWords(), '' = it does not), until when (held_until) and what
/// there is to add (held_detail), by the database's own signalbox_held_reason(). Stands with heldJoin().
QString heldColumns();
/// The same columns for a job of which the reason cannot be told.
QString noHeldColumns();
/// FROM item for the columns, to stand behind `webhook_jobs job`.
QString heldJoin();
/// The rights that the reason takes.
QList<Grant> heldGrants();
/// Condition of `held:word` over the alias job; `bound` is the placeholder that holds the word.
QString heldCondition(const QString &word, const QString &bound);

/// The webhook_deliveries.outcome of a row, also of one that another program wrote.
QString outcomeExpression();

} // namespace signalbox
