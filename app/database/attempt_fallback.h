#pragma once

#include "app/core/delivery_queue.h"

#include <functional>

namespace signalbox {

/// Records attempts in as few statements as their data allow. A batch that the server refuses for the data of
/// a row is halved until that row stands alone; its attempt is then recorded without what the receiver said,
/// then without its answer, and at last only its job is moved: it must not be sent again and again for that.
/// Any other error ends it, with nothing lost: who calls tries the whole batch again.
class AttemptFallback
{
public:
    enum class Rows { Insert, Leave };
    /// Records attempts of different jobs in one statement; replies with the number of lost leases.
    using Together = std::function<Result<int>(const QList<AttemptRecord> &, Rows)>;
    /// Whether no row at all can be stored, as where a partition is missing: then nothing is wrong with this
    /// one.
    using TakesNoRow = std::function<Result<bool>()>;

    AttemptFallback(Together together, TakesNoRow takesNoRow);

    Result<int> record(const QList<AttemptRecord> &attempts);
    QList<RefusedRecord> takeRefused() { return std::move(m_refused); }

private:
    Result<int> recordReduced(const AttemptRecord &attempt, const Error &refusal);
    Result<int> moveJobOnly(const AttemptRecord &attempt, const Error &refusal);
    void note(const AttemptRecord &attempt, const Error &refusal, RefusedRecord::Kept kept);

    Together m_together;
    TakesNoRow m_takesNoRow;
    QList<RefusedRecord> m_refused;
};

} // namespace signalbox
