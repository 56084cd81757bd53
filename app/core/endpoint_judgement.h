#pragma once

#include <QtGlobal>

#include <optional>

namespace signalbox {

/// How many of an endpoint's newest attempts it is judged by, and how old they may be. A bound, so that
/// judging costs the same on a busy endpoint as on a quiet one, and an endpoint that recovers is seen to.
inline constexpr int judgedAttempts = 50;
inline constexpr qint64 judgedSeconds = 3'600;

/// Attempts and those that were answered with a 2xx; all others failed: other codes, no answer, never
/// connected. Test sends are in neither.
struct AttemptTally
{
    qint64 attempts = 0;
    qint64 succeeded = 0;

    qint64 failed() const { return attempts - succeeded; }
    /// 0..1; none without attempts.
    std::optional<double> successRate() const
    {
        return attempts > 0 ? std::optional(double(succeeded) / double(attempts)) : std::nullopt;
    }
    friend bool operator==(const AttemptTally &, const AttemptTally &) = default;
};

/// What an endpoint is judged by.
struct EndpointStanding
{
    bool isEnabled = true;
    bool isTripped = false; ///< its circuit breaker is open, or a probe is out; not one held by hand
    AttemptTally newest;    ///< of the newest judgedAttempts within judgedSeconds
};

/// The one meaning of "failing endpoint" for figures, lists, filters and counts: an enabled endpoint whose
/// breaker has tripped, or that answered fewer than half of its newest attempts with a 2xx. A removed
/// endpoint is none.
inline bool isFailing(const EndpointStanding &standing)
{
    return standing.isEnabled &&
           (standing.isTripped || standing.newest.succeeded * 2 < standing.newest.attempts);
}

} // namespace signalbox
