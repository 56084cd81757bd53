#include "app/delivery/name_servers.h"

#include <algorithm>
#include <ares.h>
#include <limits>
#include <netinet/in.h>
#include <sys/time.h>

namespace signalbox {

namespace {

bool initialised()
{
    static const int status = ares_library_init(ARES_LIB_INIT_ALL);
    return status == ARES_SUCCESS;
}

QHostAddress addressOf(const sockaddr *address)
{
    QHostAddress result;
    result.setAddress(address);
    return result;
}

QString whyOf(int status)
{
    switch (status) {
    case ARES_ENOTFOUND:
    case ARES_EBADNAME:
        return QStringLiteral("host not found");
    case ARES_ENODATA:
        return QStringLiteral("the name has no address");
    case ARES_ETIMEOUT:
        return QStringLiteral("the name servers do not answer");
    case ARES_ECONNREFUSED:
        return QStringLiteral("no name server can be reached");
    case ARES_ESERVFAIL:
        return QStringLiteral("the name servers cannot say");
    default:
        return QString::fromUtf8(ares_strerror(status));
    }
}

bool isDenial(int status)
{
    return status == ARES_ENOTFOUND || status == ARES_ENODATA || status == ARES_EBADNAME;
}

NameAnswer answerOf(int status, const ares_addrinfo *info)
{
    NameAnswer answer;
    answer.ttlSeconds = std::numeric_limits<int>::max();
    for (const ares_addrinfo_node *node = info ? info->nodes : nullptr; node; node = node->ai_next) {
        if (node->ai_family != AF_INET && node->ai_family != AF_INET6)
            continue;
        answer.addresses.append(addressOf(node->ai_addr));
        answer.ttlSeconds = std::min(answer.ttlSeconds, node->ai_ttl);
    }
    if (status == ARES_SUCCESS && !answer.addresses.isEmpty()) {
        answer.kind = NameAnswer::Kind::Found;
        return answer;
    }
    const int reason = status == ARES_SUCCESS ? int(ARES_ENODATA) : status;
    answer.kind = isDenial(reason) ? NameAnswer::Kind::Denied : NameAnswer::Kind::Silent;
    answer.why = whyOf(reason);
    return answer;
}

} // namespace

/// Belongs to c-ares until it has called back.
struct NameServers::Lookup
{
    NameServers *servers;
    std::function<void(const NameAnswer &)> ended;
};

void NameServers::ChannelDeleter::operator()(ares_channeldata *channel) const
{
    ares_destroy(channel);
}

NameServers::NameServers(const NameServerOptions &options, QObject *parent)
    : QObject(parent)
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] { process(ARES_SOCKET_BAD, ARES_SOCKET_BAD); });
    ares_options settings{};
    settings.timeout = options.timeoutMs;
    settings.tries = options.tries;
    settings.sock_state_cb = &NameServers::socketChanged;
    settings.sock_state_cb_data = this;
    ares_channel channel = nullptr;
    const int wanted = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
    if (!initialised() || ares_init_options(&channel, &settings, wanted) != ARES_SUCCESS)
        return;
    m_channel.reset(channel);
    if (!options.servers.isEmpty())
        ares_set_servers_ports_csv(channel, options.servers.join(QLatin1Char(',')).toLatin1().constData());
}

NameServers::~NameServers()
{
    // Lookups that are under way call back once more, with nothing to say, and close their sockets.
    m_channel.reset();
}

void NameServers::lookUp(const QString &name, std::function<void(const NameAnswer &)> ended)
{
    if (!m_channel) {
        NameAnswer answer;
        answer.why = QStringLiteral("the resolver could not be set up: out of memory");
        return ended(answer);
    }
    ++m_underWay;
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    ares_getaddrinfo(m_channel.get(), name.toLatin1().constData(), nullptr, &hints, &NameServers::answered,
                     new Lookup{this, std::move(ended)});
    startTimer();
}

void NameServers::answered(void *lookup, int status, int, ares_addrinfo *info)
{
    const std::unique_ptr<Lookup> own(static_cast<Lookup *>(lookup));
    const std::unique_ptr<ares_addrinfo, void (*)(ares_addrinfo *)> freed(info, &ares_freeaddrinfo);
    if (status == ARES_EDESTRUCTION)
        return;
    --own->servers->m_underWay;
    own->ended(answerOf(status, info));
}

void NameServers::socketChanged(void *self, int socket, int readable, int writable)
{
    static_cast<NameServers *>(self)->watch(socket, readable != 0, writable != 0);
}

void NameServers::watch(int socket, bool readable, bool writable)
{
    if (!readable && !writable) {
        // Called from within a notifier's own signal: it goes once that has returned.
        for (QSocketNotifier *notifier : m_watched.take(socket)) {
            notifier->setEnabled(false);
            notifier->deleteLater();
        }
        return;
    }
    if (!m_watched.contains(socket)) {
        auto *read = new QSocketNotifier(socket, QSocketNotifier::Read, this);
        auto *write = new QSocketNotifier(socket, QSocketNotifier::Write, this);
        connect(read, &QSocketNotifier::activated, this,
                [this, socket] { process(socket, ARES_SOCKET_BAD); });
        connect(write, &QSocketNotifier::activated, this,
                [this, socket] { process(ARES_SOCKET_BAD, socket); });
        m_watched.insert(socket, {read, write});
    }
    const QList<QSocketNotifier *> notifiers = m_watched.value(socket);
    notifiers.first()->setEnabled(readable);
    notifiers.last()->setEnabled(writable);
}

void NameServers::process(int readable, int writable)
{
    ares_process_fd(m_channel.get(), readable, writable);
    startTimer();
}

void NameServers::startTimer()
{
    timeval next{};
    if (ares_timeout(m_channel.get(), nullptr, &next))
        m_timer.start(int(next.tv_sec * 1'000 + next.tv_usec / 1'000 + 1));
    else
        m_timer.stop();
}

} // namespace signalbox
