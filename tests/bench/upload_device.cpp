#include "tests/bench/upload_device.h"

#include <cstring>

namespace signalbox {

UploadDevice::UploadDevice(QByteArray body, QObject *parent)
    : QIODevice(parent)
    , m_body(std::move(body))
{
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

bool UploadDevice::reset()
{
    // Qt 6.4 goes on reading from a device whose reset failed, and would send the rest on the new connection.
    m_refused = true;
    return false;
}

qint64 UploadDevice::bytesAvailable() const
{
    return m_refused ? 0 : m_body.size() - m_position;
}

bool UploadDevice::atEnd() const
{
    return bytesAvailable() == 0;
}

qint64 UploadDevice::readData(char *data, qint64 maxSize)
{
    const qint64 length = qMin(maxSize, bytesAvailable());
    if (length <= 0)
        return -1;
    std::memcpy(data, m_body.constData() + m_position, std::size_t(length));
    m_position += length;
    return length;
}

} // namespace signalbox
