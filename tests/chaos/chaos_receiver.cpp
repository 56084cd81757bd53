#include "tests/chaos/chaos_receiver.h"

#include <QTcpSocket>
#include <QTimer>

#include <chrono>
#include <sys/socket.h>

namespace signalbox {

using End = ChaosRequest::End;

namespace {

constexpr int slowestMs = 1'500;
constexpr qsizetype none = -1;

/// What a request gets.
struct Mischief
{
    QByteArray answer; ///< empty: none
    End end = End::Success;
    int afterMs = 0;
    enum class Then { KeepOpen, Close, Reset } then = Then::KeepOpen;
};

QByteArray answer(int status, const QByteArray &headers = {})
{
    return "HTTP/1.1 " + QByteArray::number(status) + " Status\r\nContent-Length: 2\r\n" + headers + "\r\nok";
}

Mischief cutMischief(int dice)
{
    if (dice < 15)
        return {{}, End::Silence, 0, Mischief::Then::Reset};
    if (dice < 25)
        return {{}, End::Silence, 20, Mischief::Then::Close};
    if (dice < 40)
        return {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", End::HalfAnswer, 0,
                Mischief::Then::Close};
    if (dice < 45)
        return {"SSH-2.0-OpenSSH_9.2\r\n\r\n", End::Silence, 0, Mischief::Then::Close};
    return {answer(200)};
}

Mischief mischief(const QByteArray &path, QRandomGenerator &random)
{
    const int dice = random.bounded(100);
    if (path.startsWith("/dead"))
        return {answer(500), End::Refusal};
    if (path.startsWith("/silent"))
        return {{}, End::InFlight};
    if (path == "/slow")
        return {answer(200), End::Success, random.bounded(20, slowestMs)};
    if (path == "/flaky" && dice < 33)
        return {dice < 25 ? answer(500) : answer(503, "Retry-After: 1\r\n"), End::Refusal};
    if (path == "/hang" && dice < 15)
        return {{}, End::InFlight};
    if (path == "/cut")
        return cutMischief(dice);
    return {answer(200)};
}

} // namespace

qint64 systemMicroseconds()
{
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

/// The listening side; lives on the receiver's thread.
class ChaosServer : public QTcpServer
{
public:
    ChaosServer(ChaosReceiver &receiver, quint32 seed)
        : m_receiver(receiver)
        , m_random(seed)
    {
        connect(this, &QTcpServer::newConnection, this, &ChaosServer::accept);
        if (!listen(QHostAddress::LocalHost))
            qFatal("no port to listen on: %s", qPrintable(errorString()));
    }

    ~ChaosServer() override
    {
        for (QTcpSocket *socket : m_peers.keys())
            socket->disconnect(this);
    }

private:
    struct Peer
    {
        QByteArray buffer;
        qsizetype request = none; ///< under way; workers send one at a time on a connection
    };

    void accept()
    {
        while (QTcpSocket *socket = nextPendingConnection()) {
            m_peers.insert(socket, {});
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
            connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
                end(m_peers[socket], End::Silence);
                m_peers.remove(socket);
                socket->deleteLater();
            });
        }
    }

    void end(Peer &peer, End how)
    {
        if (const qsizetype request = std::exchange(peer.request, none); request != none)
            m_receiver.ended(request, how);
    }

    void read(QTcpSocket *socket)
    {
        Peer &peer = m_peers[socket];
        peer.buffer += socket->readAll();
        const qsizetype bodyStart = peer.buffer.indexOf("\r\n\r\n") + 4;
        if (bodyStart < 4)
            return;
        const QByteArray head = peer.buffer.left(bodyStart);
        if (peer.buffer.size() < bodyStart + field(head, "content-length").toLongLong())
            return;
        peer.buffer.clear();
        peer.request = m_receiver.arrived(QUuid::fromString(QLatin1String(field(head, "webhook-id"))));
        const Mischief what = mischief(head.mid(head.indexOf(' ') + 1).split(' ').value(0), m_random);
        if (what.afterMs == 0)
            act(socket, what);
        else
            QTimer::singleShot(what.afterMs, socket, [this, socket, what] { act(socket, what); });
    }

    void act(QTcpSocket *socket, const Mischief &what)
    {
        if (!m_peers.contains(socket))
            return;
        if (!what.answer.isEmpty()) {
            socket->write(what.answer);
            socket->flush();
        }
        if (what.end != End::InFlight)
            end(m_peers[socket], what.end);
        if (what.then == Mischief::Then::Close) {
            socket->disconnectFromHost();
        } else if (what.then == Mischief::Then::Reset) {
            // A zero linger makes close() send RST.
            const linger zero{1, 0};
            setsockopt(int(socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &zero, sizeof zero);
            socket->abort();
        }
    }

    static QByteArray field(const QByteArray &head, const QByteArray &name)
    {
        const QByteArray lower = head.toLower();
        const qsizetype at = lower.indexOf("\r\n" + name + ':');
        if (at < 0)
            return {};
        const qsizetype start = at + name.size() + 3;
        return head.mid(start, head.indexOf("\r\n", start) - start).trimmed();
    }

    ChaosReceiver &m_receiver;
    QRandomGenerator m_random;
    QHash<QTcpSocket *, Peer> m_peers;
};

ChaosReceiver::ChaosReceiver(quint32 seed)
{
    auto *server = new ChaosServer(*this, seed);
    m_port = server->serverPort();
    m_server = server;
    m_server->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_server, &QObject::deleteLater);
    m_thread.setObjectName(QStringLiteral("receiver"));
    m_thread.start();
}

ChaosReceiver::~ChaosReceiver()
{
    m_thread.quit();
    m_thread.wait();
}

QString ChaosReceiver::url(const QString &path) const
{
    return QStringLiteral("http://127.0.0.1:%1%2").arg(m_port).arg(path);
}

QList<ChaosRequest> ChaosReceiver::requests() const
{
    const QMutexLocker lock(&m_mutex);
    return m_requests;
}

int ChaosReceiver::requestCount() const
{
    const QMutexLocker lock(&m_mutex);
    return int(m_requests.size());
}

qsizetype ChaosReceiver::arrived(const QUuid &job)
{
    const QMutexLocker lock(&m_mutex);
    m_requests.append({job, systemMicroseconds(), 0, End::InFlight});
    return m_requests.size() - 1;
}

void ChaosReceiver::ended(qsizetype request, End end)
{
    const QMutexLocker lock(&m_mutex);
    m_requests[request].endedAt = systemMicroseconds();
    m_requests[request].end = end;
}

} // namespace signalbox
