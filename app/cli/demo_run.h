#pragma once

#include "app/composition.h"

namespace signalbox {

struct DemoOptions
{
    ConsoleTarget target;
    int seconds = 0; ///< 0: until it is closed
    QString shotsFolder;
};

/// Private cluster, local receivers, sample traffic and worker; says at the end what was delivered. Exit
/// code.
int runDemo(const DemoOptions &options);
/// The same with the console on top; pictures of every page at the end when a folder is named.
int runDemoWithWindow(const DemoOptions &options);

} // namespace signalbox
