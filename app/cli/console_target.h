#pragma once

#include "app/composition.h"
#include "app/core/result.h"

namespace signalbox {

/// Where a window goes (design §8): the URI given, else DATABASE_URL, else the named profile, else the
/// private cluster. Errors: Usage, for an unreadable URI or an unknown profile.
Result<ConsoleTarget> resolveConsoleTarget(const QString &uri, const QString &profileName);

} // namespace signalbox
