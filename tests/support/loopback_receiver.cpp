#include "tests/support/loopback_receiver.h"

#include <QTcpSocket>
#include <QTimer>

#include <sys/socket.h>

namespace signalbox {

namespace {

constexpr int dripEveryMs = 20;
constexpr qint64 endlessChunk = 64 * 1024;

void reset(QTcpSocket *socket)
{
    // A zero linger makes close() send RST.
    const linger none{1, 0};
    setsockopt(int(socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &none, sizeof none);
    socket->abort();
}

QByteArray head(const ReceiverAnswer &answer, qint64 contentLength)
{
    QByteArray text = "HTTP/1.1 " + QByteArray::number(answer.status) + " Status\r\n";
    if (contentLength >= 0)
        text += "Content-Length: " + QByteArray::number(contentLength) + "\r\n";
    for (const auto &[name, value] : answer.headers)
        text += name + ": " + value + "\r\n";
    return text + "\r\n";
}

void pourEndlessly(QTcpSocket *socket)
{
    if (socket->bytesToWrite() < endlessChunk)
        socket->write(QByteArray(endlessChunk, 'x'));
}

} // namespace

LoopbackReceiver::LoopbackReceiver(QObject *parent)
    : QObject(parent)
    , m_server(this)
{
    connect(&m_server, &QTcpServer::newConnection, this, &LoopbackReceiver::accept);
    if (!m_server.listen(QHostAddress::LocalHost))
        qFatal("no port to listen on: %s", qPrintable(m_server.errorString()));
    answerAlways({});
}

LoopbackReceiver::~LoopbackReceiver()
{
    for (QTcpSocket *socket : m_peers.keys())
        socket->disconnect(this);
}

QString LoopbackReceiver::url(const QString &path) const
{
    return QStringLiteral("http://127.0.0.1:%1%2").arg(port()).arg(path);
}

void LoopbackReceiver::answerAlways(const ReceiverAnswer &answer)
{
    m_rule = [answer](const ReceivedRequest &) { return answer; };
}

void LoopbackReceiver::letGo()
{
    m_holds = false;
    for (const auto &[socket, answer] : std::exchange(m_held, {})) {
        if (socket)
            act(socket, answer);
    }
}

void LoopbackReceiver::accept()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection()) {
        m_peers.insert(socket, Peer{{}, ++m_connections, 0});
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            m_peers.remove(socket);
            socket->deleteLater();
        });
    }
}

void LoopbackReceiver::read(QTcpSocket *socket)
{
    m_peers[socket].buffer += socket->readAll();
    while (m_peers.contains(socket) && takeRequest(socket)) {
    }
}

bool LoopbackReceiver::takeRequest(QTcpSocket *socket)
{
    Peer &peer = m_peers[socket];
    const qsizetype headEnd = peer.buffer.indexOf("\r\n\r\n");
    if (headEnd < 0)
        return false;
    ReceivedRequest request;
    const QList<QByteArray> lines = peer.buffer.left(headEnd).split('\n');
    const QList<QByteArray> words = lines.constFirst().trimmed().split(' ');
    request.method = words.value(0);
    request.path = words.value(1);
    for (const QByteArray &line : lines.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        request.headers.insert(line.left(colon).trimmed().toLower(), line.mid(colon + 1).trimmed());
    }
    const qsizetype length = request.header("content-length").toLongLong();
    const qsizetype bodyStart = headEnd + 4;
    if (peer.buffer.size() < bodyStart + length)
        return false;
    request.body = peer.buffer.mid(bodyStart, length);
    peer.buffer.remove(0, bodyStart + length);
    request.connection = peer.number;
    request.onConnection = ++peer.requests;
    m_requests.append(request);
    emit received();
    answer(socket, m_next.isEmpty() ? m_rule(request) : m_next.takeFirst());
    return true;
}

void LoopbackReceiver::answer(QTcpSocket *socket, const ReceiverAnswer &answer)
{
    if (answer.delayMs == 0)
        return act(socket, answer);
    QTimer::singleShot(answer.delayMs, socket, [this, socket, answer] { act(socket, answer); });
}

void LoopbackReceiver::act(QTcpSocket *socket, const ReceiverAnswer &answer)
{
    using Manner = ReceiverAnswer::Manner;
    switch (answer.manner) {
    case Manner::Held:
        if (m_holds) {
            m_held.append({socket, answer});
            break;
        }
        [[fallthrough]];
    case Manner::Whole:
        socket->write(head(answer, answer.body.size()) + answer.body);
        break;
    case Manner::Drip:
        socket->write(head(answer, -1));
        drip(socket);
        break;
    case Manner::Endless:
        socket->write(head(answer, -1));
        connect(socket, &QTcpSocket::bytesWritten, this, [socket] { pourEndlessly(socket); });
        pourEndlessly(socket);
        break;
    case Manner::Short:
        socket->write(head(answer, answer.body.size() + 100) + answer.body);
        socket->disconnectFromHost();
        break;
    case Manner::HeadersThenReset:
        socket->write(head(answer, answer.body.size() + 100) + answer.body);
        socket->flush();
        // Later, so that what was written is read before the reset discards it.
        QTimer::singleShot(dripEveryMs, socket, [socket] { reset(socket); });
        break;
    case Manner::Close:
        socket->disconnectFromHost();
        break;
    case Manner::Reset:
        reset(socket);
        break;
    case Manner::Garbage:
        socket->write("SSH-2.0-OpenSSH_9.2\r\n\r\n");
        break;
    case Manner::Nothing:
        break;
    }
}

void LoopbackReceiver::drip(QTcpSocket *socket)
{
    auto *timer = new QTimer(socket);
    connect(timer, &QTimer::timeout, socket, [socket] { socket->write("."); });
    timer->start(dripEveryMs);
}

} // namespace signalbox
