#pragma once

#include "app/core/filter.h"

#include <QStringList>

#include <optional>

namespace signalbox {

/// The words that `status:`, `outcome:` and `held:` accept; also what the columns and HeldReason::code hold.
const QStringList &jobStatusWords();
const QStringList &outcomeWords();
const QStringList &heldWords();
/// Of `due:`, the classes of DueJobs, and of `test:`.
const QStringList &dueWords();
const QStringList &testWords();

/// The field a name stands for ("status", any case), whether or not a table has it.
std::optional<FilterField> filterFieldByName(const QString &name);
QString filterFieldName(FilterField field);
const QList<FilterField> &filterFields(Table table);

} // namespace signalbox
