#include "app/database/console_connector.h"

#include "app/core/carry.h"
#include "app/database/cluster_opener.h"
#include "app/database/gateway.h"
#include "app/database/profile_address.h"

namespace signalbox {

namespace {

ConnectionStatus connecting(const QString &what)
{
    ConnectionStatus status;
    status.state = ConnectionStatus::State::Connecting;
    status.error.what = what;
    return status;
}

} // namespace

ConsoleConnector::ConsoleConnector(Gateway &gateway, ClusterHost &host, QObject *parent)
    : QObject(parent)
    , m_gateway(gateway)
    , m_host(host)
{
    connect(&gateway.signals_(), &ConsoleSignals::connectionStatusChanged, this,
            &ConsoleConnector::reviveCluster);
}

void ConsoleConnector::connectTo(const ConnectionProfile &profile, const Secret &password)
{
    open(profile, ConnectionSettings::fromProfile(profile, password));
}

void ConsoleConnector::connectToAddress(const ConnectionSettings &settings, const ConnectionProfile &profile)
{
    open(profile, settings);
}

void ConsoleConnector::retryNow()
{
    // A database that was never opened is opened from the start, whatever kept it shut; one that was lost is
    // the gateway's to find again.
    if (!m_isOpen || m_gateway.status().state == ConnectionStatus::State::Refused)
        open(m_profile, m_settings);
    else
        m_gateway.retryNow();
}

void ConsoleConnector::open(const ConnectionProfile &profile, const ConnectionSettings &settings)
{
    m_profile = profile;
    m_settings = settings;
    m_isOpen = false;
    const int attempt = ++m_attempt;
    m_gateway.disconnectFromDatabase();
    emit m_gateway.signals_().connectionStatusChanged(connecting(tr("Connecting to %1…").arg(profile.name)));
    const auto progress = carryTo<QString>(this, [this](const Result<QString> &text) {
        if (text)
            emit m_gateway.signals_().connectionStatusChanged(connecting(*text));
    });
    const auto opened = carryTo<ConnectionSettings>(
        this, [this, attempt](const Result<ConnectionSettings> &result) { finish(attempt, result); });
    m_host.run([profile, settings, progress, opened](ClusterOpener &opener) {
        opened(profile.kind == ConnectionProfile::Kind::Server ? opener.checkServer(settings)
                                                               : opener.openCluster(profile.kind, progress));
    });
}

// A server of ours that died is nobody else's to start again; the gateway only looks for it.
void ConsoleConnector::reviveCluster(const ConnectionStatus &status)
{
    if (status.state != ConnectionStatus::State::Lost || m_profile.kind == ConnectionProfile::Kind::Server)
        return;
    m_host.run([](ClusterOpener &opener) { opener.revive(); });
}

void ConsoleConnector::finish(int attempt, const Result<ConnectionSettings> &result)
{
    if (attempt != m_attempt)
        return;
    if (!result) {
        ConnectionStatus status;
        status.state = ConnectionStatus::State::Refused;
        status.error = result.error();
        emit m_gateway.signals_().connectionStatusChanged(status);
        emit failed(result.error());
        return;
    }
    m_isOpen = true;
    m_settings = *result;
    if (m_profile.readOnly)
        m_settings.access = Access::ReadOnly;
    m_gateway.connectTo(m_settings);
    emit opened(m_settings, m_profile);
}

Result<AddressedProfile> ConsoleConnector::readAddress(const QString &address) const
{
    return profileOfAddress(address);
}

void ConsoleConnector::testConnection(const ConnectionProfile &profile, const Secret &password,
                                      QObject *context, Reply<QString> reply)
{
    const ConnectionSettings settings = ConnectionSettings::fromProfile(profile, password);
    m_host.run([settings, deliver = carryTo<QString>(context, std::move(reply))](ClusterOpener &) {
        deliver(ClusterOpener::tryOut(settings));
    });
}

} // namespace signalbox
