#include "app/cli/worker_metrics.h"

#include "app/platform/logging.h"

namespace signalbox {

WorkerMetrics::WorkerMetrics()
{
    connect(&m_reader, &QueueGaugeReader::gaugesRead, this, [this](const QueueGauges &gauges) {
        m_hasFailed = false;
        m_store.setGauges(gauges);
    });
    connect(&m_reader, &QueueGaugeReader::failed, this, &WorkerMetrics::readingFailed);
}

Result<std::unique_ptr<WorkerMetrics>> WorkerMetrics::listen(const MetricsAddress &address)
{
    std::unique_ptr<WorkerMetrics> metrics(new WorkerMetrics);
    auto server = MetricsServer::listen(address, metrics->m_store);
    if (!server)
        return fail(server.error());
    metrics->m_server = std::move(*server);
    return metrics;
}

void WorkerMetrics::readingFailed(const Error &error)
{
    m_store.gaugesFailed();
    // A lost database is the worker's to tell; once is enough for anything else.
    if (error.kind != Error::Kind::Unavailable && !std::exchange(m_hasFailed, true))
        writeEvent({LogLevel::Warning,
                    QStringLiteral("metrics"),
                    QStringLiteral("the queue could not be read"),
                    {{QStringLiteral("error"), error.line()}}});
}

} // namespace signalbox
