#pragma once

#include <QFile>
#include <QTimer>

#include <unistd.h>

namespace signalbox {

inline constexpr qint64 mebibyte = 1024 * 1024;
/// What an exchange with the worst of peers may leave in memory, allocator and all.
inline constexpr qint64 mostGrowth = 96 * mebibyte;

/// Bytes of this process that are in memory.
inline qint64 residentBytes()
{
    QFile file("/proc/self/statm");
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no /proc/self/statm");
    return file.readAll().split(' ').value(1).toLongLong() * sysconf(_SC_PAGESIZE);
}

/// The most memory that was held while it lived, above what was held before.
class MemoryGauge
{
public:
    MemoryGauge()
        : m_before(residentBytes())
    {
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { look(); });
        m_timer.start(20);
    }
    qint64 growth()
    {
        look();
        return m_most - m_before;
    }

private:
    void look() { m_most = qMax(m_most, residentBytes()); }

    QTimer m_timer;
    qint64 m_before;
    qint64 m_most = 0;
};

} // namespace signalbox
