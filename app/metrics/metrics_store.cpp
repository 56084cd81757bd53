#include "app/metrics/metrics_store.h"

#include <algorithm>

namespace signalbox {

namespace {

// None when no job is due that ought to be sent; an old figure has grown older since.
std::optional<double> oldestReadySeconds(const MetricsSnapshot &snapshot)
{
    if (!snapshot.gauges)
        return std::nullopt;
    for (const QueueClassDepth &depth : snapshot.gauges->depths) {
        if (depth.endpointClass == readyClass() && depth.jobs > 0)
            return depth.oldestDueSeconds + double(snapshot.gaugesAgeMs) / 1000.0;
    }
    return std::nullopt;
}

} // namespace

MetricsStore::MetricsStore(const HealthLimits &limits)
    : m_limits(limits)
{
    m_reportSince.start();
    m_gaugesSince.start();
    m_answerSince.start();
}

void MetricsStore::setReport(const WorkerReport &report)
{
    const QMutexLocker lock(&m_mutex);
    m_report = report;
    m_reportSince.start();
}

void MetricsStore::setGauges(const QueueGauges &gauges)
{
    const QMutexLocker lock(&m_mutex);
    m_gauges = gauges;
    m_lastReadingFailed = false;
    m_gaugesSince.start();
}

void MetricsStore::gaugesFailed()
{
    const QMutexLocker lock(&m_mutex);
    m_lastReadingFailed = true;
}

void MetricsStore::dispatcherAnswered()
{
    const QMutexLocker lock(&m_mutex);
    m_answerSince.start();
}

void MetricsStore::setLimits(const HealthLimits &limits)
{
    const QMutexLocker lock(&m_mutex);
    m_limits = limits;
}

MetricsSnapshot MetricsStore::snapshotLocked() const
{
    MetricsSnapshot snapshot{m_report, m_gauges, m_gaugesSince.elapsed(), m_lastReadingFailed,
                             m_answerSince.elapsed()};
    // Times go on while no report comes.
    snapshot.report.sinceProgressMs += m_reportSince.elapsed();
    if (snapshot.report.databaseAwayMs)
        *snapshot.report.databaseAwayMs += m_reportSince.elapsed();
    if (snapshot.report.ownTroubleMs)
        *snapshot.report.ownTroubleMs += m_reportSince.elapsed();
    for (std::optional<WorkerTrouble> *trouble : {&snapshot.report.recording, &snapshot.report.statement}) {
        if (*trouble)
            (*trouble)->ms += m_reportSince.elapsed();
    }
    return snapshot;
}

MetricsSnapshot MetricsStore::snapshot() const
{
    const QMutexLocker lock(&m_mutex);
    return snapshotLocked();
}

std::optional<QString> MetricsStore::problem() const
{
    const QMutexLocker lock(&m_mutex);
    const MetricsSnapshot now = snapshotLocked();
    HealthFacts facts;
    facts.sinceAnswerMs = now.sinceAnswerMs;
    facts.databaseAwayMs = now.report.databaseAwayMs;
    facts.ownTroubleMs = now.report.ownTroubleMs;
    facts.ownTrouble = now.report.ownTrouble;
    facts.recording = now.report.recording;
    facts.statement = now.report.statement;
    facts.sinceProgressMs = now.report.sinceProgressMs;
    facts.fanOutProblem = now.report.fanOutProblem;
    facts.inFlight = now.report.inFlight;
    facts.isDraining = now.report.isDraining;
    if (now.gauges)
        facts.readingAgeMs = now.gaugesAgeMs;
    facts.oldestReadySeconds = oldestReadySeconds(now);
    return healthProblem(facts, m_limits);
}

} // namespace signalbox
