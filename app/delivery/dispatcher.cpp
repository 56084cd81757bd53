#include "app/delivery/dispatcher.h"

#include "app/core/version.h"
#include "app/delivery/open_files.h"
#include "app/delivery/system_resolver.h"
#include "app/delivery/verdict.h"

#include <QCoreApplication>
#include <QRandomGenerator>
#include <QSysInfo>

namespace signalbox {

namespace {

// Wakes come with every insert of a producer; claims need not.
constexpr int claimRestMs = 10;

WorkerIdentity thisWorker()
{
    return {QUuid::createUuid(), QSysInfo::machineHostName(), QCoreApplication::applicationPid(),
            QString::fromLatin1(version)};
}

} // namespace

DispatcherParts DispatcherParts::system()
{
    return {std::make_shared<SystemResolver>(), std::make_shared<SystemClock>(),
            [] { return QRandomGenerator::global()->generateDouble(); }};
}

Dispatcher::Dispatcher(DeliveryQueue &queue, DispatcherParts parts, const DispatcherOptions &options)
    : m_queue(queue)
    , m_parts(std::move(parts))
    , m_options(options)
    , m_identity(thisWorker())
    , m_transfers(this)
    , m_proxy(options.proxy)
    , m_sends(options.concurrency)
    , m_leases(queue, options.leaseMs, options.renewEveryMs, this)
    , m_recorder(queue, options.flushMs, this)
    , m_fanOut(queue, options.fanOutBatch, this)
    , m_network(this)
    , m_journal(options.foldMs, this)
    , m_poll(this)
    , m_nextDue(this)
    , m_rescue(this)
    , m_heartbeat(this)
    , m_drain(this)
    , m_status(this)
{
    m_nextDue.setSingleShot(true);
    m_nextDue.setTimerType(Qt::PreciseTimer);
    m_drain.setSingleShot(true);
    connect(&m_poll, &QTimer::timeout, this, &Dispatcher::poll);
    connect(&m_nextDue, &QTimer::timeout, this, [this] {
        m_due = true;
        pump();
    });
    connect(&m_rescue, &QTimer::timeout, this, &Dispatcher::rescue);
    connect(&m_heartbeat, &QTimer::timeout, this, &Dispatcher::beat);
    connect(&m_drain, &QTimer::timeout, this, &Dispatcher::abortRunning);
    connect(&m_status, &QTimer::timeout, this, &Dispatcher::publishStatus);
    connect(&m_leases, &LeaseKeeper::lost, this, [this](const QUuid &token) {
        // One that is being sent counts when its attempt is recorded without the lease.
        if (m_sends.remove(token))
            leasesLost(1);
        pump();
    });
    connect(&m_recorder, &AttemptRecorder::leasesLost, this, &Dispatcher::leasesLost);
    connect(&m_journal, &WorkerJournal::logged, this, &Dispatcher::logged);
    connect(&m_recorder, &AttemptRecorder::recorded, this, &Dispatcher::attemptsRecorded);
    connect(&m_recorder, &AttemptRecorder::failed, this, &Dispatcher::recordingFailed);
    connect(&m_leases, &LeaseKeeper::renewalFailed, this,
            [this](const Error &error) { databaseFailed(Act::renew, error); });
    connect(&m_leases, &LeaseKeeper::renewalPassed, this, [this] { databasePassed(Act::renew); });
    connect(&m_network, &NetworkWatch::cleared, this, &Dispatcher::recordAttempt);
    connect(&m_network, &NetworkWatch::withdrawn, this, &Dispatcher::withdrawAttempt);
    connect(&m_network, &NetworkWatch::troubleBegan, this, &Dispatcher::troubleBegan);
    connect(&m_network, &NetworkWatch::troubleEnded, this, [this](qint64 lastedMs) {
        m_journal.ownTroubleEnded(lastedMs);
        m_due = true;
    });
    connect(&m_network, &NetworkWatch::trialDue, this, [this] {
        m_due = true;
        pump();
    });
    connect(&m_fanOut, &FanOutLoop::passed, this, &Dispatcher::eventsPassed);
    connect(&m_fanOut, &FanOutLoop::failed, this,
            [this](const Error &error) { databaseFailed(Act::fanOut, error); });
}

Dispatcher::~Dispatcher()
{
    // Exchanges use the transfers: they go first, those too that wait to be deleted.
    qDeleteAll(findChildren<Exchange *>(QString(), Qt::FindDirectChildrenOnly));
}

void Dispatcher::start()
{
    if (m_state == State::Running)
        return;
    if (!m_subscribed) {
        m_subscribed = true;
        m_queue.onWake(this, [this] { wake(); });
    }
    m_drain.stop();
    const int sockets = raiseOpenFilesLimit();
    m_sends.setMostSending(sockets);
    m_transfers.setMostConnections(sockets);
    if (sockets < m_sends.concurrency())
        m_journal.concurrencyBounded(m_sends.concurrency(), sockets);
    m_poll.start(m_options.pollEveryMs);
    m_rescue.start(m_options.rescueEveryMs);
    m_heartbeat.start(m_options.heartbeatEveryMs);
    setState(State::Running);
    beat();
    rescue();
    wake();
}

void Dispatcher::sendTest(const QString &endpointId, const Reply<AttemptRecord> &reply)
{
    m_queue.createTestJob(m_identity, endpointId, this,
                          [this, reply, askedAt = m_leases.now()](const Result<ClaimedJob> &job) {
                              if (!job)
                                  return reply(fail(job.error()));
                              m_tests.insert(job->id, reply);
                              m_leases.hold({job->id, job->leaseToken}, askedAt);
                              send(*job);
                          });
}

void Dispatcher::wake()
{
    if (m_state != State::Running)
        return;
    m_recorder.retryNow();
    m_fanOut.poke();
    claimIn(m_sinceClaim.isValid() ? qMax<qint64>(0, claimRestMs - m_sinceClaim.elapsed()) : 0);
    pump();
}

void Dispatcher::poll()
{
    giveUpIfHopeless();
    release(m_sends.removeStuck());
    m_fanOut.poke();
    m_due = true;
    pump();
}

void Dispatcher::pump()
{
    sendWaiting();
    claimIfDue();
    finishDrain();
    checkIdle();
}

void Dispatcher::sendWaiting()
{
    // Its outcome could not be recorded.
    if (m_recorder.problem())
        return;
    QList<Lease> expired;
    while (const std::optional<ClaimedJob> job = m_sends.takeNext()) {
        if (m_leases.isSafe(job->leaseToken)) {
            send(*job);
            continue;
        }
        m_sends.slotFreed(*job, SlotEnd::Unsent);
        expired.append({job->id, job->leaseToken});
    }
    release(expired);
}

void Dispatcher::send(const ClaimedJob &job)
{
    auto *exchange =
        new Exchange(job,
                     ExchangeTools{*m_parts.resolver, m_transfers, m_prepared, m_proxy, *m_parts.clock,
                                   [this](const QUuid &token) { return m_leases.isSafe(token); }},
                     this);
    m_running.insert(job.leaseToken, exchange);
    connect(exchange, &Exchange::finished, this,
            [this, exchange](const ExchangeResult &result) { exchangeFinished(exchange, result); });
    exchange->start();
}

void Dispatcher::exchangeFinished(Exchange *exchange, const ExchangeResult &result)
{
    const ClaimedJob &job = exchange->job();
    const AttemptRecord attempt = judge(job, result, m_identity.id, m_parts.clock->now(), m_parts.random());
    m_running.remove(job.leaseToken);
    if (!job.isTest || !m_tests.contains(job.id))
        m_due = m_sends.slotFreed(job, slotEnd(result)) || m_due;
    m_network.attemptFinished(attempt);
    if (m_state != State::Running)
        m_network.letGo();
    exchange->deleteLater();
    pump();
}

void Dispatcher::recordAttempt(const AttemptRecord &attempt)
{
    m_recorder.add(attempt);
    m_meter.attemptFinished(attempt.result);
    m_journal.attemptFinished(attempt);
}

// Nothing was sent, and the receiver has no part in that: the job goes back as it was.
void Dispatcher::withdrawAttempt(const AttemptRecord &attempt)
{
    if (attempt.result.fault == Fault::Lease)
        leasesLost(1);
    if (const Reply<AttemptRecord> reply = m_tests.take(attempt.jobId))
        reply(fail(QStringLiteral("send a test event"), attempt.result.error));
    release({{attempt.jobId, attempt.leaseToken}});
}

void Dispatcher::troubleBegan(const QString &problem)
{
    m_journal.ownTroubleBegan(problem);
    release(m_sends.removeAllWaiting());
}

void Dispatcher::attemptsRecorded(const QList<AttemptRecord> &attempts, const RecordResult &result)
{
    databaseAnswered();
    recordingPassed(result);
    for (const EndpointJudgement &endpoint : result.endpoints)
        endpointJudged(endpoint);
    for (const AttemptRecord &attempt : attempts) {
        m_leases.drop(attempt.leaseToken);
        if (attempt.verdict == AttemptRecord::Verdict::Retry)
            claimIn(attempt.retryDelayMs);
        // The next of its stream was let go, or what waited behind the probe.
        m_due = m_due || !attempt.orderKey.isEmpty() || attempt.isProbe;
        if (const Reply<AttemptRecord> reply = m_tests.take(attempt.jobId))
            reply(attempt);
    }
    pump();
}

// What waits here for an endpoint that is not to be sent to goes back into the queue, with no attempt used
// up.
void Dispatcher::endpointJudged(const EndpointJudgement &endpoint)
{
    if (endpoint.breaker != Breaker::Closed || endpoint.disabled)
        release(m_sends.removeWaitingOf(endpoint.endpointId));
    if (endpoint.changed)
        m_journal.breakerMoved(endpoint.endpointId, breakerName(endpoint.breaker), endpoint.reason);
    if (endpoint.disabled)
        m_journal.endpointDisabled(endpoint.endpointId);
}

void Dispatcher::release(const QList<Lease> &leases)
{
    for (const Lease &lease : leases)
        m_leases.drop(lease.token);
    if (!leases.isEmpty())
        m_queue.release(leases, this, [this](const Result<int> &released) {
            if (!released)
                return databaseFailed(Act::release, released.error());
            databasePassed(Act::release);
        });
}

void Dispatcher::eventsPassed(const FanOutResult &result)
{
    databasePassed(Act::fanOut);
    m_meter.fannedOut(result.jobs);
    m_meter.putAside(result.skipped.size());
    for (const SkippedEvent &event : result.skipped)
        m_journal.eventPutAside(event);
    m_fanOutProblem = result.stopped;
    m_journal.fanOutProblem(result.stopped);
    m_due = m_due || result.jobs > 0;
    pump();
}

void Dispatcher::leasesLost(qint64 jobs)
{
    m_meter.leasesLost(jobs);
    m_journal.leasesLost(jobs);
}

void Dispatcher::setConcurrency(int concurrency)
{
    m_sends.setConcurrency(concurrency);
    m_due = true;
    pump();
}

void Dispatcher::rescue()
{
    m_queue.rescueExpired({m_identity, m_leases.tokens(), m_expiredOnce}, this,
                          [this](const Result<RescueResult> &result) { rescued(result); });
    m_queue.releaseStreams(this, [this](const Result<int> &released) {
        if (!released)
            return databaseFailed(Act::releaseStreams, released.error());
        databasePassed(Act::releaseStreams);
        if (*released > 0) {
            m_due = true;
            pump();
        }
    });
}

void Dispatcher::rescued(const Result<RescueResult> &result)
{
    // A sweep that failed has seen nothing.
    m_expiredOnce = result ? result->expiredOnce : QList<QUuid>();
    if (!result)
        return databaseFailed(Act::rescue, result.error());
    databasePassed(Act::rescue);
    m_meter.rescued(result->rescued);
    m_journal.rescued(result->rescued);
    for (const QString &reason : result->setAside)
        m_journal.jobSetAside(reason);
    if (result->rescued + result->released > 0) {
        m_due = true;
        pump();
    }
}

bool Dispatcher::isQuiet() const
{
    return m_state == State::Running && m_sends.held() == 0 && m_running.isEmpty() &&
           m_recorder.pending() == 0 && m_network.kept() == 0 && !m_claiming && !m_due && !m_databaseError &&
           m_troubles.isEmpty() && m_fanOut.isSettled();
}

void Dispatcher::checkIdle()
{
    if (!m_options.untilIdle || m_askingIdle || !isQuiet())
        return;
    m_askingIdle = true;
    m_queue.idleState(m_identity, this, [this](const Result<IdleState> &state) {
        m_askingIdle = false;
        if (!state)
            return databaseFailed(Act::lookForWork, state.error());
        databasePassed(Act::lookForWork);
        if (!state->fanOutReachedFence)
            m_fanOut.poke();
        else if (state->sendableSoon == 0 && isQuiet() && m_fanOutProblem.isEmpty())
            emit idle();
        else if (state->sendableSoon == 0 && isQuiet())
            emit gaveUp(Error{Error::Kind::Refused, QStringLiteral("fan-out"), m_fanOutProblem, {}, {}, -1});
    });
}

void Dispatcher::tellAsleep(bool asleep)
{
    if (m_asleep == asleep)
        return;
    m_asleep = asleep;
    beat();
}

void Dispatcher::beat()
{
    const Heartbeat pulse{m_asleep, int(m_running.size()), m_sends.concurrency()};
    m_queue.heartbeat(m_identity, pulse, this, [this, pulse](const Result<bool> &beaten) {
        if (!beaten)
            return databaseFailed(Act::heartbeat, beaten.error());
        databasePassed(Act::heartbeat);
        if (pulse.idle && !std::exchange(m_knownAsleep, true))
            wake(); // for what was inserted before producers could know
        else if (!pulse.idle)
            m_knownAsleep = false;
    });
}

} // namespace signalbox
