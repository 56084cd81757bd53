#include "app/delivery/open_files.h"

#include <algorithm>
#include <sys/resource.h>

namespace signalbox {

namespace {

// Database sessions, listeners, pipes, the window's own.
constexpr rlim_t othersFiles = 128;
constexpr rlim_t mostSockets = 100'000;

} // namespace

int raiseOpenFilesLimit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return int(othersFiles);
    if (limit.rlim_cur < limit.rlim_max) {
        const rlimit raised{limit.rlim_max, limit.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
            limit = raised;
    }
    // A limit too low for both leaves half to deliveries.
    const rlim_t sockets =
        std::max(limit.rlim_cur / 2, limit.rlim_cur - std::min(limit.rlim_cur, othersFiles));
    return int(std::clamp<rlim_t>(sockets, 1, mostSockets));
}

} // namespace signalbox
