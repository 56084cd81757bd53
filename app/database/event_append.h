#pragma once

#include "app/core/result.h"
#include "app/database/pg_connection.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QUuid>

#include <optional>

namespace signalbox {

/// Events to append to one stream, all or none.
struct AppendRequest
{
    QString stream;
    QString type;
    /// The version the stream must have, 0 for a new stream; none: after whatever is there.
    std::optional<int> expectedVersion;
    QUuid correlation;          ///< null: none
    QUuid causation;            ///< null: none
    QByteArray metadata;        ///< a JSON object; empty: {}
    QList<QByteArray> payloads; ///< one JSON document per event, stored digit for digit
};

struct AppendResult
{
    int firstVersion = 0;
    int lastVersion = 0;
    QList<QUuid> ids; ///< in the order of the payloads
};

/// Appends in one transaction of its own, with the version checked under a lock (design §6): of parallel
/// appends with the same expected version one wins. Errors: Conflict when the stream is at another version
/// (nothing is written), Refused for a document that is not JSON or that jsonb cannot hold (`position` is its
/// index).
Result<AppendResult> appendEvents(PgConnection &connection, const AppendRequest &request);

} // namespace signalbox
