#pragma once

#include <QString>

#include <array>
#include <optional>

namespace signalbox {

/// How an attempt ended, as counters tell it: few classes, none of them per endpoint.
enum class AttemptClass {
    Delivered,      ///< answered with a 2xx
    Refused,        ///< answered with anything else
    NoAnswer,       ///< sent, no answer: may have been processed
    NeverConnected, ///< nothing was sent
};
constexpr std::size_t attemptClasses = 4;

/// Durations by class of length, as Prometheus counts them.
struct DurationHistogram
{
    /// Upper bounds, seconds, inclusive; what is longer counts in the last place. From a neighbour's answer
    /// to the longest timeout in use.
    static constexpr std::array<double, 13> bounds{0.005, 0.01, 0.025, 0.05, 0.1,  0.25, 0.5,
                                                   1.0,   2.5,  5.0,   10.0, 30.0, 60.0};
    std::array<qint64, bounds.size() + 1> counts{};
    double sumSeconds = 0;

    void add(double seconds)
    {
        std::size_t place = 0;
        while (place < bounds.size() && seconds > bounds[place])
            ++place;
        ++counts[place];
        sumSeconds += seconds;
    }
};

/// What a worker did since it was made. Only ever grows.
struct WorkerCounters
{
    std::array<qint64, attemptClasses> attempts{}; ///< by AttemptClass; tests included
    DurationHistogram durations;
    qint64 claims = 0;        ///< claims that were answered, empty ones included
    qint64 claimedJobs = 0;   ///< jobs they brought
    qint64 leasesLost = 0;    ///< jobs that somebody else moved while they were ours
    qint64 rescuedJobs = 0;   ///< jobs taken back from workers that vanished
    qint64 fannedOutJobs = 0; ///< jobs made from events
    qint64 skippedEvents = 0; ///< events, or single jobs of them, that fan-out put aside
    qint64 databaseLosses = 0;
    qint64 recordErrors = 0;    ///< times a batch of attempts could not be recorded
    qint64 refusedRecords = 0;  ///< outcomes that were refused for their data
    qint64 statementErrors = 0; ///< other acts that the server answered with an error
};

/// What the server answers with an error, and for how long.
struct WorkerTrouble
{
    QString text;
    qint64 ms = 0;
};

/// What a worker says about itself to those who watch over it: metrics, health, service manager.
struct WorkerReport
{
    WorkerCounters counters;
    int inFlight = 0;
    bool isDraining = false;
    /// Since the last job was claimed or attempt finished, at first since the worker was made.
    qint64 sinceProgressMs = 0;
    QString fanOutProblem;                ///< why fan-out stands still, or empty
    std::optional<qint64> databaseAwayMs; ///< set while the database does not answer
    std::optional<qint64> ownTroubleMs;   ///< set while this machine's own network fails (design §4)
    QString ownTrouble;                   ///< what that is, in words
    int overloadedEndpoints = 0; ///< that answered 429, 502 or 504 and get fewer requests at once since
    qint64 unrecorded = 0;       ///< attempts made and not on record yet
    std::optional<WorkerTrouble> recording; ///< why attempts cannot be recorded
    std::optional<WorkerTrouble> statement; ///< another act that fails, the one that does so for longest
};

} // namespace signalbox
