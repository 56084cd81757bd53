#include "app/cli/process_signals.h"

#include <QSocketNotifier>

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace signalbox {

namespace {

// A handler may only call async-signal-safe functions: it writes one byte, and the event loop does the rest.
volatile std::sig_atomic_t writeEnd = -1;

constexpr char stopByte = 's';
constexpr char reloadByte = 'r';

void noteStop(int number)
{
    if (write(int(writeEnd), &stopByte, 1) != 1)
        _exit(128 + number);
    // The default action takes the next one: an operator who insists gets out.
    std::signal(number, SIG_DFL);
}

void noteReload(int)
{
    // A full pipe holds enough of them already.
    [[maybe_unused]] const ssize_t written = write(int(writeEnd), &reloadByte, 1);
}

} // namespace

struct ProcessSignals::Pipe
{
    int ends[2] = {-1, -1};
    std::unique_ptr<QSocketNotifier> notifier;
    std::function<void()> stop;
    std::function<void()> reload;

    void read() const
    {
        bool stops = false;
        bool reloads = false;
        char byte = 0;
        while (::read(ends[0], &byte, 1) == 1) {
            stops = stops || byte == stopByte;
            reloads = reloads || byte == reloadByte;
        }
        if (reloads && reload)
            reload();
        if (stops)
            stop();
    }
};

ProcessSignals::ProcessSignals(std::function<void()> stop, std::function<void()> reload)
    : m_pipe(std::make_unique<Pipe>())
{
    if (pipe2(m_pipe->ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    writeEnd = m_pipe->ends[1];
    m_pipe->stop = std::move(stop);
    m_pipe->reload = std::move(reload);
    m_pipe->notifier = std::make_unique<QSocketNotifier>(m_pipe->ends[0], QSocketNotifier::Read);
    QObject::connect(m_pipe->notifier.get(), &QSocketNotifier::activated, m_pipe->notifier.get(),
                     [pipe = m_pipe.get()] { pipe->read(); });
    std::signal(SIGTERM, noteStop);
    std::signal(SIGINT, noteStop);
    if (m_pipe->reload)
        std::signal(SIGHUP, noteReload);
}

ProcessSignals::~ProcessSignals()
{
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGINT, SIG_DFL);
    if (m_pipe->reload)
        std::signal(SIGHUP, SIG_DFL);
    writeEnd = -1;
    for (const int end : m_pipe->ends) {
        if (end >= 0)
            close(end);
    }
}

} // namespace signalbox
