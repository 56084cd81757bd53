#include "tests/support/tiny_name_server.h"

#include <QNetworkDatagram>
#include <QtEndian>

namespace signalbox {

namespace {

constexpr qsizetype headBytes = 12;
constexpr quint16 typeA = 1;

quint16 numberAt(const QByteArray &bytes, qsizetype at)
{
    return qFromBigEndian<quint16>(bytes.constData() + at);
}

void append(QByteArray &bytes, quint16 number)
{
    const quint16 big = qToBigEndian(number);
    bytes.append(reinterpret_cast<const char *>(&big), sizeof big);
}

/// The name asked for, and where it ends.
QString nameIn(const QByteArray &question, qsizetype *end)
{
    QStringList labels;
    qsizetype at = headBytes;
    while (at < question.size() && question.at(at) != 0) {
        labels << QString::fromLatin1(question.mid(at + 1, question.at(at)));
        at += question.at(at) + 1;
    }
    *end = at + 1;
    return labels.join(QLatin1Char('.')).toLower();
}

} // namespace

TinyNameServer::TinyNameServer(QObject *parent)
    : QObject(parent)
    , m_socket(this)
{
    if (!m_socket.bind(QHostAddress(QHostAddress::LocalHost), 0))
        qFatal("no port for a name server");
    connect(&m_socket, &QUdpSocket::readyRead, this, &TinyNameServer::read);
}

QString TinyNameServer::address() const
{
    return QStringLiteral("127.0.0.1:%1").arg(m_socket.localPort());
}

void TinyNameServer::knows(const QString &name, const QHostAddress &address, int ttlSeconds)
{
    m_known.insert(name, {address, ttlSeconds});
}

void TinyNameServer::denies(const QString &name)
{
    m_known.insert(name, {});
}

void TinyNameServer::forgets(const QString &name)
{
    m_known.remove(name);
}

void TinyNameServer::read()
{
    while (m_socket.hasPendingDatagrams()) {
        const QNetworkDatagram datagram = m_socket.receiveDatagram();
        const QByteArray question = datagram.data();
        qsizetype end = 0;
        const QString name = nameIn(question, &end);
        const quint16 type = numberAt(question, end);
        m_asked[name] += type == typeA ? 1 : 0;
        const auto known = m_known.constFind(name);
        if (known == m_known.cend())
            continue;
        const bool isDenied = known->address.isNull();
        const bool hasAnswer = !isDenied && type == typeA;
        QByteArray answer = question.left(2);
        append(answer, isDenied ? 0x8183 : 0x8180); // an answer; 3: there is no such name
        append(answer, 1);
        append(answer, hasAnswer ? 1 : 0);
        append(answer, 0);
        append(answer, 0);
        answer += question.mid(headBytes, end + 4 - headBytes);
        if (hasAnswer) {
            append(answer, 0xc00c); // the name of the question
            append(answer, typeA);
            append(answer, 1);
            append(answer, quint16(known->ttlSeconds >> 16));
            append(answer, quint16(known->ttlSeconds & 0xffff));
            append(answer, 4);
            const quint32 number = known->address.toIPv4Address();
            append(answer, quint16(number >> 16));
            append(answer, quint16(number & 0xffff));
        }
        m_socket.writeDatagram(datagram.makeReply(answer));
    }
}

} // namespace signalbox
