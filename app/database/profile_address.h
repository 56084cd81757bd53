#pragma once

#include "app/core/profile.h"
#include "app/database/connection_settings.h"

namespace signalbox {

/// A saved connection as an address describes it. What a profile has no field for is Refused by its name,
/// rather than forgotten. `name` and environment are left to the user.
Result<ConnectionProfile> profileOfSettings(const ConnectionSettings &settings);

/// The same of a libpq URI or keyword string, with the password that stood in it. Errors: Usage, Refused.
Result<AddressedProfile> profileOfAddress(const QString &address);

} // namespace signalbox
