#pragma once

#include "app/core/result.h"
#include "app/database/pg_handle.h"

#include <functional>

namespace signalbox {

/// Whether somebody between us and PostgreSQL hands out sessions: the process that libpq was told of at the
/// start is not the one that answers.
bool isPooled(PGconn *connection, int backendPid);

/// Proves that a pooled session keeps its backend, by holding a second session against it (`openAnother`):
/// the second must never get the backend of the first, not while that is idle either, both must keep
/// theirs, and nobody else may use that of the first. Behind transaction pooling a setting would leak to
/// others, and prepared statements fail. Errors: Refused with the remedy.
Done proveOwnSession(PGconn *connection, int backendPid,
                     const std::function<Result<PgHandle>()> &openAnother);

} // namespace signalbox
