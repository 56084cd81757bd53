#pragma once

#include "app/cli/command_database.h"
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
    WorkerRun(const CommandDatabase &database, const DispatcherOptions &options);

    void begin();
    /// Drains; the loop ends at most about 10 s later.
    void stop();

private:
    void connectToDatabase();
    void reviveCluster();
    void retryLater(const Error &error);
    void statusChanged(const WorkerStatus &status);
    void leave(int exitCode);

    const CommandDatabase &m_database;
    const DispatcherOptions m_options;
    PgDeliveryQueue m_queue;
    DeliveryService m_service;
    QTimer m_retry;
    QElapsedTimer m_since;
    QElapsedTimer m_sinceRevival;
    int m_backOffMs = 0;
    int m_exitCode = 0;
    bool m_isStarted = false; ///< the dispatcher was told to start
    bool m_isStopping = false;
    QString m_problem; ///< as last said
};

} // namespace signalbox
