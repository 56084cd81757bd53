#pragma once

#include "app/core/console.h"
#include "app/database/pg_connection.h"

namespace signalbox {

QString nameOf(JobAction action);
/// The action and how it was done, as it is recorded: "retry jobs, starting over, spread over 5 min".
QString descriptionOf(const JobChange &change);

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

/// What the change sets, as SQL over the aliases job, endpoint and chosen (whose wait_ms says how long after
/// the change a job becomes due).
QString assignments(const JobChange &change);

/// The before-image of a job, as SQL over the alias job: jsonb without secret and payload. Its changed_at is
/// the time of the change.
QString jobBeforeImage();

/// Which of its endpoint's settings a job that may still be sent differs from, as SQL over the aliases job
/// and endpoint: words of url, headers, timeout, retries with spaces between; empty: none.
QString snapshotDifferences();

} // namespace signalbox
