#pragma once

#include <QByteArray>
#include <QStringList>
#include <QTcpServer>
#include <QTcpSocket>

namespace signalbox {

/// An HTTP proxy on 127.0.0.1 that makes tunnels (CONNECT). Every tunnel ends at one port of this machine,
/// whatever was asked for, so that tests may ask for addresses of the world. Lives on the thread that made
/// it.
class TinyProxy final : public QTcpServer
{
    Q_OBJECT
public:
    explicit TinyProxy(quint16 destination, QObject *parent = nullptr);

    /// "user:password" without which it answers 407.
    void demand(const QByteArray &credentials) { m_credentials = credentials; }
    QString url(const QString &userInfo = {}) const;
    /// What was asked for, e.g. "93.184.216.34:443".
    const QStringList &targets() const { return m_targets; }
    /// First lines of requests that asked for no tunnel.
    const QStringList &otherRequests() const { return m_others; }

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void answer(QTcpSocket &client, const QByteArray &head);
    void tunnel(QTcpSocket &client);

    quint16 m_destination;
    QByteArray m_credentials;
    QStringList m_targets;
    QStringList m_others;
};

} // namespace signalbox
