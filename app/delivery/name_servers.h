#pragma once

#include <QHash>
#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QSocketNotifier>
#include <QStringList>
#include <QTimer>

#include <functional>
#include <memory>

struct ares_channeldata;
struct ares_addrinfo;

namespace signalbox {

/// What the name servers said of one name.
struct NameAnswer
{
    enum class Kind {
        Found,
        Denied, ///< there is no such name, or it has no address
        Silent  ///< no server answered, or none could: says nothing about the name
    };
    Kind kind = Kind::Silent;
    QList<QHostAddress> addresses; ///< in the order they are to be tried
    int ttlSeconds = 0;
    QString why; ///< of what was not found
};

struct NameServerOptions
{
    QStringList servers;   ///< "ADDRESS:PORT"; none: those of /etc/resolv.conf
    int timeoutMs = 2'000; ///< of the first try; doubled with each further one
    int tries = 3;
};

/// The system's name servers and /etc/hosts, asked by c-ares within Qt's event loop: any number of names at
/// once, without a thread. Belongs to the thread that made it.
class NameServers : public QObject
{
    Q_OBJECT
public:
    explicit NameServers(const NameServerOptions &options, QObject *parent = nullptr);
    ~NameServers() override;

    /// `ended` is called once, perhaps at once; not any more once this is destroyed.
    void lookUp(const QString &name, std::function<void(const NameAnswer &)> ended);
    int underWay() const { return m_underWay; }

private:
    struct Lookup;
    struct ChannelDeleter
    {
        void operator()(ares_channeldata *channel) const;
    };

    static void socketChanged(void *self, int socket, int readable, int writable);
    static void answered(void *lookup, int status, int timeouts, ares_addrinfo *info);
    void watch(int socket, bool readable, bool writable);
    void process(int readable, int writable);
    void startTimer();

    std::unique_ptr<ares_channeldata, ChannelDeleter> m_channel; ///< none: out of memory at the start
    QHash<int, QList<QSocketNotifier *>> m_watched;              ///< by socket: read, write
    QTimer m_timer;
    int m_underWay = 0;
};

} // namespace signalbox
