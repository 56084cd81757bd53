#include "tests/support/tiny_proxy.h"

#include <QHostAddress>

#include <memory>

namespace signalbox {

TinyProxy::TinyProxy(quint16 destination, QObject *parent)
    : QTcpServer(parent)
    , m_destination(destination)
{
    if (!listen(QHostAddress::LocalHost))
        qFatal("no port to listen on: %s", qPrintable(errorString()));
}

QString TinyProxy::url(const QString &userInfo) const
{
    const QString user = userInfo.isEmpty() ? QString() : userInfo + '@';
    return QStringLiteral("http://") + user + QStringLiteral("127.0.0.1:") + QString::number(serverPort());
}

void TinyProxy::incomingConnection(qintptr descriptor)
{
    auto *client = new QTcpSocket(this);
    client->setSocketDescriptor(descriptor);
    connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
    const auto head = std::make_shared<QByteArray>();
    connect(client, &QTcpSocket::readyRead, this, [this, client, head] {
        if (client->property("isTunnel").toBool())
            return;
        *head += client->readAll();
        if (head->contains("\r\n\r\n"))
            answer(*client, std::exchange(*head, {}));
    });
}

void TinyProxy::answer(QTcpSocket &client, const QByteArray &head)
{
    const QByteArray line = head.left(head.indexOf("\r\n"));
    if (!line.startsWith("CONNECT ")) {
        m_others << QString::fromLatin1(line);
        client.write("HTTP/1.1 405 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return client.disconnectFromHost();
    }
    const bool allowed = m_credentials.isEmpty() || head.contains("Basic " + m_credentials.toBase64());
    if (!allowed) {
        client.write("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n"
                     "Connection: close\r\n\r\n");
        return client.disconnectFromHost();
    }
    m_targets << QString::fromLatin1(line.split(' ').value(1));
    tunnel(client);
}

void TinyProxy::tunnel(QTcpSocket &client)
{
    auto *far = new QTcpSocket(&client);
    client.setProperty("isTunnel", true);
    connect(far, &QTcpSocket::connected, &client,
            [&client] { client.write("HTTP/1.1 200 Connection established\r\n\r\n"); });
    connect(far, &QTcpSocket::readyRead, &client, [&client, far] { client.write(far->readAll()); });
    connect(far, &QTcpSocket::disconnected, &client, &QTcpSocket::disconnectFromHost);
    connect(&client, &QTcpSocket::readyRead, far, [&client, far] { far->write(client.readAll()); });
    far->connectToHost(QHostAddress(QHostAddress::LocalHost), m_destination);
}

} // namespace signalbox
