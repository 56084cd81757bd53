#pragma once

#include <functional>
#include <memory>

namespace signalbox {

/// Calls back from the event loop on SIGTERM and SIGINT, for as long as it lives; a second signal while the
/// first is being served ends the program at once. One at a time.
class StopSignals
{
public:
    explicit StopSignals(std::function<void()> stop);
    ~StopSignals();
    StopSignals(const StopSignals &) = delete;
    StopSignals &operator=(const StopSignals &) = delete;

private:
    struct Pipe;
    std::unique_ptr<Pipe> m_pipe;
};

} // namespace signalbox
