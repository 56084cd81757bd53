#pragma once

#include "app/composition.h"
#include "app/core/result.h"

#include <QSize>
#include <QString>

namespace signalbox {

class MainWindow;

struct ShotOptions
{
    ConsoleTarget target;
    QString page;
    QString file;
    QSize size{1600, 1000};
    QString select;
    QString filter;
};

/// Draws the real page with the data of that database into a PNG. The worker does not start. Errors: Usage
/// for an unknown page; what the database said; a file that cannot be written; a page that does not settle
/// within 30 s.
Done runShot(const ShotOptions &options);

/// Saves what the window shows right now.
Done saveWindow(MainWindow &window, const QString &file);

} // namespace signalbox
