#pragma once

#include "app/core/clock.h"

#include <atomic>

namespace signalbox {

/// A clock that stands still until it is moved. Any thread.
class FakeClock final : public Clock
{
public:
    explicit FakeClock(qint64 secondsSinceEpoch = 1'614'265'330)
        : m_ms(secondsSinceEpoch * 1000)
    {
    }

    QDateTime now() const override { return QDateTime::fromMSecsSinceEpoch(m_ms, Qt::UTC); }
    void advanceMs(qint64 ms) { m_ms += ms; }

private:
    std::atomic<qint64> m_ms;
};

} // namespace signalbox
