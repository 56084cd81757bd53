#pragma once

#include "app/core/console.h"
#include "app/database/pg_connection.h"

namespace signalbox {

QString nameOf(JobAction action);

/// A selection as SQL over the alias job.
struct SelectionSql
{
    QString condition;
    Bindings bindings;
    QString text; ///< what signalbox_changes keeps
    bool byId = false;
};

/// Refused when nothing is selected: an empty filter is not all of them.
Result<SelectionSql> selectionSql(const JobSelection &selection, JobAction action);

/// Which of the selected jobs the action changes, as SQL over the alias job.
QString affectedCondition(JobAction action, bool byId);

/// What the action sets, as SQL over the aliases job and endpoint.
QString assignments(JobAction action);

} // namespace signalbox
