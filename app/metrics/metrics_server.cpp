#include "app/metrics/metrics_server.h"

#include "app/metrics/metric_families.h"

#include <QHostAddress>
#include <QSet>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <prometheus/text_serializer.h>

namespace signalbox {

namespace {

// Scrapes are rare, small and quick. From the first byte to the last there is no more time than this, however
// a client spreads its bytes; who comes when all places are taken displaces the one that has had the longest.
constexpr int deadlineMs = 5'000;
constexpr qsizetype mostClients = 64;
constexpr qsizetype longestRequest = 8 * 1'024;

struct Page
{
    QByteArray status;
    QByteArray type;
    QByteArray body;
};

Page healthPage(const MetricsStore &store)
{
    const auto problem = store.problem();
    return {problem ? "503 Service Unavailable" : "200 OK", "text/plain; charset=utf-8",
            problem ? problem->toUtf8() + '\n' : QByteArray("ok\n")};
}

Page metricsPage(const MetricsStore &store)
{
    const prometheus::TextSerializer serializer;
    return {"200 OK", "text/plain; version=0.0.4; charset=utf-8",
            QByteArray::fromStdString(serializer.Serialize(metricFamilies(store.snapshot())))};
}

Page pageFor(const QByteArray &requestLine, const MetricsStore &store)
{
    const QList<QByteArray> words = requestLine.trimmed().split(' ');
    if (words.size() != 3 || !words.at(2).startsWith("HTTP/1."))
        return {"400 Bad Request", "text/plain", "not HTTP\n"};
    if (words.constFirst() != "GET" && words.constFirst() != "HEAD")
        return {"405 Method Not Allowed", "text/plain", "only GET\n"};
    const QByteArray path = words.at(1).split('?').constFirst();
    if (path == "/metrics")
        return metricsPage(store);
    if (path == "/healthz")
        return healthPage(store);
    return {"404 Not Found", "text/plain", "there are /metrics and /healthz\n"};
}

QByteArray responseOf(const Page &page, bool isHead)
{
    QByteArray response = "HTTP/1.1 " + page.status + "\r\nContent-Type: " + page.type +
                          "\r\nContent-Length: " + QByteArray::number(page.body.size()) +
                          "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
    return isHead ? response : response + page.body;
}

tl::unexpected<Error> wrongAddress(const QString &text)
{
    return fail(Error::Kind::Usage, QStringLiteral("metrics address"),
                QStringLiteral("takes ADDRESS:PORT, not \"%1\"").arg(text),
                QStringLiteral("for example 127.0.0.1:9464 or [::1]:9464"));
}

bool hasOnly(const QString &text, const char *characters)
{
    return !text.isEmpty() && std::all_of(text.cbegin(), text.cend(), [characters](QChar character) {
        return QLatin1String(characters).contains(character);
    });
}

} // namespace

QString MetricsAddress::text() const
{
    return (host.contains(':') ? '[' + host + ']' : host) + ':' + QString::number(port);
}

Result<MetricsAddress> metricsAddressFromText(const QString &text)
{
    const qsizetype colon = text.lastIndexOf(':');
    MetricsAddress address;
    bool isNumber = false;
    const uint port = text.mid(colon + 1).toUInt(&isNumber);
    address.port = quint16(port);
    QString host = text.left(qMax<qsizetype>(0, colon));
    const bool isBracketed = host.startsWith('[') && host.endsWith(']');
    if (isBracketed)
        host = host.mid(1, host.size() - 2);
    // Numbers only: a name would be looked up, and could lead anywhere.
    const bool isAddress = isBracketed ? hasOnly(host, "0123456789abcdefABCDEF:.") && host.contains(':')
                                       : hasOnly(host, "0123456789.");
    if (!isNumber || port > 65'535 || !isAddress || !hasOnly(text.mid(colon + 1), "0123456789"))
        return wrongAddress(text);
    address.host = host;
    return address;
}

/// The listener and its clients, on the server's thread.
class MetricsListener final : public QObject
{
public:
    explicit MetricsListener(const MetricsStore &store)
        : m_store(store)
        , m_server(this)
    {
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *client = m_server.nextPendingConnection())
                take(client);
        });
    }

    /// The port, 0 when the address cannot be had.
    quint16 listen(const MetricsAddress &address)
    {
        return m_server.listen(QHostAddress(address.host), address.port) ? m_server.serverPort() : 0;
    }

private:
    void take(QTcpSocket *client)
    {
        if (m_clients.size() >= mostClients)
            m_clients.constFirst()->abort();
        m_clients.append(client);
        client->setReadBufferSize(longestRequest);
        connect(client, &QTcpSocket::disconnected, this, [this, client] {
            m_clients.removeOne(client);
            client->deleteLater();
        });
        connect(client, &QTcpSocket::readyRead, this, [this, client] { read(*client); });
        QTimer::singleShot(deadlineMs, client, [client] { client->abort(); });
        read(*client);
    }

    // A request is answered once its head is whole; a body is not waited for.
    void read(QTcpSocket &client)
    {
        const QByteArray head = client.peek(longestRequest);
        const bool isWhole = head.contains("\r\n\r\n") || head.contains("\n\n");
        if (!isWhole && head.size() < longestRequest)
            return;
        client.disconnect(this, nullptr);
        connect(&client, &QTcpSocket::disconnected, this, [this, gone = &client] {
            m_clients.removeOne(gone);
            gone->deleteLater();
        });
        client.readAll();
        const QByteArray line = head.left(head.indexOf('\n'));
        client.write(responseOf(pageFor(isWhole ? line : QByteArray(), m_store), line.startsWith("HEAD ")));
        client.disconnectFromHost();
    }

    const MetricsStore &m_store;
    QTcpServer m_server;
    QList<QTcpSocket *> m_clients; ///< the longest here first
};

/// The thread the listener lives on.
struct MetricsServer::Parts
{
    explicit Parts(const MetricsStore &store)
        : listener(new MetricsListener(store))
    {
        thread.setObjectName(QStringLiteral("metrics"));
        listener->moveToThread(&thread);
        QObject::connect(&thread, &QThread::finished, listener, &QObject::deleteLater);
        thread.start();
    }
    ~Parts()
    {
        thread.quit();
        thread.wait();
    }
    Parts(const Parts &) = delete;
    Parts &operator=(const Parts &) = delete;

    quint16 listen(const MetricsAddress &address)
    {
        quint16 port = 0;
        QMetaObject::invokeMethod(
            listener, [this, &address, &port] { port = listener->listen(address); },
            Qt::BlockingQueuedConnection);
        return port;
    }

    QThread thread;
    MetricsListener *listener; ///< lives on the thread and is deleted there
};

MetricsServer::MetricsServer(MetricsAddress address, std::unique_ptr<Parts> parts)
    : m_address(std::move(address))
    , m_parts(std::move(parts))
{
}

MetricsServer::~MetricsServer() = default;

Result<std::unique_ptr<MetricsServer>> MetricsServer::listen(const MetricsAddress &address,
                                                             const MetricsStore &store)
{
    auto parts = std::make_unique<Parts>(store);
    const quint16 port = parts->listen(address);
    if (port == 0)
        return fail(QStringLiteral("serve metrics"),
                    QStringLiteral("cannot listen on %1").arg(address.text()),
                    QStringLiteral("the port may be taken, or the address not be of this machine"));
    return std::unique_ptr<MetricsServer>(new MetricsServer({address.host, port}, std::move(parts)));
}

} // namespace signalbox
