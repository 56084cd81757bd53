#pragma once

#include "app/cli/command_line.h"

#include <QString>

namespace signalbox {

/// The help of the command that was named, of its group, or of the program.
QString helpText(const ParsedArguments &arguments);

} // namespace signalbox
