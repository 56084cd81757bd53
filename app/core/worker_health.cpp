#include "app/core/worker_health.h"

namespace signalbox {

namespace {

QString seconds(qint64 ms)
{
    return QStringLiteral("%1 s").arg(ms / 1000);
}

} // namespace

std::optional<QString> healthProblem(const HealthFacts &facts, const HealthLimits &limits)
{
    if (facts.sinceAnswerMs > limits.answerMs)
        return QStringLiteral("the dispatcher has not answered for ") + seconds(facts.sinceAnswerMs);
    if (facts.databaseAwayMs && *facts.databaseAwayMs > limits.databaseMs)
        return QStringLiteral("no database for ") + seconds(*facts.databaseAwayMs);
    if (facts.recording && facts.recording->ms > limits.recordMs)
        return QStringLiteral("attempts could not be recorded for %1: %2")
            .arg(seconds(facts.recording->ms), facts.recording->text);
    if (facts.statement && facts.statement->ms > limits.databaseMs)
        return QStringLiteral("for %1: %2").arg(seconds(facts.statement->ms), facts.statement->text);
    if (facts.ownTroubleMs && *facts.ownTroubleMs > limits.networkMs)
        return QStringLiteral("own trouble for %1: %2").arg(seconds(*facts.ownTroubleMs), facts.ownTrouble);
    if (!facts.fanOutProblem.isEmpty())
        return facts.fanOutProblem;
    const bool mayBeIdle =
        facts.isDraining || facts.inFlight > 0 || facts.databaseAwayMs || facts.ownTroubleMs;
    if (mayBeIdle || facts.sinceProgressMs <= limits.stallMs)
        return std::nullopt;
    // Neither progress nor a reading that would excuse it: an old figure must not pass for a good one.
    if (!facts.readingAgeMs || *facts.readingAgeMs > limits.stallMs)
        return QStringLiteral("nothing was sent for %1 and the queue could not be read")
            .arg(seconds(facts.sinceProgressMs));
    if (!facts.oldestReadySeconds || qint64(*facts.oldestReadySeconds * 1000) <= limits.stallMs)
        return std::nullopt;
    return QStringLiteral("jobs are due for %1 and nothing was sent for %2")
        .arg(seconds(qint64(*facts.oldestReadySeconds * 1000)), seconds(facts.sinceProgressMs));
}

} // namespace signalbox
