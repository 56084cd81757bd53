#pragma once

#include "app/core/result.h"
#include "app/database/pg_handle.h"

namespace signalbox {

/// How much of what the server says becomes part of an error.
enum class Wording {
    Sentence, ///< its own sentence; details may hold values of rows, and errors are logged
    Whole     ///< details, hint and the line of the statement too: for scripts, which bind nothing
};

/// The error of a result that did not succeed, or that never came (null); its kind by SQLSTATE, Unavailable
/// when the session is gone.
Error errorOf(PGconn *connection, const PGresult *result, const QString &what, Wording wording);

/// The error of a connection that is gone or was never made: libpq's own words.
Error lossOf(PGconn *connection, const QString &what);

/// Whether the session is over after this.
bool isGone(PGconn *connection, const QString &sqlState);

} // namespace signalbox
