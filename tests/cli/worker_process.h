#pragma once

#include "tests/cli/command_runner.h"
#include "tests/support/loopback_receiver.h"

#include <QByteArray>
#include <QList>

#include <memory>
#include <nlohmann/json.hpp>

namespace signalbox {

/// A running `signalbox worker --log-format json` and what it has said so far.
class WorkerProcess
{
public:
    WorkerProcess(const CommandRunner &runner, const QStringList &arguments);
    ~WorkerProcess();

    QProcess &process() { return *m_process; }
    void sendSignal(int number);
    /// The lines that say this, as objects; ends the test program's trust in a line that is no JSON: those
    /// come back from brokenLines().
    QList<nlohmann::json> said(const std::string &message);
    QByteArray everything();
    QList<QByteArray> brokenLines();
    /// Waits for its end: the exit code, -1 when it was killed.
    int wait(int timeoutMs = 120'000);

private:
    std::unique_ptr<QProcess> m_process;
    QByteArray m_text;
};

/// Adds endpoint ep_1 on the receiver.
bool addEndpoint(const CommandRunner &runner, const LoopbackReceiver &receiver);
/// Appends one event per line of JSON.
bool appendEvents(const CommandRunner &runner, const QByteArray &lines);

} // namespace signalbox
