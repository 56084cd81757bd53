#include "app/database/session_socket.h"

#include <QMutexLocker>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace signalbox {

SessionSocket::~SessionSocket()
{
    hold(-1);
}

void SessionSocket::hold(int descriptor)
{
    const QMutexLocker lock(&m_mutex);
    if (m_descriptor >= 0)
        close(m_descriptor);
    m_descriptor = descriptor >= 0 ? fcntl(descriptor, F_DUPFD_CLOEXEC, 0) : -1;
}

void SessionSocket::cut()
{
    const QMutexLocker lock(&m_mutex);
    if (m_descriptor >= 0)
        shutdown(m_descriptor, SHUT_RDWR);
}

} // namespace signalbox
