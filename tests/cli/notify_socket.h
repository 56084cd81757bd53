#pragma once

#include <QByteArray>
#include <QList>
#include <QTemporaryDir>

namespace signalbox {

/// Stands in for systemd: the datagram socket that NOTIFY_SOCKET names.
class NotifySocket
{
public:
    NotifySocket();
    ~NotifySocket();
    NotifySocket(const NotifySocket &) = delete;
    NotifySocket &operator=(const NotifySocket &) = delete;

    QString path() const { return m_folder.filePath(QStringLiteral("notify")); }
    /// All variables received so far, "NAME=value", in order.
    const QList<QByteArray> &received();
    qsizetype count(const QByteArray &variable) { return received().count(variable); }
    /// Position of the first one, or -1.
    qsizetype first(const QByteArray &variable) { return received().indexOf(variable); }
    /// Whether a variable that begins so has been received.
    bool has(const QByteArray &beginning);

private:
    QTemporaryDir m_folder;
    int m_socket = -1;
    QList<QByteArray> m_received;
};

} // namespace signalbox
