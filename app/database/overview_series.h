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

    qint64 toSeconds() const { return fromSeconds + qint64(buckets) * bucketSeconds; }
    /// :from, :to and :bucket, for series.
    Bindings bindings() const;
    QDateTime startOf(int bucket) const;
};

Result<OverviewRange> overviewRange(PgConnection &connection, const OverviewRequest &request);

Done readAttemptSeries(PgConnection &connection, const OverviewRange &range, Overview &overview);
/// Needs the attempts that readAttemptSeries read.
Done readDepthSeries(PgConnection &connection, const OverviewRange &range, Overview &overview);
Done readEventSeries(PgConnection &connection, const OverviewRange &range, Overview &overview);

} // namespace signalbox
