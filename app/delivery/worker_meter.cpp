#include "app/delivery/worker_meter.h"

#include <numeric>

namespace signalbox {

void WorkerMeter::attemptFinished(bool delivered)
{
    moveOn();
    ++m_finished[std::size_t(m_second) % m_finished.size()];
    ++(delivered ? m_delivered : m_failed);
}

void WorkerMeter::writeTo(WorkerStatus &status)
{
    moveOn();
    // The running second is left out: it is not over.
    const qint64 all = std::accumulate(m_finished.begin(), m_finished.end(), qint64(0));
    status.perSecond = double(all - m_finished[std::size_t(m_second) % m_finished.size()]) / double(seconds);
    status.delivered = m_delivered;
    status.failed = m_failed;
    status.fannedOut = m_fannedOut;
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
