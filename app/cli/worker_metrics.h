#pragma once

#include "app/database/queue_gauge_reader.h"
#include "app/metrics/metrics_server.h"
#include "app/metrics/metrics_store.h"

#include <memory>

namespace signalbox {

/// The metrics of a worker: what it says itself, what the database says about the queue, and the server of
/// both.
class WorkerMetrics : public QObject
{
    Q_OBJECT
public:
    /// Errors: see MetricsServer.
    static Result<std::unique_ptr<WorkerMetrics>> listen(const MetricsAddress &address);

    const MetricsAddress &address() const { return m_server->address(); }
    MetricsStore &store() { return m_store; }
    /// From now on the queue of this database is read.
    void setTarget(const ConnectionSettings &settings) { m_reader.start(settings); }

private:
    WorkerMetrics();
    void readingFailed(const Error &error);

    MetricsStore m_store;
    QueueGaugeReader m_reader;
    std::unique_ptr<MetricsServer> m_server; ///< after what it serves
    bool m_hasFailed = false;                ///< the last reading, and it was said
};

} // namespace signalbox
