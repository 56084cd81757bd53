#pragma once

#include "app/core/endpoint.h"

namespace signalbox {

/// What a circuit breaker does, and when the next probe goes: "Open for 3 min; the next probe goes in 24 s."
/// Empty if it is closed.
QString breakerText(const EndpointHealth &health, const QDateTime &now);

/// Whether enabling it again sends one probe first: it failed for so long that workers disabled it.
bool startsWithProbe(const EndpointHealth &health, const QDateTime &now);

} // namespace signalbox
