#pragma once

#include "app/core/result.h"

#include <QList>
#include <QSet>
#include <QSqlRecord>

#include <functional>

namespace signalbox {

/// Finds what is new in a list that is read again and again, newest first: rows not seen the time before, and
/// rows that changed since. No row is missed however many came in between: the list is read to a greater
/// depth until it reaches one that was there before.
class RowFollower
{
public:
    /// Reads the newest `limit` rows.
    using Read = std::function<Result<QList<QSqlRecord>>(int limit)>;

    RowFollower(Read read, int depth);

    /// Rows that are new since the last call, oldest first; the first time, all of the newest `depth`.
    Result<QList<QSqlRecord>> next();

private:
    Read m_read;
    int m_depth;
    bool m_isFirst = true;
    QSet<QString> m_seen; ///< of the rows read the last time
};

} // namespace signalbox
