#include "app/delivery/network_watch.h"

#include <utility>

namespace signalbox {

namespace {

// Long enough for the failures of an outage to come together, short beside any retry.
constexpr int keepMs = 2'000;
constexpr int firstPauseMs = 1'000;
constexpr int longestPauseMs = 15'000;
constexpr int jobsATrial = OwnTrouble::leastEndpoints;

} // namespace

NetworkWatch::NetworkWatch(QObject *parent)
    : QObject(parent)
    , m_keep(this)
    , m_trial(this)
{
    m_time.start();
    m_keep.setSingleShot(true);
    m_keep.setInterval(keepMs);
    m_trial.setSingleShot(true);
    connect(&m_keep, &QTimer::timeout, this, &NetworkWatch::letGo);
    connect(&m_trial, &QTimer::timeout, this, &NetworkWatch::trialDue);
}

void NetworkWatch::attemptFinished(const AttemptRecord &attempt)
{
    switch (attempt.result.fault) {
    case Fault::Lease:
        emit withdrawn(attempt);
        return;
    case Fault::Machine:
        begin(QStringLiteral("this machine lets the worker open no more sockets (%1)")
                  .arg(attempt.result.error));
        emit withdrawn(attempt);
        return;
    case Fault::Network:
        suspect(attempt);
        return;
    case Fault::Job:
        break;
    case Fault::Receiver:
        if (attempt.result.hasReached())
            reached(attempt);
        break;
    }
    emit cleared(attempt);
}

void NetworkWatch::suspect(const AttemptRecord &attempt)
{
    // Somebody waits for the result of a test.
    if (attempt.isTest || m_judge.isItsOwn(attempt.endpointId)) {
        emit cleared(attempt);
        return;
    }
    m_judge.failed(attempt.endpointId, m_time.elapsed());
    if (isTrouble()) {
        emit withdrawn(attempt);
        return;
    }
    m_kept.append(attempt);
    if (!m_keep.isActive())
        m_keep.start();
    if (m_judge.isLikely(m_time.elapsed()))
        begin(QStringLiteral("the network of this machine: no connection to %1 of %2 endpoints (%3)")
                  .arg(m_judge.failing())
                  .arg(m_judge.tried())
                  .arg(attempt.result.error));
}

void NetworkWatch::begin(const QString &problem)
{
    if (isTrouble())
        return;
    m_trouble.start();
    m_problem = problem;
    m_pauseMs = firstPauseMs;
    m_trial.start(m_pauseMs);
    m_keep.stop();
    emit troubleBegan(problem);
    for (const AttemptRecord &attempt : std::exchange(m_kept, {}))
        emit withdrawn(attempt);
}

void NetworkWatch::reached(const AttemptRecord &attempt)
{
    m_judge.reached(attempt.endpointId, m_time.elapsed());
    letGo();
    // What was sent before the trouble proves nothing.
    if (!isTrouble() || attempt.result.durationMs > m_trouble.elapsed())
        return;
    const qint64 lasted = m_trouble.elapsed();
    m_trouble.invalidate();
    m_problem.clear();
    m_trial.stop();
    emit troubleEnded(lasted);
}

void NetworkWatch::letGo()
{
    m_keep.stop();
    for (const AttemptRecord &attempt : std::exchange(m_kept, {}))
        emit cleared(attempt);
}

std::optional<int> NetworkWatch::trialJobs() const
{
    if (!isTrouble())
        return std::nullopt;
    return m_trial.isActive() ? 0 : jobsATrial;
}

void NetworkWatch::trialBegan()
{
    m_pauseMs = std::min(2 * m_pauseMs, longestPauseMs);
    m_trial.start(m_pauseMs);
}

} // namespace signalbox
