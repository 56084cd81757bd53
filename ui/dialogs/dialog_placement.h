#pragma once

class QApplication;

namespace signalbox {

/// Keeps every dialog, its title bar included, within what is free of its screen, also when it grows later.
void keepDialogsOnScreen(QApplication &application);

} // namespace signalbox
