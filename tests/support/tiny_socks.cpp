#include "tests/support/tiny_socks.h"

#include <QHostAddress>
#include <QtEndian>

#include <memory>

namespace signalbox {

namespace {

constexpr char socksVersion = 5;
constexpr char ofIpv4 = 1;
constexpr char ofName = 3;

/// Where a request wants to, once it is whole.
QString targetOf(const QByteArray &request)
{
    const auto portAt = [&request](qsizetype at) {
        return QString::number(qFromBigEndian<quint16>(request.constData() + at));
    };
    if (request.size() >= 10 && request[3] == ofIpv4)
        return QHostAddress(qFromBigEndian<quint32>(request.constData() + 4)).toString() + ':' + portAt(8);
    if (request.size() >= 5 && request[3] == ofName) {
        const qsizetype length = uchar(request[4]);
        if (request.size() >= 7 + length)
            return QString::fromLatin1(request.mid(5, length)) + ':' + portAt(5 + length);
    }
    return {};
}

} // namespace

TinySocks::TinySocks(quint16 destination, QObject *parent)
    : QTcpServer(parent)
    , m_destination(destination)
{
    if (!listen(QHostAddress::LocalHost))
        qFatal("no port to listen on: %s", qPrintable(errorString()));
}

void TinySocks::incomingConnection(qintptr descriptor)
{
    auto *client = new QTcpSocket(this);
    client->setSocketDescriptor(descriptor);
    connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
    const auto heard = std::make_shared<QByteArray>();
    connect(client, &QTcpSocket::readyRead, this, [this, client, heard] {
        if (!client->property("isTunnel").toBool())
            read(*client, *heard);
    });
}

void TinySocks::read(QTcpSocket &client, QByteArray &heard)
{
    heard += client.readAll();
    if (!client.property("isGreeted").toBool()) {
        if (heard.size() < 2 || heard.size() < 2 + uchar(heard[1]))
            return;
        heard.remove(0, 2 + uchar(heard[1]));
        client.setProperty("isGreeted", true);
        client.write(QByteArray(1, socksVersion) + '\0');
    }
    const QString target = targetOf(heard);
    if (target.isEmpty())
        return;
    m_targets << target;
    tunnel(client);
}

void TinySocks::tunnel(QTcpSocket &client)
{
    auto *far = new QTcpSocket(&client);
    client.setProperty("isTunnel", true);
    connect(far, &QTcpSocket::connected, &client, [&client] {
        client.write(QByteArray(1, socksVersion) + QByteArray(2, '\0') + QByteArray(1, ofIpv4) +
                     QByteArray(6, '\0'));
    });
    connect(far, &QTcpSocket::readyRead, &client, [&client, far] { client.write(far->readAll()); });
    connect(far, &QTcpSocket::disconnected, &client, &QTcpSocket::disconnectFromHost);
    connect(&client, &QTcpSocket::readyRead, far, [&client, far] { far->write(client.readAll()); });
    far->connectToHost(QHostAddress(QHostAddress::LocalHost), m_destination);
}

} // namespace signalbox
