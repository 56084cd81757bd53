#pragma once

#include <QStringList>

class QApplication;

namespace signalbox {

/// Whether these arguments open a window: the console itself, `demo` unless --headless, `shot`.
bool drawsWindow(const QStringList &arguments);

/// To be called before QApplication exists: `shot` draws off-screen, so that it needs no display.
void preparePlatform(const QStringList &arguments);

/// Runs the console, or the command that draws; returns the exit code (design §8).
int runWindowCommand(QApplication &application, const QStringList &arguments);

} // namespace signalbox
