#pragma once

#include <QString>

namespace signalbox {

/// Says on stderr when the host of a URL does not resolve. Only a warning: it may resolve where the worker
/// runs (design §8). Waits at most 3 s.
void warnIfUnresolved(const QString &url);

} // namespace signalbox
