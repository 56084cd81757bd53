#pragma once

#include "app/core/result.h"
#include "app/database/connection_settings.h"
#include "app/database/pg_handle.h"
#include "app/database/session_options.h"

namespace signalbox {

/// A session that is ours alone and set up, and what its server said of itself.
struct OpenedSession
{
    PgHandle handle;
    int backendPid = 0;
    bool isReplica = false; ///< a standby: it takes no writes until it is promoted
};

/// Connects and sets the session up (design §2.6): its settings travel in the startup options; where a pooler
/// refuses or drops these they are set by SET, once the session is proven to be our own, and looked at again.
/// Errors: Unavailable when there is no server, or it is read-only for now; Refused for a standby when the
/// settings ask for writes (SQLSTATE 25006 with both), and for a pooler that gives each transaction another
/// session.
Result<OpenedSession> openSession(const ConnectionSettings &settings, const SessionOptions &options);

} // namespace signalbox
