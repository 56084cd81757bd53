#pragma once

#include "app/cli/command.h"

namespace signalbox {

// One function per file of this room; command.cpp puts them into one table.
Command demoCommand();
Command shotCommand();
QList<Command> migrateCommands();
Command endpointListCommand();
QList<Command> endpointChangeCommands();  ///< add, set
QList<Command> endpointStateCommands();   ///< enable, disable, hold, release
QList<Command> endpointRemovalCommands(); ///< remove, restore
Command endpointRotateCommand();
Command endpointTestCommand();
Command appendCommand();
Command workerCommand();
QList<Command> listCommands(); ///< jobs, deliveries, events, streams
QList<Command> showCommands(); ///< the same
Command workersListCommand();
Command overviewCommand();
QList<Command> jobsChangeCommands(); ///< retry, cancel
QList<Command> fanOutCommands();     ///< status, on, off, rebase, skipped, replay
QList<Command> profileCommands();    ///< add, list, remove
Command completionCommand();

} // namespace signalbox
