#include "tests/chaos/chaos_faults.h"

#include "tests/chaos/chaos_receiver.h"

#include <QTest>

#include <algorithm>
#include <csignal>

namespace signalbox {

namespace {

using Kind = ChaosFault::Kind;

constexpr int shortestGapMs = 500;
constexpr int longestGapMs = 2'500;
constexpr int retryMs = 100;
constexpr int drainLimitMs = 20'000; // 10 s to finish, 3 s for the last words, and a busy machine
constexpr qint64 farthestJumpMs = 2LL * 24 * 3600 * 1000;

ChaosFault begun(Kind kind, qint64 process = 0)
{
    return {kind, systemMicroseconds(), 0, process};
}

} // namespace

QString faultName(Kind kind)
{
    static const std::array<const char *, ChaosFault::kinds> names{
        "SIGKILL of a worker",       "SIGSTOP of a worker > lease",
        "SIGTERM of a worker",       "PostgreSQL restart, fast",
        "PostgreSQL restart, crash", "pg_terminate_backend of workers",
        "server stalled > lease",    "clock jump",
        "disk full > lease",         "queue locked > lease",
        "records sessions lost"};
    return QString::fromLatin1(names[std::size_t(kind)]);
}

ChaosFaults::ChaosFaults(quint32 seed, int leaseSeconds, Victims victims)
    : m_random(seed)
    , m_leaseMs(leaseSeconds * 1'000)
    , m_victims(victims)
{
    for (int kind = 0; kind < ChaosFault::kinds; ++kind)
        m_firstRound.push_back(Kind(kind));
    std::shuffle(m_firstRound.begin(), m_firstRound.end(), m_random);
    m_time.start();
    m_next = longestGapMs;
}

Kind ChaosFaults::nextKind()
{
    if (!m_firstRound.empty()) {
        const Kind kind = m_firstRound.back();
        m_firstRound.pop_back();
        return kind;
    }
    static const QList<Kind> weighted{Kind::Kill,          Kind::Kill,          Kind::Kill,
                                      Kind::Freeze,        Kind::Freeze,        Kind::Freeze,
                                      Kind::Drain,         Kind::RestartFast,   Kind::RestartImmediate,
                                      Kind::StallBackends, Kind::StallBackends, Kind::TerminateBackends,
                                      Kind::ClockJump,     Kind::ClockJump,     Kind::TerminateBackends,
                                      Kind::DiskFull,      Kind::LockQueue,     Kind::LoseRecords};
    return weighted[m_random.bounded(int(weighted.size()))];
}

int ChaosFaults::longerThanALease()
{
    return m_random.bounded(m_leaseMs * 6 / 5, m_leaseMs * 2);
}

void ChaosFaults::step()
{
    finishEndings(false);
    if (m_time.elapsed() < m_next)
        return;
    inject(nextKind());
    m_next = m_time.elapsed() + m_random.bounded(shortestGapMs, longestGapMs);
}

void ChaosFaults::calm()
{
    finishEndings(true);
    m_victims.postgres.start();
    for (ChaosWorker &worker : m_victims.workers) {
        if (!worker.isRunning())
            worker.start();
    }
}

void ChaosFaults::inject(Kind kind)
{
    ChaosWorker &worker = m_victims.workers[std::size_t(m_random.bounded(int(m_victims.workers.size())))];
    const bool isUp = worker.isRunning() && !worker.isFrozen();
    switch (kind) {
    case Kind::Kill:
        return isUp ? killWorker(worker, begun(kind, worker.process())) : void();
    case Kind::Freeze:
        return isUp ? freezeWorker(worker, begun(kind, worker.process())) : void();
    case Kind::Drain:
        return isUp && worker.isSettled() ? drainWorker(worker, begun(kind, worker.process())) : void();
    case Kind::RestartFast:
    case Kind::RestartImmediate:
        return restartServer(begun(kind));
    case Kind::TerminateBackends: {
        const ChaosFault fault = begun(kind);
        m_victims.database.terminateBackends();
        return finish(fault);
    }
    case Kind::StallBackends:
        return stallBackends(begun(kind));
    case Kind::ClockJump:
        return jumpClock();
    case Kind::DiskFull:
        return fillDisk(begun(kind));
    case Kind::LockQueue:
        return lockQueue(begun(kind));
    case Kind::LoseRecords: {
        const ChaosFault fault = begun(kind);
        m_victims.database.terminateRecorders();
        return finish(fault);
    }
    }
}

void ChaosFaults::killWorker(ChaosWorker &worker, ChaosFault fault)
{
    worker.kill();
    finish(fault);
    endBy(m_random.bounded(m_leaseMs), [&worker] { worker.start(); });
}

void ChaosFaults::freezeWorker(ChaosWorker &worker, ChaosFault fault)
{
    worker.freeze();
    endBy(longerThanALease(), [this, &worker, fault] {
        worker.thaw();
        finish(fault);
    });
}

void ChaosFaults::drainWorker(ChaosWorker &worker, ChaosFault fault)
{
    // What its sessions wait for must not be held back by us.
    finishEndings(true);
    if (!worker.terminate(drainLimitMs))
        m_complaints << QStringLiteral("a worker did not end in order after SIGTERM");
    finish(fault);
    worker.start();
}

void ChaosFaults::restartServer(ChaosFault fault)
{
    // A backend that is stopped would not see the server's end.
    finishEndings(true);
    if (fault.kind == Kind::RestartFast)
        m_victims.postgres.stopFast();
    else
        m_victims.postgres.stopImmediate();
    endBy(m_random.bounded(m_leaseMs), [this, fault] {
        m_victims.postgres.start();
        finish(fault);
    });
}

void ChaosFaults::stallBackends(ChaosFault fault)
{
    QList<qint64> backends = m_victims.database.workerBackends();
    std::shuffle(backends.begin(), backends.end(), m_random);
    backends = backends.mid(0, (backends.size() + 1) / 2);
    for (const qint64 backend : backends)
        sendSignal(pid_t(backend), SIGSTOP);
    // Meanwhile we ask the server for nothing: a backend that was stopped within PostgreSQL's own short locks
    // holds up every other one, beyond any statement_timeout.
    QTest::qWait(longerThanALease());
    for (const qint64 backend : backends)
        sendSignal(pid_t(backend), SIGCONT);
    finish(fault);
}

void ChaosFaults::jumpClock()
{
    const ChaosFault fault = begun(Kind::ClockJump);
    m_victims.clock.advanceMs(qint64(double(farthestJumpMs) * (2 * m_random.generateDouble() - 1)));
    finish(fault);
}

void ChaosFaults::fillDisk(ChaosFault fault)
{
    if (!m_victims.database.setFull(true))
        return;
    endBy(longerThanALease(), [this, fault] {
        m_victims.postgres.start();
        while (!m_victims.database.setFull(false))
            QTest::qWait(retryMs);
        finish(fault);
    });
}

void ChaosFaults::lockQueue(ChaosFault fault)
{
    const int ms = longerThanALease();
    m_victims.database.holdQueue([ms] { QTest::qWait(ms); });
    finish(fault);
}

void ChaosFaults::endBy(qint64 ms, std::function<void()> end)
{
    m_endings.push_back({m_time.elapsed() + ms, std::move(end)});
}

void ChaosFaults::finish(ChaosFault fault)
{
    fault.until = systemMicroseconds();
    m_faults.append(fault);
}

void ChaosFaults::finishEndings(bool all)
{
    const auto open =
        std::stable_partition(m_endings.begin(), m_endings.end(),
                              [this, all](const Ending &one) { return !all && one.due > m_time.elapsed(); });
    const std::vector<Ending> due(std::make_move_iterator(open), std::make_move_iterator(m_endings.end()));
    m_endings.erase(open, m_endings.end());
    for (const Ending &ending : due)
        ending.end();
}

} // namespace signalbox
