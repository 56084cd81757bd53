#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QObject>
#include <QPair>
#include <QPointer>
#include <QTcpServer>

#include <functional>
#include <utility>

class QTcpSocket;

namespace signalbox {

/// One request as it arrived.
struct ReceivedRequest
{
    QByteArray method;
    QByteArray path;
    QHash<QByteArray, QByteArray> headers; ///< names in lower case
    QByteArray body;
    int connection = 0;   ///< 1-based, in the order they were accepted
    int onConnection = 0; ///< 1-based, in the order they came on it

    QByteArray header(const QByteArray &name) const { return headers.value(name.toLower()); }
};

/// How a request is answered, or not.
struct ReceiverAnswer
{
    enum class Manner {
        Whole,
        Drip,    ///< headers, then a byte every 20 ms without end
        Endless, ///< headers, then body as fast as it is taken
        Short,   ///< Content-Length promises more than comes, then close
        HeadersThenReset,
        Close,   ///< orderly, before any answer
        Reset,   ///< RST, before any answer
        Garbage, ///< bytes that are no HTTP
        Nothing, ///< keeps the connection open and silent
        Held     ///< whole, once the test lets go
    };

    int status = 200;
    QByteArray body = "ok";
    QList<QPair<QByteArray, QByteArray>> headers;
    int delayMs = 0;
    Manner manner = Manner::Whole;

    static ReceiverAnswer withStatus(int status) { return {status, "answer", {}, 0, Manner::Whole}; }
    static ReceiverAnswer inManner(Manner manner) { return {200, "ok", {}, 0, manner}; }
};

/// A web hook receiver on 127.0.0.1 that behaves as a test tells it and remembers what came. On sockets,
/// because a proper server could not misbehave. Lives on the thread that made it, which needs an event loop.
class LoopbackReceiver : public QObject
{
    Q_OBJECT
public:
    using Rule = std::function<ReceiverAnswer(const ReceivedRequest &)>;

    explicit LoopbackReceiver(QObject *parent = nullptr);
    ~LoopbackReceiver() override;

    QString url(const QString &path = QStringLiteral("/hook")) const;
    quint16 port() const { return m_server.serverPort(); }

    /// The answers to the next requests, one each; after them the standing one.
    void answerNext(const QList<ReceiverAnswer> &answers) { m_next = answers; }
    void answerAlways(const ReceiverAnswer &answer);
    void answerBy(Rule rule) { m_rule = std::move(rule); }

    /// Answers what is held, and from now on at once.
    void letGo();

    const QList<ReceivedRequest> &requests() const { return m_requests; }
    int connections() const { return m_connections; }
    /// Stops listening, so that connections are refused.
    void close() { m_server.close(); }

signals:
    void received();

private:
    struct Peer
    {
        QByteArray buffer;
        int number = 0;
        int requests = 0;
    };
    void accept();
    void read(QTcpSocket *socket);
    bool takeRequest(QTcpSocket *socket);
    void answer(QTcpSocket *socket, const ReceiverAnswer &answer);
    void act(QTcpSocket *socket, const ReceiverAnswer &answer);
    void drip(QTcpSocket *socket);

    QTcpServer m_server;
    QHash<QTcpSocket *, Peer> m_peers;
    QList<ReceivedRequest> m_requests;
    QList<ReceiverAnswer> m_next;
    Rule m_rule;
    QList<std::pair<QPointer<QTcpSocket>, ReceiverAnswer>> m_held;
    bool m_holds = true;
    int m_connections = 0;
};

} // namespace signalbox
