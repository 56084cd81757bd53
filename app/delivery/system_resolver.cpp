#include "app/delivery/system_resolver.h"

#include <QFileInfo>
#include <QTimer>

namespace signalbox {

namespace {

constexpr qint64 lookEveryMs = 5'000;
// RFC 8767, section 5: how long a client may wait before it gets what is out of date.
constexpr int staleAfterMs = 1'800;

QDateTime settingsChanged()
{
    return QFileInfo(QStringLiteral("/etc/resolv.conf")).lastModified();
}

void deliver(QObject *context, const Reply<QList<QHostAddress>> &reply, const QString &name,
             const NameAnswer &answer)
{
    QMetaObject::invokeMethod(
        context,
        [reply, name, answer] {
            if (answer.kind == NameAnswer::Kind::Found)
                reply(answer.addresses);
            else
                reply(fail(QStringLiteral("resolve ") + name, answer.why));
        },
        Qt::QueuedConnection);
}

} // namespace

SystemResolver::SystemResolver(const NameServerOptions &options)
    : m_options(options)
    , m_self(std::make_shared<SystemResolver *>(this))
{
    m_time.start();
}

SystemResolver::~SystemResolver() = default;

void SystemResolver::resolve(const QString &name, QObject *context, Reply<QList<QHostAddress>> reply)
{
    if (const auto known = m_cache.fresh(name, m_time.elapsed()))
        return deliver(context, reply, name, *known);
    const bool isFirst = !m_waiters.contains(name);
    m_waiters[name].append({context, std::move(reply)});
    if (m_cache.stale(name, m_time.elapsed()))
        QTimer::singleShot(staleAfterMs, context, [name, weak = std::weak_ptr(m_self)] {
            if (const auto self = weak.lock())
                (*self)->answerStale(name);
        });
    if (isFirst)
        servers().lookUp(name, [this, name](const NameAnswer &found) { answer(name, found); });
}

void SystemResolver::answer(const QString &name, const NameAnswer &answer)
{
    m_cache.add(name, answer, m_time.elapsed());
    const NameAnswer given = m_cache.fresh(name, m_time.elapsed()).value_or(answer);
    for (const Waiter &waiter : m_waiters.take(name)) {
        if (waiter.context)
            deliver(waiter.context, waiter.reply, name, given);
    }
}

// The lookup goes on, for those who come later.
void SystemResolver::answerStale(const QString &name)
{
    const auto known = m_cache.stale(name, m_time.elapsed());
    const auto waiters = m_waiters.find(name);
    if (!known || waiters == m_waiters.end())
        return;
    for (const Waiter &waiter : std::exchange(*waiters, {})) {
        if (waiter.context)
            deliver(waiter.context, waiter.reply, name, *known);
    }
}

// c-ares reads the settings once. Lookups that are under way end where they began.
NameServers &SystemResolver::servers()
{
    std::erase_if(m_former, [](const auto &servers) { return servers->underWay() == 0; });
    if (m_options.servers.isEmpty() && (!m_sinceLook.isValid() || m_sinceLook.hasExpired(lookEveryMs))) {
        m_sinceLook.start();
        const QDateTime changed = settingsChanged();
        if (m_servers && changed != m_settingsFrom)
            m_former.push_back(std::move(m_servers));
        m_settingsFrom = changed;
    }
    if (!m_servers)
        m_servers = std::make_unique<NameServers>(m_options);
    return *m_servers;
}

} // namespace signalbox
