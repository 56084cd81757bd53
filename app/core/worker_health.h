#pragma once

#include "app/core/worker_report.h"

#include <QString>

#include <optional>

namespace signalbox {

/// What the judgement about a worker's health rests on; all times in milliseconds.
struct HealthFacts
{
    qint64 sinceAnswerMs = 0; ///< since the dispatcher's thread last answered a ping
    std::optional<qint64> databaseAwayMs;
    std::optional<qint64> ownTroubleMs; ///< see WorkerReport
    QString ownTrouble;
    QString fanOutProblem;                  ///< why fan-out stands still, or empty
    qint64 sinceProgressMs = 0;             ///< see WorkerReport
    std::optional<WorkerTrouble> recording; ///< see WorkerReport
    std::optional<WorkerTrouble> statement;
    int inFlight = 0;
    bool isDraining = false;
    std::optional<qint64> readingAgeMs;       ///< of the queue's last good reading; none before the first
    std::optional<double> oldestReadySeconds; ///< as that reading said; none without due jobs to be sent
};

struct HealthLimits
{
    qint64 stallMs = 60'000;    ///< due work without progress
    qint64 databaseMs = 60'000; ///< without a database
    qint64 networkMs = 60'000;  ///< of own trouble
    qint64 recordMs = 10'000;   ///< attempts that cannot be recorded
    qint64 answerMs = 30'000;   ///< the dispatcher's thread without an answer
};

/// Why the worker must be called unhealthy; none when it is well. A worker without work is well, and so is
/// one that waits for answers: every request in flight has a deadline.
std::optional<QString> healthProblem(const HealthFacts &facts, const HealthLimits &limits = {});

} // namespace signalbox
