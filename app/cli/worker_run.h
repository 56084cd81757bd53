#pragma once

#include "app/cli/command_database.h"
#include "app/cli/worker_metrics.h"
#include "app/cli/worker_pulse.h"
#include "app/cli/worker_settings.h"
#include "app/core/delivery_control.h"
#include "app/database/pg_delivery_queue.h"
#include "app/delivery/delivery_service.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace signalbox {

/// A worker without a window, from the first try to connect to the last lease given back. Ends the
/// application's event loop with the exit code.
class WorkerRun : public QObject
{
    Q_OBJECT
public:
    /// The line is read again on reload().
    WorkerRun(const CommandDatabase &database, const CommandLine &line, const WorkerSettings &settings,
              const Proxy &proxy);

    /// Errors: the address for metrics cannot be listened on.
    Done begin();
    /// Drains; the loop ends at most the drain limit and a few seconds later.
    void stop();
    /// Reads the settings again and takes over what can change while it runs; a broken file changes nothing.
    void reload();

private:
    void connectToDatabase();
    void reviveCluster();
    void retryLater(const Error &error);
    void statusChanged(const WorkerStatus &status);
    void reported(const WorkerReport &report);
    void apply(const WorkerSettings &settings);
    void tellServiceManager(const WorkerStatus &status);
    void leave(int exitCode);

    const CommandDatabase &m_database;
    const CommandLine m_line;
    WorkerSettings m_settings;
    const DispatcherOptions m_options;
    PgDeliveryQueue m_queue;
    DeliveryService m_service;
    LoopPulse m_pulse;
    std::unique_ptr<WorkerMetrics> m_metrics;
    QTimer m_retry;
    QElapsedTimer m_since;
    QElapsedTimer m_sinceRevival;
    QElapsedTimer m_sinceTold; ///< the service manager, how it goes
    int m_backOffMs = 0;
    int m_exitCode = 0;
    bool m_isStarted = false; ///< the dispatcher was told to start
    bool m_isStopping = false;
    QString m_problem; ///< of connecting, as last said
};

} // namespace signalbox
