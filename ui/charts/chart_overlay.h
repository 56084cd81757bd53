#pragma once

#include "models/chart_series.h"
#include "ui/charts/plot_scale.h"

#include <QColor>

class QPainter;

namespace signalbox {

/// What stands around and above the series: Qt Charts labels its axes by dividing the range, which gives
/// 13:07:20, and its legend stands apart from the lines. Colours and fonts come from the theme at each call.
namespace chart_overlay {

inline constexpr int topMargin = 10;
inline constexpr int bottomMargin = 22;

/// The colour of a series.
QColor seriesColour(const ChartSeries &series);

int leftMargin(const ChartData &data, double highest); ///< px, for the value labels
int rightMargin(const ChartData &data);                ///< px, for the names by the line

/// Grid lines with their values and times; below the series.
void paintGrid(QPainter &painter, const PlotScale &scale, const ChartData &data);
/// Each series' name beside its last value (stacked: the middle of its band), moved apart where they would
/// touch.
void paintNames(QPainter &painter, const PlotScale &scale, const ChartData &data, bool stacked);
/// The line at a position and the box with its values; `emphasised` is the series under the pointer or -1.
void paintCrosshair(QPainter &painter, const PlotScale &scale, const ChartData &data, qsizetype position,
                    qsizetype emphasised);
/// The stretch between two places that is being drawn over the plot.
void paintSelection(QPainter &painter, const QRectF &plot, qreal from, qreal to);
void paintEmpty(QPainter &painter, const QRectF &plot, const QString &text);

} // namespace chart_overlay
} // namespace signalbox
