#include "tests/chaos/chaos_worker.h"

#include "tests/chaos/chaos_server.h"
#include "tests/cli/command_runner.h"

#include <QProcessEnvironment>

#include <csignal>
#include <sys/prctl.h>

namespace signalbox {

ChaosWorker::ChaosWorker(ChaosWorkerOptions options)
    : m_options(std::move(options))
{
}

ChaosWorker::~ChaosWorker()
{
    if (m_process && isRunning())
        kill();
}

void ChaosWorker::start()
{
    m_process = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("DATABASE_URL"), addressOf(m_options.database));
    m_process->setProcessEnvironment(environment);
    // Workers do not outlive a test that is killed.
    m_process->setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_process->setStandardErrorFile(m_options.logFile, QIODevice::Append);
    m_process->setStandardOutputFile(QProcess::nullDevice());
    m_process->start(qEnvironmentVariable("SIGNALBOX_EXECUTABLE", QStringLiteral(SIGNALBOX_EXECUTABLE)),
                     {"worker", "--concurrency", QString::number(m_options.concurrency), "--lease-seconds",
                      QString::number(m_options.leaseSeconds)});
    if (!m_process->waitForStarted())
        qFatal("the worker did not start: %s", qPrintable(m_process->errorString()));
    m_started.start();
    m_isFrozen = false;
}

void ChaosWorker::kill()
{
    m_process->kill();
    m_process->waitForFinished();
    m_isFrozen = false;
}

bool ChaosWorker::terminate(int timeoutMs)
{
    m_process->terminate();
    const bool ended = m_process->waitForFinished(timeoutMs);
    if (!ended)
        kill();
    return ended && m_process->exitStatus() == QProcess::NormalExit && m_process->exitCode() == 0;
}

void ChaosWorker::freeze()
{
    m_isFrozen = sendSignal(pid_t(process()), SIGSTOP);
}

void ChaosWorker::thaw()
{
    sendSignal(pid_t(process()), SIGCONT);
    m_isFrozen = false;
}

} // namespace signalbox
