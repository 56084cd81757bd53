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
}

Composition::~Composition() = default;

void Composition::open(const ConsoleTarget &target)
{
    if (target.address)
        m_connector.connectToAddress(*target.address, target.profile);
    else
        m_connector.connectTo(target.profile, Secret());
}

void Composition::databaseOpened(const ConnectionSettings &settings, const ConnectionProfile &profile)
{
    m_queue.setTarget(settings);
    const bool isOurs = profile.kind != ConnectionProfile::Kind::Server;
    if (m_workerStart == WorkerStart::ByProfile && isOurs)
        m_delivery.startWorker();
    else
        m_delivery.stopWorker();
}

ConsoleServices Composition::services()
{
    ConsoleServices services;
    services.pages = &m_gateway;
    services.details = &m_gateway;
    services.endpoints = &m_gateway;
    services.jobActions = &m_gateway;
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
