#include "app/cli/worker_run.h"

#include "app/core/version.h"
#include "app/platform/logging.h"
#include "app/platform/service_manager.h"

#include <QCoreApplication>

namespace signalbox {

namespace {

constexpr int firstBackOffMs = 500;
constexpr int longestBackOffMs = 30'000;
constexpr int reviveEveryMs = 2'000;
constexpr int tellEveryMs = 5'000;
// Beyond the drain limit, for what a drain still has to say to the database.
constexpr int lastWordsMs = 10'000;

DispatcherOptions optionsFrom(const CommandLine &line, const WorkerSettings &settings, const Proxy &proxy)
{
    DispatcherOptions options;
    options.concurrency = settings.concurrency;
    options.drainMs = settings.drainSeconds * 1'000;
    options.setLease(settings.leaseSeconds * 1'000);
    options.untilIdle = line.has(QStringLiteral("until-idle"));
    options.proxy = proxy;
    return options;
}

void log(LogLevel level, const char *message, const QList<LogField> &fields)
{
    writeEvent({level, QStringLiteral("worker"), QString::fromLatin1(message), fields});
}

void logError(const char *message, const Error &error)
{
    log(LogLevel::Error, message, {{QStringLiteral("error"), error.line()}});
}

QString statusText(const WorkerStatus &status)
{
    if (!status.problems.isEmpty())
        return status.problems.join(QStringLiteral("; "));
    return QStringLiteral("%1 in flight, %2 delivered, %3 failed, %4 a second")
        .arg(status.inFlight)
        .arg(status.delivered)
        .arg(status.failed)
        .arg(status.perSecond, 0, 'f', 1);
}

} // namespace

WorkerRun::WorkerRun(const CommandDatabase &database, const CommandLine &line, const WorkerSettings &settings,
                     const Proxy &proxy)
    : m_database(database)
    , m_line(line)
    , m_settings(settings)
    , m_options(optionsFrom(line, settings, proxy))
    , m_service(m_queue, m_options)
    , m_pulse(m_service)
    , m_retry(this)
{
    setLogContext({{QStringLiteral("worker"), m_service.identity().id.toString(QUuid::WithoutBraces)},
                   {QStringLiteral("host"), m_service.identity().host}});
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &WorkerRun::connectToDatabase);
    connect(&m_service, &DeliveryControl::statusChanged, this, &WorkerRun::statusChanged);
    connect(&m_service, &DeliveryService::reported, this, &WorkerRun::reported);
    connect(&m_service, &DeliveryService::logged, this, &writeEvent);
    connect(&m_service, &DeliveryService::idle, this, &WorkerRun::stop);
    connect(&m_service, &DeliveryService::gaveUp, this, [this](const Error &error) {
        logError("gave up", error);
        m_exitCode = 1;
        stop();
    });
}

Done WorkerRun::begin()
{
    m_since.start();
    if (m_settings.metricsListen) {
        auto metrics = WorkerMetrics::listen(*m_settings.metricsListen);
        if (!metrics)
            return fail(metrics.error());
        m_metrics = std::move(*metrics);
        m_metrics->store().setLimits({.stallMs = m_settings.stallSeconds * qint64(1'000)});
        connect(&m_pulse, &LoopPulse::answered, this, [this] { m_metrics->store().dispatcherAnswered(); });
        WorkerReport notYet;
        notYet.databaseAwayMs = 0;
        m_metrics->store().setReport(notYet);
        log(LogLevel::Info, "serves metrics", {{QStringLiteral("address"), m_metrics->address().text()}});
    }
    m_retry.start(0);
    return {};
}

void WorkerRun::stop()
{
    if (std::exchange(m_isStopping, true))
        return;
    m_retry.stop();
    serviceManager::stopping(m_settings.drainSeconds * qint64(1'000) + lastWordsMs,
                             QStringLiteral("finishes what is in flight"));
    if (m_isStarted)
        m_service.stopWorker();
    else
        leave(m_exitCode);
}

void WorkerRun::reload()
{
    if (m_isStopping)
        return;
    if (m_isStarted)
        serviceManager::reloading();
    if (!m_line.has(QStringLiteral("config")))
        log(LogLevel::Warning, "nothing to reload: no file of settings was named (--config)", {});
    else if (const auto settings = readWorkerSettings(m_line))
        apply(*settings);
    else
        logError("settings not reloaded, the former ones stay", settings.error());
    if (m_isStarted)
        serviceManager::ready(statusText(m_service.status()));
}

void WorkerRun::apply(const WorkerSettings &settings)
{
    const SettingsChange change = changeOf(m_settings, settings);
    const auto runningListener = m_settings.metricsListen;
    m_settings = settings;
    // What is not taken over is compared with again, and said again, at the next reload.
    m_settings.metricsListen = runningListener;
    m_service.setConcurrency(settings.concurrency);
    m_service.setDrainMs(settings.drainSeconds * 1'000);
    if (m_metrics)
        m_metrics->store().setLimits({.stallMs = settings.stallSeconds * qint64(1'000)});
    setLogLevel(settings.logLevel);
    setLogFormat(settings.logFormat);
    const QString none = QStringLiteral("nothing");
    const auto joined = [&none](const QStringList &list) { return list.isEmpty() ? none : list.join("; "); };
    log(LogLevel::Info, "settings reloaded",
        {{QStringLiteral("changed"), joined(change.applied)},
         {QStringLiteral("needs_restart"), joined(change.needsRestart)}});
}

void WorkerRun::connectToDatabase()
{
    const auto connection = m_database.connectMigrated(Access::ReadWrite);
    if (!connection && connection.error().kind == Error::Kind::Unavailable) {
        retryLater(connection.error());
        return;
    }
    if (!connection) {
        logError("cannot work here", connection.error());
        leave(1);
        return;
    }
    log(LogLevel::Info, "started",
        {{QStringLiteral("database"), m_database.settings().label()},
         {QStringLiteral("version"), QLatin1String(version)},
         {QStringLiteral("pid"), m_service.identity().pid},
         {QStringLiteral("concurrency"), m_settings.concurrency}});
    m_isStarted = true;
    m_queue.setTarget(m_database.settings());
    if (m_metrics)
        m_metrics->setTarget(m_database.settings());
    m_service.startWorker();
    serviceManager::ready(QStringLiteral("delivers from ") + m_database.settings().label());
}

// The private cluster is nobody else's to start again. The dispatcher has a thread of its own and does not
// wait for this.
void WorkerRun::reviveCluster()
{
    if (m_sinceRevival.isValid() && !m_sinceRevival.hasExpired(reviveEveryMs))
        return;
    m_sinceRevival.start();
    if (const Done running = m_database.revive(); !running)
        logError("the private cluster does not start", running.error());
}

// A server that is restarted, or comes up after us, is waited for; only --until-idle has to come to an end.
void WorkerRun::retryLater(const Error &error)
{
    if (m_options.untilIdle && m_since.hasExpired(m_options.giveUpMs)) {
        logError("gave up", error);
        leave(1);
        return;
    }
    reviveCluster();
    if (std::exchange(m_problem, error.line()) != error.line()) {
        logError("waits for the database", error);
        serviceManager::status(QStringLiteral("waits for the database: ") + error.line());
    }
    m_backOffMs = qBound(firstBackOffMs, m_backOffMs * 2, longestBackOffMs);
    const qint64 left =
        m_options.untilIdle ? qMax<qint64>(1, m_options.giveUpMs - m_since.elapsed()) : longestBackOffMs;
    m_retry.start(int(qMin<qint64>(m_backOffMs, left)));
}

void WorkerRun::statusChanged(const WorkerStatus &status)
{
    tellServiceManager(status);
    if (!m_isStopping || status.state != WorkerStatus::State::Stopped)
        return;
    log(LogLevel::Info, "stopped",
        {{QStringLiteral("delivered"), status.delivered},
         {QStringLiteral("failed"), status.failed},
         {QStringLiteral("jobs_from_events"), status.fannedOut},
         {QStringLiteral("unrecorded"), status.unrecorded}});
    if (status.unrecorded > 0) {
        log(LogLevel::Error, "stopped with attempts that are not on record: their jobs go out again",
            {{QStringLiteral("unrecorded"), status.unrecorded}});
        m_exitCode = 1;
    }
    leave(m_exitCode);
}

void WorkerRun::reported(const WorkerReport &report)
{
    if (m_metrics)
        m_metrics->store().setReport(report);
    if (report.databaseAwayMs && !m_isStopping)
        reviveCluster();
}

void WorkerRun::tellServiceManager(const WorkerStatus &status)
{
    if (m_isStopping || (m_sinceTold.isValid() && !m_sinceTold.hasExpired(tellEveryMs)))
        return;
    m_sinceTold.start();
    serviceManager::status(statusText(status));
}

void WorkerRun::leave(int exitCode)
{
    QCoreApplication::exit(exitCode);
}

} // namespace signalbox
