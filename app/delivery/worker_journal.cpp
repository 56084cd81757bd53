#include "app/delivery/worker_journal.h"

#include "app/core/sql_state.h"

namespace signalbox {

namespace {

// Errors may quote a peer.
constexpr qsizetype longestError = 300;
constexpr int steadyAgainMs = 2'000;

QString withoutBraces(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

QList<LogField> attemptFields(const AttemptRecord &attempt)
{
    QList<LogField> fields{{QStringLiteral("endpoint"), attempt.endpointId},
                           {QStringLiteral("job"), withoutBraces(attempt.jobId)},
                           {QStringLiteral("attempt"), attempt.attempt},
                           {QStringLiteral("outcome"), outcomeName(attempt.result.outcome)},
                           {QStringLiteral("duration_ms"), attempt.result.durationMs}};
    if (attempt.result.statusCode)
        fields.append({QStringLiteral("status_code"), *attempt.result.statusCode});
    if (!attempt.result.error.isEmpty())
        fields.append({QStringLiteral("error"), attempt.result.error.left(longestError)});
    if (attempt.isTest)
        fields.append({QStringLiteral("test"), true});
    return fields;
}

} // namespace

WorkerJournal::WorkerJournal(int foldMs, QObject *parent)
    : QObject(parent)
    , m_foldTimer(this)
    , m_backTimer(this)
{
    m_backTimer.setSingleShot(true);
    m_backTimer.setInterval(steadyAgainMs);
    connect(&m_backTimer, &QTimer::timeout, this, &WorkerJournal::sayBack);
    m_foldTimer.setSingleShot(true);
    m_foldTimer.setInterval(foldMs);
    connect(&m_foldTimer, &QTimer::timeout, this, &WorkerJournal::summarise);
}

void WorkerJournal::attemptFinished(const AttemptRecord &attempt)
{
    if (attempt.verdict == AttemptRecord::Verdict::Completed)
        return;
    if (m_fold.isEmpty() && !m_foldTimer.isActive()) {
        m_foldTimer.start();
        m_foldSince.start();
    }
    if (m_fold.admits(attempt.endpointId))
        log(LogLevel::Warning, "delivery", "attempt failed", attemptFields(attempt));
}

void WorkerJournal::summarise()
{
    if (const qint64 refused = m_refusals.takeFolded(); refused > 0)
        log(LogLevel::Error, "record", "more outcomes were refused, not listed one by one",
            {{QStringLiteral("folded"), refused}, {QStringLiteral("period_ms"), m_foldSince.elapsed()}});
    const qint64 folded = m_fold.takeFolded();
    if (folded > 0)
        log(LogLevel::Warning, "delivery", "more attempts failed, not listed one by one",
            {{QStringLiteral("folded"), folded}, {QStringLiteral("period_ms"), m_foldSince.elapsed()}});
}

void WorkerJournal::leasesLost(qint64 jobs)
{
    if (jobs > 0)
        log(LogLevel::Warning, "lease", "leases lost: somebody else moved the jobs",
            {{QStringLiteral("jobs"), jobs}});
}

void WorkerJournal::rescued(qint64 jobs)
{
    if (jobs > 0)
        log(LogLevel::Warning, "lease", "jobs rescued from a worker that vanished",
            {{QStringLiteral("jobs"), jobs}});
}

bool WorkerJournal::databaseLost(const Error &error)
{
    m_backTimer.stop();
    if (m_awaySince.isValid())
        return false;
    m_awaySince.start();
    log(LogLevel::Error, "database", "database lost", {{QStringLiteral("error"), error.line()}});
    return true;
}

void WorkerJournal::databaseBack()
{
    m_backTimer.start();
}

void WorkerJournal::sayBack()
{
    log(LogLevel::Info, "database", "database back",
        {{QStringLiteral("away_ms"), m_awaySince.elapsed() - steadyAgainMs}});
    m_awaySince.invalidate();
}

void WorkerJournal::recordingFailed(const Error &error, qint64 unrecorded)
{
    // Not the text: it may name another row each time.
    const QString problem = error.sqlState.isEmpty() ? error.line() : error.sqlState;
    if (m_recordingProblem.isEmpty())
        m_recordingSince.start();
    if (std::exchange(m_recordingProblem, problem) == problem)
        return;
    log(LogLevel::Error, "record", "attempts cannot be recorded: nothing more is sent until they can",
        {{QStringLiteral("unrecorded"), unrecorded},
         {QStringLiteral("sqlstate"), error.sqlState},
         {QStringLiteral("error"), briefLine(error)}});
}

void WorkerJournal::recordingBack()
{
    if (std::exchange(m_recordingProblem, {}).isEmpty())
        return;
    log(LogLevel::Info, "record", "attempts are recorded again",
        {{QStringLiteral("away_ms"), m_recordingSince.elapsed()}});
}

void WorkerJournal::recordRefused(const RefusedRecord &refused)
{
    const char *kept = refused.kept == RefusedRecord::Kept::Reduced ? "a row without what the receiver said"
                       : refused.kept == RefusedRecord::Kept::Job   ? "the job's state, no row"
                                                                    : "nothing";
    if (m_refusals.isEmpty() && !m_foldTimer.isActive()) {
        m_foldTimer.start();
        m_foldSince.start();
    }
    if (m_refusals.admits(refused.endpointId))
        log(LogLevel::Error, "record", "an outcome was refused",
            {{QStringLiteral("endpoint"), refused.endpointId},
             {QStringLiteral("job"), withoutBraces(refused.jobId)},
             {QStringLiteral("kept"), QLatin1String(kept)},
             {QStringLiteral("error"), refused.reason.left(longestError)}});
}

void WorkerJournal::jobSetAside(const QString &reason)
{
    log(LogLevel::Error, "queue", "a job could not be handled and failed by itself",
        {{QStringLiteral("error"), reason.left(longestError)}});
}

void WorkerJournal::statementFailed(const Error &error)
{
    log(LogLevel::Error, "database", "the database answered with an error",
        {{QStringLiteral("act"), error.what},
         {QStringLiteral("sqlstate"), error.sqlState},
         {QStringLiteral("error"), briefLine(error)}});
}

void WorkerJournal::statementPassed(const QString &act)
{
    log(LogLevel::Info, "database", "the database does it again", {{QStringLiteral("act"), act}});
}

void WorkerJournal::fanOutProblem(const QString &problem)
{
    if (problem == m_fanOutProblem)
        return;
    m_fanOutProblem = problem;
    if (problem.isEmpty())
        log(LogLevel::Info, "fan-out", "fan-out moves again", {});
    else
        log(LogLevel::Error, "fan-out", "fan-out stands still", {{QStringLiteral("error"), problem}});
}

void WorkerJournal::eventPutAside(const SkippedEvent &event)
{
    log(LogLevel::Error, "fan-out", "event put aside: no job was made of it",
        {{QStringLiteral("event"), event.eventId},
         {QStringLiteral("endpoint"), event.endpointId},
         {QStringLiteral("sqlstate"), event.sqlState},
         {QStringLiteral("reason"), event.reason.left(longestError)}});
}

void WorkerJournal::breakerMoved(const QString &endpointId, const QString &to, const QString &reason)
{
    log(to == QLatin1String("closed") ? LogLevel::Info : LogLevel::Warning, "breaker",
        "circuit breaker changed",
        {{QStringLiteral("endpoint"), endpointId},
         {QStringLiteral("to"), to},
         {QStringLiteral("reason"), reason.left(longestError)}});
}

void WorkerJournal::endpointDisabled(const QString &endpointId)
{
    log(LogLevel::Warning, "endpoint", "endpoint disabled after days of nothing but failures",
        {{QStringLiteral("endpoint"), endpointId}});
}

void WorkerJournal::ownTroubleBegan(const QString &problem)
{
    log(LogLevel::Error, "network", "own trouble: no jobs are taken until it is over",
        {{QStringLiteral("error"), problem.left(longestError)}});
}

void WorkerJournal::ownTroubleEnded(qint64 lastedMs)
{
    log(LogLevel::Info, "network", "own trouble is over", {{QStringLiteral("duration_ms"), lastedMs}});
}

void WorkerJournal::concurrencyBounded(int concurrency, int sockets)
{
    log(LogLevel::Warning, "network", "fewer requests at once: the limit on open files allows no more",
        {{QStringLiteral("concurrency"), concurrency}, {QStringLiteral("most"), sockets}});
}

void WorkerJournal::drainBegan(qint64 inFlight, qint64 released, int limitMs)
{
    m_drainSince.start();
    log(LogLevel::Info, "drain", "drain began",
        {{QStringLiteral("in_flight"), inFlight},
         {QStringLiteral("released"), released},
         {QStringLiteral("limit_ms"), limitMs}});
}

void WorkerJournal::drainLimitReached(qint64 released)
{
    log(LogLevel::Warning, "drain", "drain limit reached: requests cut, their jobs given back",
        {{QStringLiteral("released"), released}});
}

void WorkerJournal::drainEnded(qint64 unrecorded)
{
    m_foldTimer.stop();
    summarise();
    log(unrecorded > 0 ? LogLevel::Error : LogLevel::Info, "drain", "drain ended",
        {{QStringLiteral("duration_ms"), m_drainSince.isValid() ? m_drainSince.elapsed() : 0},
         {QStringLiteral("unrecorded"), unrecorded}});
}

void WorkerJournal::log(LogLevel level, const char *component, const char *message,
                        const QList<LogField> &fields)
{
    emit logged({level, QLatin1String(component), QLatin1String(message), fields});
}

} // namespace signalbox
