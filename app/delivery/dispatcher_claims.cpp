#include "app/core/sql_state.h"
#include "app/delivery/dispatcher.h"

// When a worker claims, and how much.

namespace signalbox {

namespace {

// A claim that found due jobs and could take none (another worker is at them, an earlier job of the stream is
// back in the queue) asks again after this, doubling up to the poll interval.
constexpr int lockedAgainMs = 20;
constexpr int smallClaimEveryMs = 100;
constexpr int learnEveryMs = 1'000;
// The server weighs payloads as they are stored, compressed; text of JSON shrinks to less than this part at
// best.
constexpr int storedBytesShare = 8;

} // namespace

void Dispatcher::claimIfDue()
{
    // A quarter stays free, so that no single claim fills all of it with what may hang.
    const int limit = m_network.trialJobs().value_or(qMax(1, m_sends.room() * 3 / 4));
    // Small claims cost as much as large ones: few free places wait for more of them, though not for long.
    const bool worthwhile = m_network.isTrouble() || m_sends.held() == 0 || limit >= m_sends.capacity() / 8 ||
                            !m_sinceClaim.isValid() || m_sinceClaim.hasExpired(smallClaimEveryMs);
    if (m_state != State::Running || !m_due || m_claiming || limit == 0 || !worthwhile ||
        m_recorder.pending() > 4 * m_sends.capacity() || m_recorder.pendingBytes() > heldBytesLimit / 2 ||
        m_recorder.problem() || m_sends.freeBytes() <= 0)
        return;
    m_claiming = true;
    m_due = false;
    m_nextDue.stop();
    m_sinceClaim.start();
    if (m_network.isTrouble())
        m_network.trialBegan();
    const ClaimRequest request{m_identity,
                               qMin(limit, m_mostClaimed),
                               m_sends.freeBytes() / storedBytesShare,
                               m_sends.freeBytes(),
                               m_options.leaseMs,
                               m_sends.places(),
                               m_network.isTrouble() ? 1 : m_sends.freshPlaces()};
    m_queue.claim(request, this,
                  [this, request, askedAt = m_leases.now()](const Result<QList<ClaimedJob>> &jobs) {
                      m_claiming = false;
                      claimed(jobs, request, askedAt);
                  });
}

void Dispatcher::claimed(const Result<QList<ClaimedJob>> &jobs, const ClaimRequest &request, qint64 askedAt)
{
    if (!jobs) {
        shrinkClaims(jobs.error());
        databaseFailed(Act::claim, jobs.error());
        return;
    }
    databaseAnswered();
    databasePassed(Act::claim);
    m_mostClaimed = qMin(m_sends.capacity(), 2 * m_mostClaimed);
    m_meter.claimed(jobs->size());
    if (m_state != State::Running || m_recorder.problem()) {
        QList<Lease> unwanted;
        for (const ClaimedJob &job : *jobs)
            unwanted.append({job.id, job.leaseToken});
        release(unwanted);
        finishDrain();
        return;
    }
    m_sends.claimAnswered(request, *jobs);
    for (const ClaimedJob &job : *jobs) {
        m_leases.hold({job.id, job.leaseToken}, askedAt);
        m_sends.enqueue(job);
    }
    learnWhoAnswers();
    if (jobs->size() >= request.limit)
        scheduleNextClaim(0, false);
    else
        askNextDue(jobs->isEmpty());
    pump();
}

// A worker that has just begun knows nobody, and those that hang are the first to show.
void Dispatcher::learnWhoAnswers()
{
    if (!m_sends.isCrowded() || (m_sinceLearned.isValid() && !m_sinceLearned.hasExpired(learnEveryMs)))
        return;
    m_sinceLearned.start();
    m_queue.answeringEndpoints(this, [this](const Result<QStringList> &answering) {
        if (!answering)
            return databaseFailed(Act::learn, answering.error());
        databasePassed(Act::learn);
        m_due = m_sends.learned(*answering) || m_due;
        pump();
    });
}

// A claim that took too long, or too much, takes less: one job may be all the server can give at a time.
void Dispatcher::shrinkClaims(const Error &error)
{
    if (mayPassInSmallerParts(error))
        m_mostClaimed = qMax(1, qMin(m_mostClaimed, m_sends.capacity()) / 2);
}

void Dispatcher::askNextDue(bool tookNone)
{
    m_claiming = true;
    m_queue.nextDue(m_sends.places(), m_sends.freshPlaces(), this,
                    [this, tookNone](const Result<std::optional<qint64>> &due) {
                        m_claiming = false;
                        if (!due)
                            return databaseFailed(Act::nextDue, due.error());
                        databasePassed(Act::nextDue);
                        scheduleNextClaim(*due, tookNone);
                        pump();
                    });
}

void Dispatcher::scheduleNextClaim(std::optional<qint64> nextDueMs, bool tookNone)
{
    const bool locked = nextDueMs == 0 && tookNone;
    m_lockedMs = locked ? qBound(lockedAgainMs, 2 * m_lockedMs, m_options.pollEveryMs) : 0;
    if (locked)
        claimIn(m_lockedMs);
    else if (nextDueMs == 0)
        m_due = true;
    else if (nextDueMs)
        claimIn(*nextDueMs);
    // Producers pay for a notification only while somebody could take what they bring.
    tellAsleep(!m_due && m_sends.wantsMore());
}

void Dispatcher::claimIn(qint64 ms)
{
    // Beyond the poll interval polling is as good; it also bounds what a timer takes.
    const int wait = int(qMin<qint64>(ms, m_options.pollEveryMs));
    if (m_state == State::Running && (!m_nextDue.isActive() || m_nextDue.remainingTime() > wait))
        m_nextDue.start(wait);
}

} // namespace signalbox
