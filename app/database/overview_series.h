#pragma once

#include "app/core/console.h"
#include "app/database/pg_connection.h"

namespace signalbox {

/// The time an overview covers, in whole buckets; the last one contains now.
struct OverviewRange
{
    qint64 fromSeconds = 0; ///< unix time of the first bucket's start, a multiple of bucketSeconds
    int bucketSeconds = 60;
    int buckets = 60;
    qint64 exactRows = 0; ///< that may be read one by one; more are read as a sample

    qint64 toSeconds() const { return fromSeconds + qint64(buckets) * bucketSeconds; }
    /// :from, :to and :bucket, for series.
    Bindings bindings() const;
    QDateTime startOf(int bucket) const;
};

Result<OverviewRange> overviewRange(PgConnection &connection, const OverviewRequest &request);

/// The bucket of a column's moment, as a number: `bin` is grouped by, `bucket` made of it once a group.
QString binOf(const QString &column);
QString bucketNumber();

/// Answers how many jobs were delivered in each bucket, test sends among them.
Result<QList<qint64>> readAttemptSeries(PgConnection &connection, const OverviewRange &range,
                                        Overview &overview);
/// `delivered` as readAttemptSeries answers it.
Done readDepthSeries(PgConnection &connection, const OverviewRange &range, const QList<qint64> &delivered,
                     Overview &overview);
Done readEventSeries(PgConnection &connection, const OverviewRange &range, Overview &overview);

} // namespace signalbox
