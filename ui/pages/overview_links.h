#pragma once

#include <QDateTime>
#include <QString>

namespace signalbox {

/// The filter texts (design §8) that lead from a mark of the Overview to the rows behind it.
namespace overview_links {

/// `created:` for [from, to), with the zone written out.
QString createdIn(const QDateTime &from, const QDateTime &to);
/// Deliveries of a band of the attempts chart; an empty series means all of the bucket.
QString attempts(const QString &seriesId, const QDateTime &from, const QDateTime &to);
/// Deliveries at least as slow as a percentile in a bucket.
QString slowDeliveries(double milliseconds, const QDateTime &from, const QDateTime &to);
QString field(const QString &name, const QString &value);

} // namespace overview_links
} // namespace signalbox
