#pragma once

#include "ui/console_services.h"

#include <QList>

namespace signalbox {

class ConsolePage;

/// The pages of the window, in the order of the rail. The window takes them over.
QList<ConsolePage *> createPages(const ConsoleServices &services);

} // namespace signalbox
