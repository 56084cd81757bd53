#include "tests/cli/notify_socket.h"

#include <QFile>

#include <algorithm>
#include <array>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace signalbox {

NotifySocket::NotifySocket()
    : m_socket(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const QByteArray name = QFile::encodeName(path());
    if (std::size_t(name.size()) >= sizeof address.sun_path)
        qFatal("the path of the socket is too long: %s", name.constData());
    std::memcpy(address.sun_path, name.constData(), std::size_t(name.size()));
    if (bind(m_socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        qFatal("cannot bind %s", name.constData());
}

NotifySocket::~NotifySocket()
{
    close(m_socket);
}

const QList<QByteArray> &NotifySocket::received()
{
    std::array<char, 4096> buffer{};
    for (ssize_t size = 0; (size = recv(m_socket, buffer.data(), buffer.size(), 0)) > 0;)
        m_received += QByteArray(buffer.data(), qsizetype(size)).split('\n');
    return m_received;
}

bool NotifySocket::has(const QByteArray &beginning)
{
    const auto &all = received();
    return std::any_of(all.cbegin(), all.cend(),
                       [&beginning](const QByteArray &variable) { return variable.startsWith(beginning); });
}

} // namespace signalbox
