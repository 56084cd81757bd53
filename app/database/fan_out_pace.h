#pragma once

#include "app/database/fan_out_batch.h"

#include <algorithm>

namespace signalbox {

/// How much a statement of fan-out takes on: half of it after one that failed, twice of it after one that
/// passed, so that a batch which is too much for the server becomes one that is not. Where the events make so
/// many jobs that the statement stopped short, the next takes on twice as many events as it got through: it
/// compares every event with every endpoint before it knows.
class FanOutPace
{
public:
    /// `endpoints`: each event is compared with every one of them.
    FanOutSize size(int mostEvents, qint64 endpoints) const
    {
        const qint64 comparable = mostComparisons / std::max<qint64>(1, endpoints);
        const qint64 events = std::clamp<qint64>(comparable, 1, std::max(1, mostEvents));
        return {int(std::min(events, m_events)), m_jobs};
    }
    void failed(const FanOutSize &size)
    {
        m_events = std::max<qint64>(1, size.events / 2);
        m_jobs = std::max<qint64>(1, size.jobs / 2);
    }
    void passed(const FanOutSize &size, const FanOutResult &result)
    {
        const bool stoppedShort = !result.reachedFence && result.events < size.events;
        m_events =
            std::min(stoppedShort ? std::max<qint64>(1, 2 * result.events) : m_events * 2, mostEventsEver);
        m_jobs = std::min(m_jobs * 2, mostJobs);
    }

private:
    static constexpr qint64 mostComparisons = 200'000;
    static constexpr qint64 mostJobs = 4'000;
    static constexpr qint64 mostEventsEver = 1'000'000;

    qint64 m_events = mostEventsEver;
    qint64 m_jobs = mostJobs;
};

} // namespace signalbox
