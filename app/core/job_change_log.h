#pragma once

#include "app/core/result.h"

#include <QString>

class QObject;

namespace signalbox {

/// What became of the jobs of one retry so far.
struct RetryOutcome
{
    qint64 delivered = 0;
    qint64 failed = 0; ///< for good
    qint64 cancelled = 0;
    qint64 waiting = 0; ///< to be sent, being sent, or to be tried again
    qint64 gone = 0;    ///< no longer in the table

    qint64 jobs() const { return delivered + failed + cancelled + waiting + gone; }
    bool isOver() const { return waiting == 0; }
    friend bool operator==(const RetryOutcome &, const RetryOutcome &) = default;
};

/// What an undo did.
struct RetryUndo
{
    qint64 restored = 0;
    qint64 left = 0; ///< sent, being sent or changed since: a request cannot be taken back
};

/// "75 delivered, 38 failed again"; of a single job "delivered".
QString outcomeWords(const RetryOutcome &outcome);
/// "113 retried: 75 delivered, 38 failed again".
QString outcomeLine(const RetryOutcome &outcome);

/// The filter of the jobs that a change touched, exactly those: "change:UUID".
QString changeFilter(const QString &changeId);

/// What was done to jobs, by the row of signalbox_changes that ActionResult names. Asynchronous as
/// JobActions.
class JobChangeLog
{
public:
    virtual ~JobChangeLog() = default;
    virtual void retryOutcome(const QString &changeId, QObject *context, Reply<RetryOutcome> reply) = 0;
    /// Puts jobs of a retry back to what they were, as long as nothing of them was sent and nobody else
    /// changed them since. The undo is a change of its own, with its before-images.
    virtual void undoRetry(const QString &changeId, QObject *context, Reply<RetryUndo> reply) = 0;
};

} // namespace signalbox
