#pragma once

#include "app/core/profile.h"

namespace signalbox {

/// Whether a connection is marked as production: its environment says so ("PRODUCTION", "prod-eu", "live"),
/// or has the colour of failures. There what stops or exposes anything is confirmed by name.
bool isProduction(const ConnectionProfile &profile);

} // namespace signalbox
