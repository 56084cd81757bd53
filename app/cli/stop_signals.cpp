#include "app/cli/stop_signals.h"

#include <QSocketNotifier>

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace signalbox {

namespace {

// A handler may only call async-signal-safe functions: it writes one byte, and the event loop does the rest.
volatile std::sig_atomic_t writeEnd = -1;

void noteSignal(int number)
{
    const char byte = 1;
    if (write(int(writeEnd), &byte, 1) != 1)
        _exit(128 + number);
    // The default action takes the next one: an operator who insists gets out.
    std::signal(number, SIG_DFL);
}

} // namespace

struct StopSignals::Pipe
{
    int ends[2] = {-1, -1};
    std::unique_ptr<QSocketNotifier> notifier;
};

StopSignals::StopSignals(std::function<void()> stop)
    : m_pipe(std::make_unique<Pipe>())
{
    if (pipe2(m_pipe->ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    writeEnd = m_pipe->ends[1];
    m_pipe->notifier = std::make_unique<QSocketNotifier>(m_pipe->ends[0], QSocketNotifier::Read);
    QObject::connect(m_pipe->notifier.get(), &QSocketNotifier::activated, m_pipe->notifier.get(),
                     [end = m_pipe->ends[0], stop = std::move(stop)] {
                         char byte = 0;
                         while (read(end, &byte, 1) == 1) {
                         }
                         stop();
                     });
    std::signal(SIGTERM, noteSignal);
    std::signal(SIGINT, noteSignal);
}

StopSignals::~StopSignals()
{
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGINT, SIG_DFL);
    writeEnd = -1;
    for (const int end : m_pipe->ends) {
        if (end >= 0)
            close(end);
    }
}

} // namespace signalbox
