#include "ui/pages/page_obstacle.h"

#include <QCoreApplication>

namespace signalbox {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("PageObstacle", text);
}

QString reasonOf(const Error &error)
{
    const QString why = error.why.isEmpty() ? error.what : error.why;
    return error.hint.isEmpty() ? why : why + QStringLiteral(" – ") + error.hint;
}

} // namespace

std::optional<PageObstacle> pageObstacle(const ConnectionStatus &status, ConsoleAct act)
{
    switch (status.state) {
    case ConnectionStatus::State::Connecting:
        return PageObstacle{translated("Not connected yet"), status.error.what, {}, false};
    case ConnectionStatus::State::Lost:
        return PageObstacle{translated("Connection lost"), reasonOf(status.error), {}, true};
    case ConnectionStatus::State::Refused:
        return PageObstacle{translated("Not connected"), reasonOf(status.error), {}, true};
    case ConnectionStatus::State::Connected:
        break;
    }
    if (status.rights.allows(act))
        return std::nullopt;
    return PageObstacle{translated("The role %1 may not read this").arg(status.rights.role()),
                        status.rights.obstacle(act), status.rights.remedy(act), true};
}

QString actionObstacle(const ConnectionStatus &status, ConsoleAct act)
{
    if (status.readOnly)
        return translated("This connection is read-only");
    return status.rights.obstacle(act);
}

} // namespace signalbox
