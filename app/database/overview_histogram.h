#pragma once

#include <optional>

#include <QMap>

namespace signalbox {

/// Durations counted in bins that grow by 5 %; the SQL side is `binExpression`.
class LatencyHistogram
{
public:
    void add(int bin, qint64 count);
    void add(const LatencyHistogram &other);
    /// Interpolated within its bin; none without values. `fraction` is 0..1.
    std::optional<double> percentileMs(double fraction) const;

    static const char *binExpression(); ///< over webhook_deliveries.duration_ms

private:
    QMap<int, qint64> m_bins;
    qint64 m_total = 0;
};

} // namespace signalbox
