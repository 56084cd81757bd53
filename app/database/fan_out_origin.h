#pragma once

#include "app/core/result.h"
#include "app/database/pg_connection.h"

#include <QString>

namespace signalbox {

/// The transaction that wrote the row `alias`, as a bigint beside the txids our tables store. Transaction
/// numbers in rows have 32 bits: right for rows written less than 2^32 transactions ago.
QString writerTxidSql(const QString &alias);

/// Whether txids are another cluster's, as SQL over the row `alias` of signalbox_fan_out. Proof is a row that
/// names a transaction which has not been given out yet, or which came after the one that wrote the row; or a
/// checkpoint that was written in another cluster. A changed system identifier alone proves nothing:
/// pg_upgrade keeps transaction numbers and changes it.
QString restoredSql(const QString &alias);

/// Whether the checkpoint itself is another cluster's.
QString foreignPointSql(const QString &alias);

/// Whether an event or an endpoint is, by its column.
QString foreignRowSql(const QString &alias, const QString &column);

/// Where fan-out stands.
struct FanOutPoint
{
    bool enabled = false;
    bool waiting = false;    ///< an event before the fence has not been passed
    bool isUpgraded = false; ///< the same rows under another system identifier
    qint64 endpoints = 0;    ///< not removed
    QString stopped;         ///< why it stands still, or empty
};
Result<FanOutPoint> readFanOutPoint(PgConnection &connection);

/// The error of a database without the row of fan-out.
Error noFanOutRow();

} // namespace signalbox
