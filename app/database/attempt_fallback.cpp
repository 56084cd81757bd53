#include "app/database/attempt_fallback.h"

#include "app/core/sql_state.h"

namespace signalbox {

namespace {

// The job was purged meanwhile, or a lost commit arrived after all: there is nothing left to do.
bool isDoneWith(const Error &error)
{
    return error.sqlState == QLatin1String("23503") || error.sqlState == QLatin1String("23505");
}

AttemptRecord withoutReceiversWords(AttemptRecord attempt, const Error &refusal)
{
    attempt.result.responseBody.clear();
    attempt.result.responseHeaders.clear();
    attempt.result.requestHeaders.clear();
    attempt.result.note = QStringLiteral("the answer could not be stored: ") + briefReason(refusal);
    return attempt;
}

AttemptRecord withoutAnswer(AttemptRecord attempt, const Error &refusal)
{
    attempt = withoutReceiversWords(std::move(attempt), refusal);
    attempt.result.error = QStringLiteral("the outcome could not be stored: ") + briefReason(refusal);
    attempt.result.statusCode.reset();
    attempt.result.timings = {};
    attempt.result.durationMs = 0;
    return attempt;
}

} // namespace

AttemptFallback::AttemptFallback(Together together, TakesNoRow takesNoRow)
    : m_together(std::move(together))
    , m_takesNoRow(std::move(takesNoRow))
{
}

Result<int> AttemptFallback::record(const QList<AttemptRecord> &attempts)
{
    const auto together = m_together(attempts, Rows::Insert);
    if (together || !blamesTheRow(together.error()))
        return together;
    if (attempts.size() == 1)
        return recordReduced(attempts.constFirst(), together.error());
    const qsizetype half = attempts.size() / 2;
    const auto first = record(attempts.mid(0, half));
    if (!first)
        return first;
    const auto second = record(attempts.mid(half));
    if (!second)
        return second;
    return *first + *second;
}

Result<int> AttemptFallback::recordReduced(const AttemptRecord &attempt, const Error &refusal)
{
    if (isDoneWith(refusal))
        return 0;
    for (const auto &reduced : {withoutReceiversWords(attempt, refusal), withoutAnswer(attempt, refusal)}) {
        const auto recorded = m_together({reduced}, Rows::Insert);
        if (recorded)
            note(attempt, refusal, RefusedRecord::Kept::Reduced);
        if (recorded || !blamesTheRow(recorded.error()))
            return recorded;
        if (isDoneWith(recorded.error()))
            return 0;
    }
    const auto takesNone = m_takesNoRow();
    if (!takesNone)
        return fail(takesNone.error());
    if (*takesNone)
        return fail(refusal);
    return moveJobOnly(attempt, refusal);
}

Result<int> AttemptFallback::moveJobOnly(const AttemptRecord &attempt, const Error &refusal)
{
    const auto moved = m_together({withoutAnswer(attempt, refusal)}, Rows::Leave);
    if (!moved && !blamesTheRow(moved.error()))
        return moved;
    note(attempt, refusal, moved ? RefusedRecord::Kept::Job : RefusedRecord::Kept::Nothing);
    return moved ? *moved : 0;
}

void AttemptFallback::note(const AttemptRecord &attempt, const Error &refusal, RefusedRecord::Kept kept)
{
    m_refused.append({attempt.jobId, attempt.endpointId, briefReason(refusal), kept});
}

} // namespace signalbox
