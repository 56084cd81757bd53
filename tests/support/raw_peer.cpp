#include "tests/support/raw_peer.h"

#include <QHostAddress>
#include <QSslCertificate>

#include <memory>

#include <sys/socket.h>

namespace signalbox {

namespace {

constexpr qint64 pouredAhead = 256 * 1024;

// Size of the first whole request in the buffer, or -1.
qsizetype wholeRequest(const QByteArray &buffer)
{
    const qsizetype head = buffer.indexOf("\r\n\r\n");
    if (head < 0)
        return -1;
    qsizetype length = 0;
    for (const QByteArray &line : buffer.left(head).split('\n')) {
        if (line.toLower().startsWith("content-length:"))
            length = line.mid(15).trimmed().toLongLong();
    }
    const qsizetype size = head + 4 + length;
    return buffer.size() >= size ? size : -1;
}

} // namespace

RawPeer::RawPeer(Act act, std::optional<QSslConfiguration> tls, QObject *parent)
    : QTcpServer(parent)
    , m_act(std::move(act))
    , m_tls(std::move(tls))
{
    if (!listen(QHostAddress::LocalHost))
        qFatal("no port to listen on: %s", qPrintable(errorString()));
}

QString RawPeer::url() const
{
    return QStringLiteral("%1://127.0.0.1:%2/hook").arg(m_tls ? "https" : "http").arg(serverPort());
}

void RawPeer::incomingConnection(qintptr descriptor)
{
    ++m_connections;
    auto *socket = new QSslSocket(this);
    socket->setSocketDescriptor(descriptor);
    connect(socket, &QSslSocket::disconnected, socket, &QObject::deleteLater);
    const auto buffer = std::make_shared<QByteArray>();
    connect(socket, &QSslSocket::readyRead, this, [this, socket, buffer] { read(*socket, *buffer); });
    emit connected(socket);
    if (!m_tls)
        return;
    connect(socket, &QSslSocket::encrypted, this,
            [this, socket] { m_clientSerials << socket->peerCertificate().serialNumber(); });
    socket->setSslConfiguration(*m_tls);
    socket->startServerEncryption();
}

void RawPeer::read(QSslSocket &socket, QByteArray &buffer)
{
    buffer += socket.readAll();
    for (qsizetype size = wholeRequest(buffer); size > 0; size = wholeRequest(buffer)) {
        m_requests << buffer.left(size);
        buffer.remove(0, size);
        m_act(socket);
    }
}

RawPeer::Act RawPeer::sends(const QByteArray &bytes)
{
    return [bytes](QSslSocket &socket) { socket.write(bytes); };
}

RawPeer::Act RawPeer::sendsAndCloses(const QByteArray &bytes)
{
    return [bytes](QSslSocket &socket) {
        socket.write(bytes);
        socket.disconnectFromHost();
    };
}

RawPeer::Act RawPeer::pours(const QByteArray &first, const QByteArray &again)
{
    return [first, again](QSslSocket &socket) {
        const auto pour = [&socket, again] {
            while (socket.bytesToWrite() + socket.encryptedBytesToWrite() < pouredAhead)
                socket.write(again);
        };
        QObject::connect(&socket, &QSslSocket::bytesWritten, &socket, pour);
        QObject::connect(&socket, &QSslSocket::encryptedBytesWritten, &socket, pour);
        socket.write(first);
        pour();
    };
}

void RawPeer::reset(QSslSocket &socket)
{
    // A zero linger makes close() send RST.
    const linger none{1, 0};
    setsockopt(int(socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &none, sizeof none);
    socket.abort();
}

} // namespace signalbox
