#pragma once

#include <QString>

namespace signalbox {

/// The file that holds saved connections, in the user's configuration folder. It never holds a password.
QString standardSettingsFile();

} // namespace signalbox
