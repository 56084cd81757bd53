#pragma once

#include "app/core/console.h"
#include "app/core/result.h"
#include "app/database/pg_connection.h"

#include <optional>

namespace signalbox {

/// How far the standby at hand is behind; none where the server is no standby (any more).
Result<std::optional<ReplicaState>> readReplicaState(PgConnection &connection);

} // namespace signalbox
