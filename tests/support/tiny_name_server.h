#pragma once

#include <QHash>
#include <QHostAddress>
#include <QUdpSocket>

namespace signalbox {

/// A name server on 127.0.0.1 that says what a test wants: addresses for some names, "no such name" for some,
/// and nothing at all for the rest. Lives on the thread that made it, which needs an event loop.
class TinyNameServer : public QObject
{
    Q_OBJECT
public:
    explicit TinyNameServer(QObject *parent = nullptr);

    QString address() const; ///< as c-ares takes it
    void knows(const QString &name, const QHostAddress &address, int ttlSeconds = 60);
    void denies(const QString &name);
    void forgets(const QString &name); ///< says nothing any more
    /// Questions for addresses of the old kind (A) about the name; the new kind's come beside them.
    int asked(const QString &name) const { return m_asked.value(name); }

private:
    struct Known
    {
        QHostAddress address; ///< null: denied
        int ttlSeconds = 0;
    };
    void read();

    QUdpSocket m_socket;
    QHash<QString, Known> m_known;
    QHash<QString, int> m_asked;
};

} // namespace signalbox
