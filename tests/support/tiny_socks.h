#pragma once

#include <QByteArray>
#include <QStringList>
#include <QTcpServer>
#include <QTcpSocket>

namespace signalbox {

/// A SOCKS5 proxy (RFC 1928) on 127.0.0.1, without authentication. Every connection ends at one port of this
/// machine, whatever was asked for. Lives on the thread that made it.
class TinySocks final : public QTcpServer
{
    Q_OBJECT
public:
    explicit TinySocks(quint16 destination, QObject *parent = nullptr);

    QString url() const { return QStringLiteral("socks5://127.0.0.1:") + QString::number(serverPort()); }
    /// What was asked for: "93.184.216.34:443", or a name in its place if somebody left resolving to us.
    const QStringList &targets() const { return m_targets; }

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void read(QTcpSocket &client, QByteArray &heard);
    void tunnel(QTcpSocket &client);

    quint16 m_destination;
    QStringList m_targets;
};

} // namespace signalbox
