#include "app/database/pg_delivery_queue.h"
#include "app/delivery/delivery_service.h"
#include "tests/chaos/chaos_verdict.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

// Four workers (three processes, one in here whose clock jumps) share one queue, while receivers misbehave
// and workers, server and sessions are mistreated at random. Afterwards every job is accounted for.
//
//   test_chaos [--long] [--seed N] [--seconds N] [--jobs N]

using namespace signalbox;

namespace {

constexpr int tickMs = 100;
constexpr int lookEveryMs = 250;
constexpr int workerProcesses = 3;
constexpr int healthyPerTick = 4;
constexpr int hangingJobs = 3; ///< each
constexpr int untilTheyHangMs = 2'000;

struct Plan
{
    quint32 seed = 0;
    int seconds = 20; ///< of faults
    int jobs = 3'000;
    int events = 300;
    int hanging = 40;          ///< endpoints that never answer
    int neighbourSeconds = 3;  ///< of healthy jobs alone, and again beside those
    double neighbourLimit = 0; ///< not judged: a busy machine decides over so few
    int leaseSeconds = 4;
    int calmSeconds = 60; ///< at most, until everything has come to its end
};

/// Puts jobs in at an even pace, as far as the server lets it.
class Producer
{
public:
    Producer(ChaosDatabase &database, const Plan &plan)
        : m_database(database)
        , m_ticks(plan.seconds * 1'000 / tickMs)
        , m_jobsPerTick(qMax(1, plan.jobs / m_ticks))
        , m_eventsPerTick(qMax(1, plan.events / m_ticks))
    {
    }

    void step()
    {
        if (m_ticks > 0 && m_database.produce(m_jobsPerTick, m_eventsPerTick))
            --m_ticks;
    }
    bool isDone() const { return m_ticks == 0; }

private:
    ChaosDatabase &m_database;
    int m_ticks;
    int m_jobsPerTick;
    int m_eventsPerTick;
};

/// The fourth worker, in this process, because only here its clock can jump.
class ClockedWorker
{
public:
    ClockedWorker(const ConnectionSettings &settings, int leaseSeconds)
        : clock(std::make_shared<FakeClock>(QDateTime::currentSecsSinceEpoch()))
    {
        m_queue.setTarget(settings);
        DispatcherOptions options;
        options.concurrency = 8;
        options.setLease(leaseSeconds * 1'000);
        DispatcherParts parts = DispatcherParts::system();
        parts.clock = clock;
        m_service = std::make_unique<DeliveryService>(m_queue, options, std::move(parts));
        m_service->startWorker();
    }

    bool stop()
    {
        m_service->stopWorker();
        return QTest::qWaitFor([this] { return m_service->status().state == WorkerStatus::State::Stopped; },
                               20'000);
    }

    std::shared_ptr<FakeClock> clock;

private:
    PgDeliveryQueue m_queue;
    std::unique_ptr<DeliveryService> m_service;
};

bool everythingEnded(ChaosDatabase &database, int seconds)
{
    QElapsedTimer time;
    time.start();
    while (database.unfinished() != 0 || database.unfinishedEvents() != 0) {
        if (time.hasExpired(seconds * 1'000))
            return false;
        QTest::qWait(lookEveryMs);
    }
    return true;
}

void timeHealthyJobs(ChaosDatabase &database, const QString &type, int seconds)
{
    for (int tick = 0; tick < seconds * 1'000 / tickMs; ++tick) {
        database.produceHealthy(type, healthyPerTick);
        QTest::qWait(tickMs);
    }
}

// While nothing is mistreated: what healthy endpoints pay for others that never answer.
void runNeighbours(const Plan &plan, ChaosDatabase &database)
{
    database.produceHealthy(QStringLiteral("chaos.first"), healthyPerTick);
    (void)everythingEnded(database, plan.calmSeconds);
    timeHealthyJobs(database, typeAlone, plan.neighbourSeconds);
    database.produceHanging(hangingJobs);
    QTest::qWait(untilTheyHangMs);
    timeHealthyJobs(database, typeBeside, plan.neighbourSeconds);
}

void runFaults(const Plan &plan, ChaosDatabase &database, ChaosFaults &faults)
{
    Producer producer(database, plan);
    QElapsedTimer time;
    time.start();
    while (!time.hasExpired(plan.seconds * 1'000)) {
        producer.step();
        faults.step();
        QTest::qWait(tickMs);
    }
    faults.calm();
    while (!producer.isDone())
        producer.step();
}

std::vector<ChaosWorker> startedWorkers(const ChaosDatabase &database, const Plan &plan, const QDir &logs)
{
    std::vector<ChaosWorker> workers;
    for (int i = 1; i <= workerProcesses; ++i) {
        workers.emplace_back(ChaosWorkerOptions{database.settings(), plan.leaseSeconds, 16,
                                                logs.filePath(QStringLiteral("worker-%1.log").arg(i))});
        workers.back().start();
    }
    return workers;
}

int report(const ChaosVerdict &verdict, quint32 seed)
{
    std::printf("\n");
    for (const auto &[name, figure] : verdict.figures)
        std::printf("%-42s %10lld\n", qPrintable(name), static_cast<long long>(figure));
    for (const QString &complaint : verdict.complaints)
        std::printf("  %s\n", qPrintable(complaint));
    std::printf("%s (seed %u)\n", verdict.complaints.isEmpty() ? "passed" : "FAILED", seed);
    std::fflush(stdout);
    return verdict.complaints.isEmpty() ? 0 : 1;
}

int run(const Plan &plan)
{
    QTemporaryDir logs;
    ChaosReceiver receiver(plan.seed);
    ChaosPostgres postgres;
    ChaosDatabase database(receiver, plan.hanging);
    std::vector<ChaosWorker> workers = startedWorkers(database, plan, QDir(logs.path()));
    ClockedWorker clocked(database.settings(), plan.leaseSeconds);

    runNeighbours(plan, database);
    ChaosFaults faults(plan.seed, plan.leaseSeconds, {database, postgres, workers, *clocked.clock});
    runFaults(plan, database, faults);
    QStringList complaints = faults.complaints();
    if (!everythingEnded(database, plan.calmSeconds))
        complaints << QStringLiteral("not everything came to its end within %1 s").arg(plan.calmSeconds);
    if (!clocked.stop())
        complaints << QStringLiteral("the worker in the process did not stop");
    for (ChaosWorker &worker : workers) {
        if (!worker.terminate(20'000))
            complaints << QStringLiteral("a worker did not end in order after SIGTERM");
    }
    ChaosVerdict verdict = judge({faults.faults(), receiver.requests(), database.fates(),
                                  database.jobsExpected(), plan.leaseSeconds * 1'000, plan.neighbourLimit});
    verdict.complaints = complaints + verdict.complaints;
    const int exitCode = report(verdict, plan.seed);
    if (exitCode != 0) {
        logs.setAutoRemove(false);
        std::printf("what the workers said: %s\n", qPrintable(logs.path()));
    }
    return exitCode;
}

Plan planOf(const QCoreApplication &application)
{
    QCommandLineParser parser;
    const QCommandLineOption seed("seed", "repeats the sequence of faults", "N");
    const QCommandLineOption seconds("seconds", "how long faults are injected", "N");
    const QCommandLineOption jobs("jobs", "how many jobs are put in", "N");
    const QCommandLineOption longForm("long", "five minutes of faults, 40,000 jobs");
    parser.addHelpOption();
    parser.addOptions({seed, seconds, jobs, longForm});
    parser.process(application);
    Plan plan;
    if (parser.isSet(longForm)) {
        plan.seconds = 300;
        plan.jobs = 40'000;
        plan.events = 4'000;
        plan.calmSeconds = 180;
        plan.hanging = 200;
        plan.neighbourSeconds = 20;
        plan.neighbourLimit = 1.5;
    }
    plan.seed = parser.isSet(seed) ? parser.value(seed).toUInt() : QRandomGenerator::global()->generate();
    plan.seconds = parser.isSet(seconds) ? parser.value(seconds).toInt() : plan.seconds;
    plan.jobs = parser.isSet(jobs) ? parser.value(jobs).toInt() : plan.jobs;
    return plan;
}

} // namespace

int main(int count, char **arguments)
{
    QCoreApplication application(count, arguments);
    const Plan plan = planOf(application);
    std::printf("chaos: seed %u, %d jobs and %d events within %d s, leases of %d s\n", plan.seed, plan.jobs,
                plan.events, plan.seconds, plan.leaseSeconds);
    std::fflush(stdout);
    return run(plan);
}
