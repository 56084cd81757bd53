#pragma once

#include "app/metrics/metrics_store.h"

#include <prometheus/metric_family.h>
#include <vector>

namespace signalbox {

/// A reading of the queue older than this is no longer served: a figure that stands still must not pass for a
/// true one. Its age still is.
constexpr qint64 oldestServedReadingMs = 30'000;

/// The snapshot as Prometheus metrics; names and labels are an interface that dashboards and alerts rest on.
std::vector<prometheus::MetricFamily> metricFamilies(const MetricsSnapshot &snapshot);

} // namespace signalbox
