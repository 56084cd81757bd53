#pragma once

#include "ui/theme/theme.h"

#include <QList>
#include <QString>

#include <functional>

namespace signalbox {

/// Something that can be done about a notice.
struct ToastButton
{
    QString text;
    std::function<void()> act;
};

/// What a toast says. One with an `id` that is on screen is brought up to date by another of that id.
struct ToastNotice
{
    theme::State state = theme::State::Ok;
    QString lead;
    QString text;
    QList<ToastButton> buttons;
    QString id;
    bool isUpdate = false;  ///< only if the one before is still on screen
    int shownForMs = 6'000; ///< 0: until it is dismissed
};

} // namespace signalbox
