#pragma once

#include "app/core/result.h"

#include <QByteArray>
#include <QString>

namespace signalbox {

class PgConnection;

/// Stores a stream's aggregated state at a version; a second snapshot of the same version replaces the first.
/// `state` is JSON text, stored digit for digit. Errors: what PostgreSQL says of the document.
Done storeSnapshot(PgConnection &connection, const QString &stream, int version, const QByteArray &state);

} // namespace signalbox
