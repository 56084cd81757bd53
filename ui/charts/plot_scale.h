#pragma once

#include <QRectF>

namespace signalbox {

/// Where times and values lie on the widget: one arithmetic for drawing and for what the pointer hits.
struct PlotScale
{
    QRectF plot;
    qint64 fromMs = 0;
    qint64 toMs = 1;
    double highest = 1;

    qreal x(qint64 ms) const
    {
        return plot.left() + plot.width() * qreal(ms - fromMs) / qreal(toMs - fromMs);
    }
    qreal y(double value) const { return plot.bottom() - plot.height() * value / highest; }
    qint64 ms(qreal x) const
    {
        return fromMs + qint64(qreal(toMs - fromMs) * (x - plot.left()) / plot.width());
    }
    double value(qreal y) const { return highest * (plot.bottom() - y) / plot.height(); }
};

} // namespace signalbox
