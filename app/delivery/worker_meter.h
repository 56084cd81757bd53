#pragma once

#include "app/core/delivery_control.h"

#include <QElapsedTimer>

#include <array>

namespace signalbox {

/// Counts what a worker did since it was made, and its pace over the last five seconds.
class WorkerMeter
{
public:
    WorkerMeter() { m_time.start(); }

    void attemptFinished(bool delivered);
    void fannedOut(qint64 jobs) { m_fannedOut += jobs; }
    /// Fills the counts of a status.
    void writeTo(WorkerStatus &status);

private:
    static constexpr qint64 seconds = 5;
    void moveOn();

    QElapsedTimer m_time;
    qint64 m_second = 0;
    std::array<qint64, seconds + 1> m_finished{}; ///< by second, the running one included
    qint64 m_delivered = 0;
    qint64 m_failed = 0;
    qint64 m_fannedOut = 0;
};

} // namespace signalbox
