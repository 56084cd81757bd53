#include "app/platform/settings.h"

#include <QStandardPaths>

namespace signalbox {

QString standardSettingsFile()
{
    // Not AppConfigLocation: it depends on when the application's name is set.
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
           QStringLiteral("/signalbox/connections.ini");
}

} // namespace signalbox
