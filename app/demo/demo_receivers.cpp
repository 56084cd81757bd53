#include "app/demo/demo_receivers.h"

#include <QHash>
#include <QHostAddress>
#include <QRandomGenerator>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

namespace signalbox {

namespace {

// Kept from run to run, because jobs hold the URL they were made with.
constexpr quint16 usualPort = 47180;
constexpr int requestsPerWindow = 6;
constexpr int limitWindowMs = 10'000;

struct Answer
{
    QByteArray status;
    QByteArray headers;
    QByteArray body;
    int delayMs = 0;
};

int between(int low, int high)
{
    return QRandomGenerator::global()->bounded(low, high);
}

QByteArray rendered(const Answer &answer)
{
    return "HTTP/1.1 " + answer.status +
           "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(answer.body.size()) +
           "\r\n" + answer.headers + "\r\n" + answer.body;
}

Answer answerFor(const QByteArray &behaviour, bool overLimit)
{
    if (behaviour == "slow")
        return {"200 OK", {}, R"({"accepted":true})", between(600, 1'900)};
    if (behaviour == "flaky" && between(0, 100) < 35)
        return {"500 Internal Server Error",
                {},
                R"({"error":"upstream failure","retryable":true})",
                between(15, 90)};
    if (behaviour == "failing")
        return {"500 Internal Server Error", {}, R"({"error":"database is read-only"})", between(5, 40)};
    if (behaviour == "gone")
        return {"410 Gone", {}, R"({"error":"this subscription was removed"})", between(3, 12)};
    if (behaviour == "redirecting")
        return {"301 Moved Permanently", "Location: https://hooks.example.com/new\r\n", {}, between(3, 12)};
    if (behaviour == "limiting" && overLimit)
        return {"429 Too Many Requests", "Retry-After: 15\r\n", R"({"error":"slow down"})", 2};
    return {"200 OK", {}, R"({"received":true})", between(4, 60)};
}

} // namespace

QString behaviourPath(Behaviour behaviour)
{
    switch (behaviour) {
    case Behaviour::Healthy:
        return QStringLiteral("healthy");
    case Behaviour::Slow:
        return QStringLiteral("slow");
    case Behaviour::Flaky:
        return QStringLiteral("flaky");
    case Behaviour::Failing:
        return QStringLiteral("failing");
    case Behaviour::Silent:
        return QStringLiteral("silent");
    case Behaviour::Dropping:
        return QStringLiteral("dropping");
    case Behaviour::Gone:
        return QStringLiteral("gone");
    case Behaviour::Redirecting:
        return QStringLiteral("redirecting");
    case Behaviour::Limiting:
        return QStringLiteral("limiting");
    }
    return {};
}

/// Reads requests off its sockets and answers by path.
class ReceiverServer : public QTcpServer
{
    Q_OBJECT
public:
    ReceiverServer() { connect(this, &QTcpServer::newConnection, this, &ReceiverServer::take); }

private:
    void take()
    {
        while (QTcpSocket *socket = nextPendingConnection()) {
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
            connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
                m_received.remove(socket);
                socket->deleteLater();
            });
        }
    }

    void read(QTcpSocket *socket)
    {
        QByteArray &received = m_received[socket];
        received += socket->readAll();
        const qsizetype headEnd = received.indexOf("\r\n\r\n");
        if (headEnd < 0)
            return;
        const QByteArray head = received.left(headEnd);
        const qsizetype total = headEnd + 4 + contentLength(head);
        if (received.size() < total)
            return;
        received.remove(0, total);
        answer(socket, head.split(' ').value(1).split('/').value(1));
    }

    static qsizetype contentLength(const QByteArray &head)
    {
        const QByteArray lower = head.toLower();
        const qsizetype at = lower.indexOf("\r\ncontent-length:");
        return at < 0 ? 0
                      : lower.mid(at + 17, lower.indexOf("\r\n", at + 2) - at - 17).trimmed().toLongLong();
    }

    void answer(QTcpSocket *socket, const QByteArray &behaviour)
    {
        if (behaviour == "silent")
            return;
        if (behaviour == "dropping" && between(0, 100) < 50) {
            socket->abort();
            return;
        }
        const Answer answer = answerFor(behaviour, behaviour == "limiting" && isOverLimit());
        QTimer::singleShot(answer.delayMs, socket,
                           [socket, text = rendered(answer)] { socket->write(text); });
    }

    bool isOverLimit()
    {
        if (!m_window.isActive()) {
            m_inWindow = 0;
            m_window.setSingleShot(true);
            m_window.start(limitWindowMs);
        }
        return ++m_inWindow > requestsPerWindow;
    }

    QHash<QTcpSocket *, QByteArray> m_received;
    QTimer m_window{this};
    int m_inWindow = 0;
};

DemoReceivers::DemoReceivers()
    : m_server(new ReceiverServer)
{
    m_thread.setObjectName(QStringLiteral("sample receivers"));
}

DemoReceivers::~DemoReceivers()
{
    if (m_thread.isRunning()) {
        QObject::connect(&m_thread, &QThread::finished, m_server, &QObject::deleteLater);
        m_thread.quit();
        m_thread.wait();
    } else {
        delete m_server;
    }
}

Result<QString> DemoReceivers::start()
{
    if (!m_server->listen(QHostAddress::LocalHost, usualPort) && !m_server->listen(QHostAddress::LocalHost))
        return fail(QStringLiteral("sample receivers"), m_server->errorString());
    const QString url = QStringLiteral("http://127.0.0.1:%1").arg(m_server->serverPort());
    m_server->moveToThread(&m_thread);
    m_thread.start();
    return url;
}

} // namespace signalbox

#include "demo_receivers.moc"
