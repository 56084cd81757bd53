#pragma once

#include "app/core/console.h"
#include "app/core/profile.h"
#include "app/database/connection_settings.h"

#include <QObject>

namespace signalbox {

class ClusterHost;
class Gateway;

/// Turns a profile into an open database: starts the private cluster where one is meant, brings its schema up
/// to date, checks the schema of any other server, and points the gateway at it. GUI thread; starting a
/// server and migrating happen on a thread of its own. What goes on is said through the gateway's
/// ConsoleSignals.
class ConsoleConnector final : public QObject, public Connector
{
    Q_OBJECT
public:
    /// Both must outlive the connector.
    ConsoleConnector(Gateway &gateway, ClusterHost &host, QObject *parent = nullptr);

    ConnectionProfile currentProfile() const override { return m_profile; }
    void connectTo(const ConnectionProfile &profile, const Secret &password) override;
    void retryNow() override;
    Result<AddressedProfile> readAddress(const QString &address) const override;
    void testConnection(const ConnectionProfile &profile, const Secret &password, QObject *context,
                        Reply<QString> reply) override;

    /// As connectTo, for an address given on the command line.
    void connectToAddress(const ConnectionSettings &settings, const ConnectionProfile &profile);

signals:
    /// The database is open and its schema fits: the worker may use it too.
    void opened(const signalbox::ConnectionSettings &settings, const signalbox::ConnectionProfile &profile);
    void failed(const signalbox::Error &error);

private:
    void open(const ConnectionProfile &profile, const ConnectionSettings &settings);
    void reviveCluster(const ConnectionStatus &status);
    void finish(int attempt, const Result<ConnectionSettings> &result);

    Gateway &m_gateway;
    ClusterHost &m_host;
    ConnectionProfile m_profile;
    ConnectionSettings m_settings;
    bool m_isOpen = false; ///< since the last open()
    int m_attempt = 0;     ///< answers of an earlier attempt are stale
};

} // namespace signalbox
