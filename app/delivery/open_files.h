#pragma once

namespace signalbox {

/// Raises the limit on this process's open files to what the system grants, and replies with how many sockets
/// deliveries may have open at once: the rest of the program needs some too.
int raiseOpenFilesLimit();

} // namespace signalbox
