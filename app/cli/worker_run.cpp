#include "app/cli/worker_run.h"

#include "app/cli/output.h"

#include <QCoreApplication>

namespace signalbox {

namespace {

constexpr int firstBackOffMs = 500;
constexpr int longestBackOffMs = 30'000;
constexpr int reviveEveryMs = 2'000;

} // namespace

WorkerRun::WorkerRun(const CommandDatabase &database, const DispatcherOptions &options)
    : m_database(database)
    , m_options(options)
    , m_service(m_queue, options)
    , m_retry(this)
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &WorkerRun::connectToDatabase);
    connect(&m_service, &DeliveryControl::statusChanged, this, &WorkerRun::statusChanged);
    connect(&m_service, &DeliveryService::idle, this, &WorkerRun::stop);
    connect(&m_service, &DeliveryService::gaveUp, this, [this](const Error &error) {
        printError(error);
        m_exitCode = 1;
        stop();
    });
}

void WorkerRun::begin()
{
    m_since.start();
    m_retry.start(0);
}

void WorkerRun::stop()
{
    if (std::exchange(m_isStopping, true))
        return;
    m_retry.stop();
    if (m_isStarted)
        m_service.stopWorker();
    else
        leave(m_exitCode);
}

void WorkerRun::connectToDatabase()
{
    const auto connection = m_database.connectMigrated(Access::ReadWrite);
    if (!connection && connection.error().kind == Error::Kind::Unavailable) {
        retryLater(connection.error());
        return;
    }
    if (!connection) {
        printError(connection.error());
        leave(1);
        return;
    }
    printMessage(QStringLiteral("worker: delivers from ") + m_database.settings().label());
    m_isStarted = true;
    m_queue.setTarget(m_database.settings());
    m_service.startWorker();
}

// The private cluster is nobody else's to start again. The dispatcher has a thread of its own and does not
// wait for this.
void WorkerRun::reviveCluster()
{
    if (m_sinceRevival.isValid() && !m_sinceRevival.hasExpired(reviveEveryMs))
        return;
    m_sinceRevival.start();
    if (const Done running = m_database.revive(); !running)
        printError(running.error());
}

// A server that is restarted, or comes up after us, is waited for; only --until-idle has to come to an end.
void WorkerRun::retryLater(const Error &error)
{
    if (m_options.untilIdle && m_since.hasExpired(m_options.giveUpMs)) {
        printError(error);
        leave(1);
        return;
    }
    reviveCluster();
    if (m_problem != error.line())
        printError(error);
    m_problem = error.line();
    m_backOffMs = qBound(firstBackOffMs, m_backOffMs * 2, longestBackOffMs);
    const qint64 left =
        m_options.untilIdle ? qMax<qint64>(1, m_options.giveUpMs - m_since.elapsed()) : longestBackOffMs;
    m_retry.start(int(qMin<qint64>(m_backOffMs, left)));
}

void WorkerRun::statusChanged(const WorkerStatus &status)
{
    if (!status.problem.isEmpty() && !m_isStopping)
        reviveCluster();
    if (!status.problem.isEmpty() && status.problem != m_problem)
        printMessage(QStringLiteral("worker: ") + status.problem);
    m_problem = status.problem;
    if (!m_isStopping || status.state != WorkerStatus::State::Stopped)
        return;
    printMessage(QStringLiteral("worker: %1 delivered, %2 failed, %3 jobs made from events")
                     .arg(status.delivered)
                     .arg(status.failed)
                     .arg(status.fannedOut));
    leave(m_exitCode);
}

void WorkerRun::leave(int exitCode)
{
    QCoreApplication::exit(exitCode);
}

} // namespace signalbox
