#pragma once

#include "app/core/console.h"

#include <optional>

namespace signalbox {

/// What keeps a page from reading at all, in the words it shows in the place of its rows.
struct PageObstacle
{
    QString title;
    QString text;
    QString statement;     ///< SQL that removes it, to be copied
    bool isLasting = true; ///< false: it is being worked on

    QString line() const { return text.isEmpty() ? title : title + QStringLiteral(": ") + text; }
};

/// None when the page may read.
std::optional<PageObstacle> pageObstacle(const ConnectionStatus &status, ConsoleAct act);

/// For an action that the role cannot perform, why; else empty.
QString actionObstacle(const ConnectionStatus &status, ConsoleAct act);

} // namespace signalbox
