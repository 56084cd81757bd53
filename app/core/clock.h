#pragma once

#include <QDateTime>

namespace signalbox {

/// Wall clock for signatures and timers. States in the database use PostgreSQL's clock (design §4).
class Clock
{
public:
    virtual ~Clock() = default;
    /// Current time, UTC. Any thread.
    virtual QDateTime now() const = 0;
};

class SystemClock final : public Clock
{
public:
    QDateTime now() const override { return QDateTime::currentDateTimeUtc(); }
};

} // namespace signalbox
