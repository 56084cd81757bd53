#include "app/delivery/worker_meter.h"

#include <numeric>

namespace signalbox {

AttemptClass attemptClass(const ExchangeResult &result)
{
    switch (result.outcome) {
    case Outcome::NeverConnected:
        return AttemptClass::NeverConnected;
    case Outcome::NoAnswer:
        return AttemptClass::NoAnswer;
    case Outcome::Answered:
        break;
    }
    return result.succeeded() ? AttemptClass::Delivered : AttemptClass::Refused;
}

WorkerMeter::WorkerMeter()
{
    m_time.start();
    m_sinceProgress.start();
}

void WorkerMeter::attemptFinished(const ExchangeResult &result)
{
    moveOn();
    m_sinceProgress.restart();
    ++m_finished[std::size_t(m_second) % m_finished.size()];
    ++m_counters.attempts[std::size_t(attemptClass(result))];
    m_counters.durations.add(double(result.durationMs) / 1000.0);
}

void WorkerMeter::claimed(qint64 jobs)
{
    ++m_counters.claims;
    m_counters.claimedJobs += jobs;
    if (jobs > 0)
        m_sinceProgress.restart();
}

void WorkerMeter::writeTo(WorkerStatus &status)
{
    moveOn();
    // The running second is left out: it is not over.
    const qint64 all = std::accumulate(m_finished.begin(), m_finished.end(), qint64(0));
    status.perSecond = double(all - m_finished[std::size_t(m_second) % m_finished.size()]) / double(seconds);
    const auto &attempts = m_counters.attempts;
    status.delivered = attempts[std::size_t(AttemptClass::Delivered)];
    status.failed = std::accumulate(attempts.begin(), attempts.end(), qint64(0)) - status.delivered;
    status.fannedOut = m_counters.fannedOutJobs;
}

void WorkerMeter::writeTo(WorkerReport &report) const
{
    report.counters = m_counters;
    report.sinceProgressMs = m_sinceProgress.elapsed();
}

void WorkerMeter::moveOn()
{
    const qint64 now = m_time.elapsed() / 1000;
    if (now - m_second >= qint64(m_finished.size()))
        m_finished.fill(0);
    else
        for (qint64 second = m_second + 1; second <= now; ++second)
            m_finished[std::size_t(second) % m_finished.size()] = 0;
    m_second = now;
}

} // namespace signalbox
