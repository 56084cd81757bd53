#include "app/database/queue_gauge_reader.h"

#include "app/database/queue_gauges_query.h"

namespace signalbox {

namespace {

constexpr int statementTimeoutMs = 5'000;

} // namespace

QueueGaugeReader::QueueGaugeReader(int everyMs, QObject *parent)
    : QObject(parent)
    , m_worker(QStringLiteral("gauges"))
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(everyMs);
    connect(&m_timer, &QTimer::timeout, this, &QueueGaugeReader::read);
}

void QueueGaugeReader::start(const ConnectionSettings &settings)
{
    SessionOptions options;
    options.statementTimeoutMs = statementTimeoutMs;
    options.applicationName = QStringLiteral("signalbox metrics");
    m_worker.setTarget(settings.forReading(), options);
    read();
}

void QueueGaugeReader::read()
{
    m_worker.run<QueueGauges>([](PgConnection &connection) { return readQueueGauges(connection); }, this,
                              [this](const Result<QueueGauges> &gauges) {
                                  m_timer.start();
                                  if (gauges)
                                      emit gaugesRead(*gauges);
                                  else
                                      emit failed(gauges.error());
                              });
}

} // namespace signalbox
