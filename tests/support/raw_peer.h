#pragma once

#include <QByteArray>
#include <QList>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpServer>

#include <functional>
#include <optional>

namespace signalbox {

/// A peer on 127.0.0.1 that does to the socket whatever a test says, once a whole request has come: it need
/// not speak HTTP, nor end. With a TLS configuration it shakes hands first. Lives on the thread that made it.
class RawPeer final : public QTcpServer
{
    Q_OBJECT
public:
    using Act = std::function<void(QSslSocket &)>;

    explicit RawPeer(Act act, std::optional<QSslConfiguration> tls = std::nullopt, QObject *parent = nullptr);

    QString url() const;
    /// Whole requests, as they came; a client that is shown the door before has sent none.
    const QList<QByteArray> &requests() const { return m_requests; }
    int connections() const { return m_connections; }
    /// Common name and serial of the client certificates that came, one per connection; empty: none.
    const QList<QByteArray> &clientSerials() const { return m_clientSerials; }

    static Act sends(const QByteArray &bytes);
    static Act sendsAndCloses(const QByteArray &bytes);
    /// The first bytes, then the others again and again.
    static Act pours(const QByteArray &first, const QByteArray &again);
    static void reset(QSslSocket &socket);

signals:
    void connected(QSslSocket *socket);

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void read(QSslSocket &socket, QByteArray &buffer);

    Act m_act;
    std::optional<QSslConfiguration> m_tls;
    QList<QByteArray> m_requests;
    QList<QByteArray> m_clientSerials;
    int m_connections = 0;
};

} // namespace signalbox
