#include "tests/cli/worker_process.h"

#include <QSignalSpy>

#include <csignal>

namespace signalbox {

WorkerProcess::WorkerProcess(const CommandRunner &runner, const QStringList &arguments)
    : m_process(runner.start(QStringList{"worker", "--log-format", "json"} + arguments))
{
}

WorkerProcess::~WorkerProcess()
{
    if (m_process->state() == QProcess::NotRunning)
        return;
    m_process->kill();
    m_process->waitForFinished();
}

void WorkerProcess::sendSignal(int number)
{
    ::kill(pid_t(m_process->processId()), number);
}

QByteArray WorkerProcess::everything()
{
    m_text += m_process->readAllStandardError();
    return m_text;
}

QList<nlohmann::json> WorkerProcess::said(const std::string &message)
{
    QList<nlohmann::json> lines;
    for (const QByteArray &line : everything().split('\n')) {
        const auto object = nlohmann::json::parse(line.toStdString(), nullptr, false);
        if (object.is_object() && object.value("message", "") == message)
            lines.append(object);
    }
    return lines;
}

QList<QByteArray> WorkerProcess::brokenLines()
{
    QList<QByteArray> broken;
    for (const QByteArray &line : everything().split('\n')) {
        if (!line.isEmpty() && !nlohmann::json::parse(line.toStdString(), nullptr, false).is_object())
            broken.append(line);
    }
    return broken;
}

int WorkerProcess::wait(int timeoutMs)
{
    QSignalSpy finished(m_process.get(), &QProcess::finished);
    if (m_process->state() != QProcess::NotRunning && !finished.wait(timeoutMs))
        return -1;
    everything();
    return m_process->exitStatus() == QProcess::NormalExit ? m_process->exitCode() : -1;
}

bool addEndpoint(const CommandRunner &runner, const LoopbackReceiver &receiver)
{
    return runner.run({"endpoint", "add", "--id", "ep_1", "--url", receiver.url(), "--allow-private-network"})
               .exitCode == 0;
}

bool appendEvents(const CommandRunner &runner, const QByteArray &lines)
{
    return runner.run({"append", "--stream", "s", "--type", "user.created.v1", "--lines", "-"}, lines)
               .exitCode == 0;
}

} // namespace signalbox
