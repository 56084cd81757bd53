#include "app/metrics/metric_families.h"

#include "app/core/version.h"

#include <QtGlobal>

#include <array>
#include <limits>
#include <string>
#include <utility>

namespace signalbox {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

// In the order of AttemptClass.
constexpr std::array<const char *, attemptClasses> attemptClassNames{"delivered", "answered-failure",
                                                                     "no-answer", "never-connected"};

/// Puts families together. Gauges and counters differ in where the value stands.
class Exposition
{
public:
    void counter(const char *name, const char *help, double value) { counters(name, help, {{{}, value}}); }
    void gauge(const char *name, const char *help, double value) { gauges(name, help, {{{}, value}}); }

    using Values = std::vector<std::pair<Labels, double>>;
    void counters(const char *name, const char *help, const Values &values)
    {
        MetricFamily &family = begin(name, help, MetricType::Counter);
        for (const auto &[labels, value] : values)
            add(family, labels).counter.value = value;
    }
    void gauges(const char *name, const char *help, const Values &values)
    {
        MetricFamily &family = begin(name, help, MetricType::Gauge);
        for (const auto &[labels, value] : values)
            add(family, labels).gauge.value = value;
    }
    void histogram(const char *name, const char *help, const DurationHistogram &durations)
    {
        auto &target = add(begin(name, help, MetricType::Histogram), {}).histogram;
        for (std::size_t i = 0; i < durations.counts.size(); ++i) {
            target.sample_count += std::uint64_t(durations.counts[i]);
            const double bound = i < DurationHistogram::bounds.size()
                                     ? DurationHistogram::bounds[i]
                                     : std::numeric_limits<double>::infinity();
            target.bucket.push_back({target.sample_count, bound});
        }
        target.sample_sum = durations.sumSeconds;
    }

    std::vector<MetricFamily> take() { return std::move(m_families); }

private:
    MetricFamily &begin(const char *name, const char *help, MetricType type)
    {
        m_families.push_back({name, help, type, {}});
        return m_families.back();
    }
    static ClientMetric &add(MetricFamily &family, const Labels &labels)
    {
        family.metric.emplace_back();
        family.metric.back().label = labels;
        return family.metric.back();
    }

    std::vector<MetricFamily> m_families;
};

void addCounters(const WorkerCounters &counters, Exposition &out)
{
    Exposition::Values attempts;
    for (std::size_t i = 0; i < attemptClasses; ++i)
        attempts.push_back({{{"outcome", attemptClassNames[i]}}, double(counters.attempts[i])});
    out.counters("signalbox_attempts_total", "Attempts finished by this worker, by outcome", attempts);
    out.histogram("signalbox_attempt_duration_seconds", "Time from send to answer or failure",
                  counters.durations);
    out.counter("signalbox_claims_total", "Claims answered by the database, empty ones included",
                double(counters.claims));
    out.counter("signalbox_claimed_jobs_total", "Jobs this worker claimed", double(counters.claimedJobs));
    out.counter("signalbox_leases_lost_total",
                "Jobs that somebody else moved while this worker held their lease",
                double(counters.leasesLost));
    out.counter("signalbox_rescued_jobs_total", "Jobs this worker took back from workers that vanished",
                double(counters.rescuedJobs));
    out.counter("signalbox_fanned_out_jobs_total", "Jobs this worker made from events",
                double(counters.fannedOutJobs));
    out.counter("signalbox_skipped_events_total",
                "Events that this worker could not make jobs of and put aside",
                double(counters.skippedEvents));
    out.counter("signalbox_database_losses_total", "Times the database stopped answering",
                double(counters.databaseLosses));
    out.counter("signalbox_record_errors_total", "Times a batch of attempts could not be recorded",
                double(counters.recordErrors));
    out.counter("signalbox_refused_records_total", "Outcomes that the database refused for their data",
                double(counters.refusedRecords));
    out.counter("signalbox_statement_errors_total",
                "Other acts of this worker that the database answered with an error",
                double(counters.statementErrors));
}

void addGauges(const QueueGauges &gauges, Exposition &out)
{
    Exposition::Values depths, capped, oldest, breakers;
    for (const QueueClassDepth &depth : gauges.depths) {
        const Labels labels{{"class", depth.endpointClass.toStdString()}};
        depths.push_back({labels, double(depth.jobs)});
        capped.push_back({labels, depth.isCapped ? 1.0 : 0.0});
        oldest.push_back({labels, depth.oldestDueSeconds});
    }
    for (const auto &[state, endpoints] : gauges.endpointsByBreaker)
        breakers.push_back({{{"state", state.toStdString()}}, double(endpoints)});
    out.gauges("signalbox_queue_due_jobs", "Jobs due, by class of their endpoint; counted up to a limit",
               depths);
    out.gauges("signalbox_queue_due_jobs_capped", "1 when there are more due jobs than were counted", capped);
    out.gauges("signalbox_queue_oldest_due_seconds",
               "Since when the oldest due job is due, by class of its endpoint", oldest);
    out.gauges("signalbox_endpoints", "Endpoints by state of their circuit breaker", breakers);
    if (gauges.fanOutLagSeconds)
        out.gauge("signalbox_fan_out_lag_seconds", "Age of the oldest event not yet fanned out",
                  *gauges.fanOutLagSeconds);
    out.gauge("signalbox_fence_lag_seconds", "Age of the oldest transaction that holds back fan-out",
              gauges.fenceLagSeconds);
}

} // namespace

std::vector<MetricFamily> metricFamilies(const MetricsSnapshot &snapshot)
{
    Exposition out;
    out.gauges("signalbox_build_info", "Always 1; the labels say what runs",
               {{{{"version", version}, {"qt", qVersion()}}, 1.0}});
    out.gauge("signalbox_database_up", "1 while the database answers the worker",
              snapshot.report.databaseAwayMs ? 0 : 1);
    out.gauge("signalbox_in_flight", "Requests in flight", snapshot.report.inFlight);
    out.gauge("signalbox_own_trouble", "1 while the network of this machine fails and no jobs are taken",
              snapshot.report.ownTroubleMs ? 1 : 0);
    out.gauge("signalbox_overloaded_endpoints",
              "Endpoints that answered 429, 502 or 504 and get fewer requests at once since",
              snapshot.report.overloadedEndpoints);
    out.gauge("signalbox_unrecorded_attempts", "Attempts made and not on record yet",
              double(snapshot.report.unrecorded));
    out.gauge("signalbox_dispatcher_answer_age_seconds", "Since the dispatcher's loop last answered",
              double(snapshot.sinceAnswerMs) / 1000.0);
    addCounters(snapshot.report.counters, out);
    out.gauge("signalbox_queue_reading_failed", "1 when the last reading of the queue failed",
              snapshot.lastReadingFailed ? 1 : 0);
    if (!snapshot.gauges)
        return out.take();
    out.gauge("signalbox_queue_reading_age_seconds", "Age of the last reading of the queue",
              double(snapshot.gaugesAgeMs) / 1000.0);
    if (snapshot.gaugesAgeMs <= oldestServedReadingMs)
        addGauges(*snapshot.gauges, out);
    return out.take();
}

} // namespace signalbox
