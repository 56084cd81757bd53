#pragma once

#include <QString>

namespace signalbox {

/// A query of every endpoint that is not removed: `id` and the `class` that decides whether its due jobs go
/// out: ready, throttled, breaker-open, disabled.
QString endpointClassSql();

/// The value of `class` that a word of `due:` stands for.
QString endpointClassOf(const QString &dueWord);

/// Holds for a job, called `job`, that is due and waits for no earlier one of its stream. Word for word the
/// predicate of the index of sendable jobs.
QString dueJobCondition();

} // namespace signalbox
