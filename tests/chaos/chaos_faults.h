#pragma once

#include "tests/chaos/chaos_database.h"
#include "tests/chaos/chaos_server.h"
#include "tests/chaos/chaos_worker.h"
#include "tests/support/fake_clock.h"

#include <QElapsedTimer>
#include <QRandomGenerator>

#include <array>
#include <functional>
#include <vector>

namespace signalbox {

/// One injected fault.
struct ChaosFault
{
    enum class Kind {
        Kill,              ///< SIGKILL of a worker
        Freeze,            ///< SIGSTOP of a worker for longer than a lease, then SIGCONT
        Drain,             ///< SIGTERM of a worker
        RestartFast,       ///< PostgreSQL stopped in order, away for a while
        RestartImmediate,  ///< PostgreSQL stopped as by a crash, away for a while
        TerminateBackends, ///< pg_terminate_backend of half of the workers' sessions
        StallBackends,     ///< SIGSTOP of workers' backends for longer than a lease: a server that hangs
        ClockJump,         ///< the in-process worker's clock jumps, up to two days either way
        DiskFull,          ///< attempts are refused with SQLSTATE 53100 for longer than a lease
        LockQueue,         ///< webhook_jobs is locked for longer than a lease
        LoseRecords        ///< the sessions that record are ended, and no other
    };
    static constexpr int kinds = 11;

    Kind kind = Kind::Kill;
    qint64 from = 0; ///< microseconds of the system's clock
    qint64 until = 0;
    qint64 process = 0; ///< the worker concerned, 0: all of them
};

QString faultName(ChaosFault::Kind kind);

/// Injects faults at random: each kind once, in random order, then by weight. The sequence repeats with the
/// seed; what the workers are doing at that moment does not.
class ChaosFaults
{
public:
    /// What is mistreated; outlives the faults.
    struct Victims
    {
        ChaosDatabase &database;
        ChaosPostgres &postgres;
        std::vector<ChaosWorker> &workers;
        FakeClock &clock;
    };

    ChaosFaults(quint32 seed, int leaseSeconds, Victims victims);

    /// Ends what is due to end, and begins a fault when it is time for one. Blocks while PostgreSQL
    /// stops, restarts or is stalled.
    void step();
    /// Ends everything: all workers run, and the server too.
    void calm();

    const QList<ChaosFault> &faults() const { return m_faults; }
    const QStringList &complaints() const { return m_complaints; }

private:
    struct Ending
    {
        qint64 due = 0; ///< by m_time
        std::function<void()> end;
    };

    void inject(ChaosFault::Kind kind);
    void killWorker(ChaosWorker &worker, ChaosFault fault);
    void freezeWorker(ChaosWorker &worker, ChaosFault fault);
    void drainWorker(ChaosWorker &worker, ChaosFault fault);
    void restartServer(ChaosFault fault);
    void stallBackends(ChaosFault fault);
    void jumpClock();
    void fillDisk(ChaosFault fault);
    void lockQueue(ChaosFault fault);
    void endBy(qint64 ms, std::function<void()> end);
    void finish(ChaosFault fault);
    void finishEndings(bool all);
    int longerThanALease();
    ChaosFault::Kind nextKind();

    QRandomGenerator m_random;
    int m_leaseMs;
    Victims m_victims;
    QElapsedTimer m_time;
    qint64 m_next = 0;
    std::vector<ChaosFault::Kind> m_firstRound;
    std::vector<Ending> m_endings;
    QList<ChaosFault> m_faults;
    QStringList m_complaints;
};

} // namespace signalbox
