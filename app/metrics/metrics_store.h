#pragma once

#include "app/core/queue_gauges.h"
#include "app/core/worker_health.h"
#include "app/core/worker_report.h"

#include <QElapsedTimer>
#include <QMutex>

#include <optional>

namespace signalbox {

/// What is known at one moment, with the age of each part.
struct MetricsSnapshot
{
    WorkerReport report;
    std::optional<QueueGauges> gauges; ///< the last reading that succeeded
    qint64 gaugesAgeMs = 0;
    bool lastReadingFailed = false;
    qint64 sinceAnswerMs = 0;
};

/// The latest figures, put in by the worker's loops and taken out by the threads that serve them. Any thread.
class MetricsStore
{
public:
    explicit MetricsStore(const HealthLimits &limits = {});

    void setReport(const WorkerReport &report);
    void setGauges(const QueueGauges &gauges);
    void gaugesFailed();
    /// The dispatcher's loop has answered a ping just now.
    void dispatcherAnswered();
    void setLimits(const HealthLimits &limits);

    MetricsSnapshot snapshot() const;
    /// healthProblem() of this moment.
    std::optional<QString> problem() const;

private:
    MetricsSnapshot snapshotLocked() const;

    mutable QMutex m_mutex;
    HealthLimits m_limits;
    WorkerReport m_report;
    QElapsedTimer m_reportSince;
    std::optional<QueueGauges> m_gauges;
    QElapsedTimer m_gaugesSince;
    bool m_lastReadingFailed = false;
    QElapsedTimer m_answerSince;
};

} // namespace signalbox
