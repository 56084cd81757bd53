#include "app/cli/command.h"
#include "app/cli/window_commands.h"
#include "app/core/version.h"
#include "app/platform/logging.h"

#include <QApplication>
#include <QCoreApplication>

using namespace signalbox;

namespace {

void introduce()
{
    QCoreApplication::setOrganizationName(QStringLiteral("signalbox"));
    QCoreApplication::setApplicationName(QStringLiteral("signalbox"));
    QCoreApplication::setApplicationVersion(QLatin1String(version));
}

} // namespace

int main(int argc, char *argv[])
{
    installMessageHandler();
    introduce();
    QStringList arguments;
    for (int index = 1; index < argc; ++index)
        arguments << QString::fromLocal8Bit(argv[index]);

    // Commands must run on servers without a screen: only what draws asks for a display.
    if (!drawsWindow(arguments)) {
        QCoreApplication application(argc, argv);
        return runCommand(arguments);
    }
    preparePlatform(arguments);
    QApplication application(argc, argv);
    return runWindowCommand(application, arguments);
}
