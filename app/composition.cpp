#include "app/composition.h"

#include "app/platform/settings.h"
#include "ui/mainwindow.h"
#include "ui/pages/page_registry.h"

namespace signalbox {

Composition::Composition(WorkerStart workerStart, QObject *parent)
    : QObject(parent)
    , m_workerStart(workerStart)
    , m_profiles(standardSettingsFile())
    , m_connector(m_gateway, m_cluster)
    , m_delivery(m_queue)
{
    connect(&m_connector, &ConsoleConnector::opened, this, &Composition::databaseOpened);
    connect(&m_delivery, &DeliveryControl::statusChanged, this, &Composition::workerStatusChanged);
}

Composition::~Composition() = default;

void Composition::open(const ConsoleTarget &target)
{
    if (target.address) {
        m_connector.connectToAddress(*target.address, target.profile);
        return;
    }
    if (target.profile.kind != ConnectionProfile::Kind::Server) {
        m_connector.connectTo(target.profile, Secret());
        return;
    }
    // Without a keychain, or a password in it, the server says what it misses and the window asks.
    m_credentials.readPassword(target.profile.name, this,
                               [this, profile = target.profile](const Result<Secret> &password) {
                                   m_connector.connectTo(profile, password.value_or(Secret()));
                               });
}

void Composition::databaseOpened(const ConnectionSettings &settings, const ConnectionProfile &profile)
{
    const bool isOurs =
        profile.kind != ConnectionProfile::Kind::Server && settings.access == Access::ReadWrite;
    const int opened = ++m_opened;
    withProxy(profile, [this, opened, settings, isOurs](const Proxy &proxy) {
        if (opened != m_opened)
            return;
        m_nextTarget = WorkerTarget{settings, proxy, m_workerStart == WorkerStart::ByProfile && isOurs};
        moveWorker();
    });
}

// A profile whose proxy cannot be read, which only an edited settings file brings about, never calls back:
// its worker gets no database rather than a way around the proxy.
void Composition::withProxy(const ConnectionProfile &profile, const std::function<void(const Proxy &)> &use)
{
    const auto proxy = readProxy(profile.proxy);
    if (!proxy)
        return m_queue.clearTarget();
    if (proxy->user.isEmpty())
        return use(*proxy);
    m_credentials.readPassword(proxyCredentialName(profile.name), this,
                               [proxy = *proxy, use](const Result<Secret> &password) mutable {
                                   proxy.password = password.value_or(Secret());
                                   use(proxy);
                               });
}

// Attempts under way belong to the database they were claimed from: the worker is drained before it moves.
void Composition::moveWorker()
{
    if (!m_nextTarget)
        return;
    if (m_delivery.status().state != WorkerStatus::State::Stopped) {
        m_delivery.stopWorker();
        return;
    }
    const WorkerTarget target = *std::exchange(m_nextTarget, std::nullopt);
    m_queue.setTarget(target.settings);
    m_delivery.setProxy(target.proxy);
    if (target.startsByItself)
        m_delivery.startWorker();
}

void Composition::shutDown(std::function<void()> finished)
{
    m_nextTarget.reset();
    m_whenStopped = std::move(finished);
    m_delivery.stopWorker();
    workerStatusChanged(m_delivery.status());
}

void Composition::workerStatusChanged(const WorkerStatus &status)
{
    if (status.state != WorkerStatus::State::Stopped)
        return;
    if (const auto whenStopped = std::exchange(m_whenStopped, nullptr))
        whenStopped();
    else
        moveWorker();
}

ConsoleServices Composition::services()
{
    ConsoleServices services;
    services.pages = &m_gateway;
    services.details = &m_gateway;
    services.endpoints = &m_gateway;
    services.jobActions = &m_gateway;
    services.jobChanges = &m_gateway;
    services.overview = &m_gateway;
    services.fanOut = &m_gateway;
    services.signals_ = &m_gateway.signals_();
    services.delivery = &m_delivery;
    services.profiles = &m_profiles;
    services.credentials = &m_credentials;
    services.connector = &m_connector;
    return services;
}

std::unique_ptr<MainWindow> Composition::createWindow()
{
    const ConsoleServices all = services();
    return std::make_unique<MainWindow>(all, createPages(all));
}

} // namespace signalbox
