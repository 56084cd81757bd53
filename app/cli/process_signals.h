#pragma once

#include <functional>
#include <memory>

namespace signalbox {

/// Calls back from the event loop, for as long as it lives: `stop` on SIGTERM and SIGINT (a second one while
/// the first is being served ends the program at once), `reload`, when there is one, on SIGHUP, each time.
/// One at a time.
class ProcessSignals
{
public:
    explicit ProcessSignals(std::function<void()> stop, std::function<void()> reload = {});
    ~ProcessSignals();
    ProcessSignals(const ProcessSignals &) = delete;
    ProcessSignals &operator=(const ProcessSignals &) = delete;

private:
    struct Pipe;
    std::unique_ptr<Pipe> m_pipe;
};

} // namespace signalbox
