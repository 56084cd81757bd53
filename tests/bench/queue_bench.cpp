// The queue's side of a delivery without the network: claims and records through the worker's own code, on
// one connection, as fast as the server answers or at a steady rate.

#include "app/core/delivery_queue.h"
#include "app/core/time_ordered_uuid.h"
#include "app/database/attempt_statements.h"
#include "app/database/claim_statement.h"
#include "app/database/delivery_statements.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QHash>
#include <QSysInfo>
#include <QThread>

#include <algorithm>
#include <cstdio>
#include <vector>

using namespace signalbox;

namespace {

// A producer that runs beside may fall behind; without one this is the end.
constexpr int emptyClaims = 100;
constexpr unsigned long emptyPauseMs = 20;

/// release: jobs are claimed and given back, so that the queue stays as long as it was.
/// record: they are claimed and recorded as delivered.
enum class Act { Release, Record };

struct BenchOptions
{
    ConnectionSettings target;
    Act act = Act::Record;
    int jobs = 0;
    int batch = 0;
    int slotsPerEndpoint = 0;
    int ratePerSecond = 0; ///< 0: no limit
};

struct Figures
{
    std::vector<double> claimMs;
    std::vector<double> secondMs; ///< release or record
    int jobs = 0;
    double seconds = 0;
};

double median(std::vector<double> values)
{
    if (values.empty())
        return 0;
    const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

AttemptRecord delivered(const ClaimedJob &job, const QUuid &worker)
{
    AttemptRecord attempt;
    attempt.deliveryId = timeOrderedUuid(QDateTime::currentDateTimeUtc());
    attempt.jobId = job.id;
    attempt.leaseToken = job.leaseToken;
    attempt.workerId = worker;
    attempt.endpointId = job.endpointId;
    attempt.url = job.url;
    attempt.eventType = job.eventType;
    attempt.verdict = AttemptRecord::Verdict::Completed;
    ExchangeResult &result = attempt.result;
    result.outcome = Outcome::Answered;
    result.statusCode = 200;
    result.responseBody = "ok";
    result.durationMs = 12;
    result.requestHeaders = {{QStringLiteral("Content-Type"), QStringLiteral("application/json")},
                             {QStringLiteral("User-Agent"), QStringLiteral("Signalbox/bench")},
                             {QStringLiteral("webhook-id"), job.id.toString(QUuid::WithoutBraces)},
                             {QStringLiteral("webhook-timestamp"), QStringLiteral("1764000000")},
                             {QStringLiteral("webhook-signature"), QStringLiteral("***")}};
    result.responseHeaders = {{QStringLiteral("Server"), QStringLiteral("nginx/1.22.1")},
                              {QStringLiteral("Date"), QStringLiteral("Tue, 24 Nov 2026 08:00:00 GMT")},
                              {QStringLiteral("Content-Type"), QStringLiteral("text/plain")},
                              {QStringLiteral("Content-Length"), QStringLiteral("2")},
                              {QStringLiteral("Connection"), QStringLiteral("keep-alive")}};
    return attempt;
}

Done giveBack(PgConnection &connection, const QList<ClaimedJob> &jobs)
{
    QList<Lease> leases;
    for (const ClaimedJob &job : jobs)
        leases.append({job.id, job.leaseToken});
    if (const auto released = releaseLeases(connection, leases); !released)
        return fail(released.error());
    return {};
}

Done record(PgConnection &connection, const QList<ClaimedJob> &jobs, const QUuid &worker)
{
    QList<AttemptRecord> attempts;
    for (const ClaimedJob &job : jobs)
        attempts.append(delivered(job, worker));
    if (const auto recorded = recordAttempts(connection, attempts); !recorded)
        return fail(recorded.error());
    return {};
}

// Sleeping in slices of the schedule keeps the average at the rate, whatever a batch takes.
void keepRate(const BenchOptions &options, int jobs, const QElapsedTimer &since)
{
    if (options.ratePerSecond <= 0)
        return;
    const qint64 due = qint64(jobs) * 1000 / options.ratePerSecond;
    if (due > since.elapsed())
        QThread::msleep(static_cast<unsigned long>(due - since.elapsed()));
}

Result<Figures> run(PgConnection &connection, const BenchOptions &options)
{
    const WorkerIdentity worker{QUuid::createUuid(), QSysInfo::machineHostName(),
                                QCoreApplication::applicationPid(), QStringLiteral("bench")};
    Figures figures;
    int empty = 0; // in a row
    QElapsedTimer whole;
    whole.start();
    while (figures.jobs < options.jobs) {
        const int limit = std::min(options.batch, options.jobs - figures.jobs);
        QElapsedTimer step;
        step.start();
        ClaimRequest request;
        request.worker = worker;
        request.limit = limit;
        request.freshPlaces = options.slotsPerEndpoint;
        const auto claim = claimJobs(connection, request);
        if (!claim)
            return fail(claim.error());
        const double claimMs = double(step.nsecsElapsed()) / 1e6;
        if (claim->isEmpty()) {
            if (++empty > emptyClaims)
                break;
            QThread::msleep(emptyPauseMs);
            continue;
        }
        empty = 0;
        figures.claimMs.push_back(claimMs);
        step.start();
        const Done second =
            options.act == Act::Record ? record(connection, *claim, worker.id) : giveBack(connection, *claim);
        if (!second)
            return fail(second.error());
        figures.secondMs.push_back(double(step.nsecsElapsed()) / 1e6);
        figures.jobs += int(claim->size());
        keepRate(options, figures.jobs, whole);
    }
    figures.seconds = double(whole.nsecsElapsed()) / 1e9;
    return figures;
}

Result<BenchOptions> readOptions(const QCoreApplication &application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Claims and records jobs through the worker's code."));
    parser.addHelpOption();
    const auto option = [&parser](const char *name, const char *text, const char *value) {
        const QCommandLineOption made(QLatin1String(name), QLatin1String(text), QStringLiteral("VALUE"),
                                      QLatin1String(value));
        parser.addOption(made);
        return made;
    };
    const auto database = option("db", "libpq URI", "");
    const auto act = option("act", "release or record", "record");
    const auto jobs = option("jobs", "jobs in all; ends early when none is due", "10000");
    const auto batch = option("batch", "jobs a claim", "64");
    const auto slots_ = option("slots", "jobs of one endpoint a claim", "32");
    const auto rate = option("rate", "jobs a second at most; 0: no limit", "0");
    parser.process(application);

    const auto target = ConnectionSettings::fromUri(parser.value(database));
    if (!target)
        return fail(target.error());
    return BenchOptions{*target,
                        parser.value(act) == QLatin1String("release") ? Act::Release : Act::Record,
                        parser.value(jobs).toInt(),
                        std::max(1, parser.value(batch).toInt()),
                        std::max(1, parser.value(slots_).toInt()),
                        parser.value(rate).toInt()};
}

int complain(const Error &error)
{
    std::fprintf(stderr, "queue_bench: %s\n", qPrintable(error.line()));
    return 1;
}

} // namespace

/// Prints jobs, jobs a second, and the medians in ms of a claim and of a release or record, tab-separated.
int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    const auto options = readOptions(application);
    if (!options)
        return complain(options.error());
    SessionOptions session;
    session.plans = Plans::Kept; // as a worker has it
    const auto connection = PgConnection::open(options->target, session);
    if (!connection)
        return complain(connection.error());
    const auto figures = run(**connection, *options);
    if (!figures)
        return complain(figures.error());
    std::printf("%d\t%.1f\t%.3f\t%.3f\n", figures->jobs, figures->jobs / figures->seconds,
                median(figures->claimMs), median(figures->secondMs));
    return 0;
}
