#include "app/database/overview_histogram.h"

#include <cmath>

namespace signalbox {

namespace {

constexpr double binsPerUnit =
    20.0; ///< per natural logarithm: each bin is e^(1/20) = 5.1 % wider than the one before

double lowerEdge(int bin)
{
    return std::exp(double(bin) / binsPerUnit);
}

} // namespace

const char *LatencyHistogram::binExpression()
{
    return "floor(ln(greatest(duration_ms, 1)) * 20)::integer";
}

void LatencyHistogram::add(int bin, qint64 count)
{
    m_bins[bin] += count;
    m_total += count;
}

void LatencyHistogram::add(const LatencyHistogram &other)
{
    for (auto bin = other.m_bins.cbegin(); bin != other.m_bins.cend(); ++bin)
        add(bin.key(), bin.value());
}

std::optional<double> LatencyHistogram::percentileMs(double fraction) const
{
    if (m_total == 0)
        return std::nullopt;
    const double wanted = fraction * double(m_total);
    double passed = 0;
    for (auto bin = m_bins.cbegin(); bin != m_bins.cend(); ++bin) {
        if (passed + double(bin.value()) >= wanted) {
            const double share = (wanted - passed) / double(bin.value());
            const double lower = lowerEdge(bin.key());
            return lower + share * (lowerEdge(bin.key() + 1) - lower);
        }
        passed += double(bin.value());
    }
    return lowerEdge(m_bins.lastKey() + 1);
}

} // namespace signalbox
