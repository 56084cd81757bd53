#pragma once

#include "app/core/profile.h"
#include "app/database/cluster_opener.h"
#include "app/database/connection_settings.h"
#include "app/database/console_connector.h"
#include "app/database/gateway.h"
#include "app/database/pg_delivery_queue.h"
#include "app/delivery/delivery_service.h"
#include "app/platform/keychain_credential_store.h"
#include "app/platform/settings_profile_store.h"
#include "ui/console_services.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace signalbox {

class MainWindow;

/// Where the console goes: a profile, or an address given on the command line.
struct ConsoleTarget
{
    ConnectionProfile profile;
    std::optional<ConnectionSettings> address;
};

/// Whether the delivery worker starts by itself.
enum class WorkerStart {
    ByProfile, ///< on for the private cluster and the demo, by hand elsewhere (the switch in the window)
    Never      ///< pictures and tests look only
};

/// Builds threads, gateway and worker and wires them; the only place that knows everything. GUI thread (or
/// the main thread where there is no window).
class Composition : public QObject
{
    Q_OBJECT
public:
    explicit Composition(WorkerStart workerStart, QObject *parent = nullptr);
    ~Composition() override; ///< closes connections, lets go of the private cluster; call shutDown before

    void open(const ConsoleTarget &target);

    /// Drains the worker (at most about 10 s: no new claims, what is in flight is finished or given back),
    /// then calls back.
    void shutDown(std::function<void()> finished);

    /// The interfaces a window works with; they live as long as this object.
    ConsoleServices services();
    std::unique_ptr<MainWindow> createWindow();

    ConsoleConnector &connector() { return m_connector; }
    Gateway &gateway() { return m_gateway; }
    DeliveryService &delivery() { return m_delivery; }

private:
    /// A database the worker is to work on once it has finished with the one before.
    struct WorkerTarget
    {
        ConnectionSettings settings;
        Proxy proxy;
        bool startsByItself = false;
    };

    void databaseOpened(const ConnectionSettings &settings, const ConnectionProfile &profile);
    void workerStatusChanged(const WorkerStatus &status);
    void withProxy(const ConnectionProfile &profile, const std::function<void(const Proxy &)> &use);
    void moveWorker();

    WorkerStart m_workerStart;
    SettingsProfileStore m_profiles;
    KeychainCredentialStore m_credentials;
    ClusterHost m_cluster; ///< before all that connects to it
    Gateway m_gateway;
    ConsoleConnector m_connector;
    PgDeliveryQueue m_queue;
    DeliveryService m_delivery;
    std::optional<WorkerTarget> m_nextTarget;
    int m_opened = 0; ///< databases so far
    std::function<void()> m_whenStopped;
};

} // namespace signalbox
