#pragma once

#include "app/core/delivery_control.h"
#include "app/core/worker_report.h"

#include <QElapsedTimer>

#include <array>

namespace signalbox {

/// Counts what a worker did since it was made, and its pace over the last five seconds.
class WorkerMeter
{
public:
    WorkerMeter();

    void attemptFinished(const ExchangeResult &result);
    void claimed(qint64 jobs);
    void leasesLost(qint64 jobs) { m_counters.leasesLost += jobs; }
    void rescued(qint64 jobs) { m_counters.rescuedJobs += jobs; }
    void fannedOut(qint64 jobs) { m_counters.fannedOutJobs += jobs; }
    void putAside(qint64 events) { m_counters.skippedEvents += events; }
    void databaseLost() { ++m_counters.databaseLosses; }
    void recordFailed() { ++m_counters.recordErrors; }
    void recordsRefused(qint64 records) { m_counters.refusedRecords += records; }
    void statementFailed() { ++m_counters.statementErrors; }

    /// Fills the counts of a status.
    void writeTo(WorkerStatus &status);
    void writeTo(WorkerReport &report) const;

private:
    static constexpr qint64 seconds = 5;
    void moveOn();

    QElapsedTimer m_time;
    QElapsedTimer m_sinceProgress;
    qint64 m_second = 0;
    std::array<qint64, seconds + 1> m_finished{}; ///< by second, the running one included
    WorkerCounters m_counters;
};

/// The class an attempt is counted under.
AttemptClass attemptClass(const ExchangeResult &result);

} // namespace signalbox
