#include "app/delivery/manager_pool.h"

#include <QNetworkProxy>

#include <algorithm>
#include <utility>

namespace signalbox {

namespace {

constexpr int connectionsPerHost = 6;

QString hostKey(const QUrl &url)
{
    return url.scheme() + "://" + url.authority();
}

} // namespace

ManagerSlot::ManagerSlot(ManagerSlot &&other) noexcept
    : m_pool(std::exchange(other.m_pool, nullptr))
    , m_manager(other.m_manager)
    , m_host(std::move(other.m_host))
{
}

ManagerSlot &ManagerSlot::operator=(ManagerSlot &&other) noexcept
{
    if (this != &other) {
        giveBack();
        m_pool = std::exchange(other.m_pool, nullptr);
        m_manager = other.m_manager;
        m_host = std::move(other.m_host);
    }
    return *this;
}

ManagerSlot::~ManagerSlot()
{
    giveBack();
}

void ManagerSlot::giveBack()
{
    if (ManagerPool *pool = std::exchange(m_pool, nullptr))
        pool->release(m_manager, m_host);
}

ManagerPool::~ManagerPool() = default;

ManagerSlot ManagerPool::acquire(const QUrl &url, const QString &endpointId)
{
    const QString host = hostKey(url);
    const auto hasRoom = [&host, &endpointId](const Entry &entry) {
        const Use use = entry.uses.value(host);
        return use.inFlight == 0 || (use.endpointId == endpointId && use.inFlight < connectionsPerHost);
    };
    const auto found = std::find_if(m_managers.begin(), m_managers.end(), hasRoom);
    Entry &entry = found != m_managers.end() ? *found : addManager();
    Use &use = entry.uses[host];
    use.endpointId = endpointId;
    ++use.inFlight;
    return ManagerSlot(*this, *entry.manager, host);
}

ManagerPool::Entry &ManagerPool::addManager()
{
    Entry &entry = m_managers.emplace_back();
    entry.manager = std::make_unique<QNetworkAccessManager>();
    entry.manager->setProxy(QNetworkProxy::NoProxy);
    entry.manager->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    return entry;
}

void ManagerPool::release(const QNetworkAccessManager *manager, const QString &host)
{
    const auto entry = std::find_if(m_managers.begin(), m_managers.end(),
                                    [manager](const Entry &one) { return one.manager.get() == manager; });
    if (entry == m_managers.end())
        return;
    if (--entry->uses[host].inFlight == 0)
        entry->uses.remove(host);
}

} // namespace signalbox
