#pragma once

#include "app/database/connection_settings.h"

#include <QElapsedTimer>
#include <QProcess>

#include <memory>

namespace signalbox {

struct ChaosWorkerOptions
{
    ConnectionSettings database;
    int leaseSeconds = 4;
    int concurrency = 16;
    QString logFile;
};

/// One worker process: the real executable, killed and started again.
class ChaosWorker
{
public:
    explicit ChaosWorker(ChaosWorkerOptions options);
    ~ChaosWorker();
    ChaosWorker(ChaosWorker &&) = default;

    void start();
    qint64 process() const { return m_process->processId(); }
    bool isRunning() const { return m_process->state() != QProcess::NotRunning; }
    /// Long enough under way to have its signal handlers.
    bool isSettled() const { return isRunning() && m_started.hasExpired(3'000); }
    void kill();
    /// SIGTERM; false unless it ends with exit code 0 within the time.
    bool terminate(int timeoutMs);
    /// SIGSTOP and SIGCONT.
    void freeze();
    void thaw();
    bool isFrozen() const { return m_isFrozen; }

private:
    ChaosWorkerOptions m_options;
    std::unique_ptr<QProcess> m_process;
    QElapsedTimer m_started;
    bool m_isFrozen = false;
};

} // namespace signalbox
