#include "ui/charts/chart_overlay.h"

#include "models/display_zone.h"
#include "ui/charts/axis_ticks.h"
#include "ui/theme/theme.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace signalbox::chart_overlay {

namespace {

using theme::Token;

constexpr qreal gap = 6;

/// The newest position at which a series was measured.
qsizetype lastMeasured(const ChartSeries &series)
{
    for (qsizetype index = series.values.size() - 1; index >= 0; --index) {
        if (series.values.at(index))
            return index;
    }
    return -1;
}

struct NameLabel
{
    qsizetype series = 0;
    qreal y = 0;
};

QList<NameLabel> wantedNames(const PlotScale &scale, const ChartData &data, bool stacked)
{
    QList<NameLabel> labels;
    double below = 0;
    for (qsizetype index = 0; index < data.series.size(); ++index) {
        const ChartSeries &series = data.series.at(index);
        const qsizetype last = lastMeasured(series);
        if (last < 0)
            continue;
        const double value = *series.values.at(last);
        labels.append({index, scale.y(stacked ? below + value / 2 : value)});
        below += value;
    }
    return labels;
}

/// Moves labels apart, lowest first, then back down when they have left the top.
void moveApart(QList<NameLabel> &labels, const QRectF &plot, qreal lineHeight)
{
    std::sort(labels.begin(), labels.end(), [](const NameLabel &a, const NameLabel &b) {
        return a.y != b.y ? a.y > b.y : a.series < b.series;
    });
    qreal limit = plot.bottom();
    for (NameLabel &label : labels) {
        label.y = std::min(label.y, limit);
        limit = label.y - lineHeight;
    }
    limit = plot.top();
    for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
        label->y = std::max(label->y, limit);
        limit = label->y + lineHeight;
    }
}

struct BoxRow
{
    QString name;
    QString value;
    QColor colour;
    bool emphasised = false;
};

/// Top line first, as the eye meets them on the chart.
QList<BoxRow> boxRows(const ChartData &data, qsizetype position, qsizetype emphasised)
{
    QList<BoxRow> rows;
    for (qsizetype index = data.series.size() - 1; index >= 0; --index) {
        const ChartSeries &series = data.series.at(index);
        const std::optional<double> value = series.values.at(position);
        rows.append({series.label, value ? unitText(data.unit, *value) : QStringLiteral("–"),
                     seriesColour(series), index == emphasised});
    }
    return rows;
}

QFont bold(QFont font)
{
    font.setWeight(QFont::DemiBold);
    return font;
}

QRectF boxRect(const QRectF &plot, const QSizeF &size, qreal x)
{
    qreal left = x + 12;
    if (left + size.width() > plot.right())
        left = x - 12 - size.width();
    return {QPointF(std::max(left, plot.left()), plot.top() + 4), size};
}

void paintBox(QPainter &painter, const QRectF &plot, qreal x, const QString &title, const QList<BoxRow> &rows)
{
    const QFontMetricsF metrics(bold(theme::smallFont()));
    qreal names = 0;
    qreal values = 0;
    for (const BoxRow &row : rows) {
        names = std::max(names, metrics.horizontalAdvance(row.name));
        values = std::max(values, metrics.horizontalAdvance(row.value));
    }
    const qreal line = std::ceil(metrics.height()) + 2;
    const qreal inner = std::max(metrics.horizontalAdvance(title), 14 + names + 16 + values);
    const QRectF box = boxRect(plot, QSizeF(inner + 20, line * qreal(rows.size() + 1) + 14), x);

    painter.setPen(QPen(theme::color(Token::Border), 1));
    painter.setBrush(theme::color(Token::Surface));
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), theme::radius, theme::radius);
    QRectF text(box.left() + 10, box.top() + 6, inner, line);
    painter.setFont(bold(theme::smallFont()));
    painter.setPen(theme::color(Token::Text));
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, title);
    for (const BoxRow &row : rows) {
        text.translate(0, line);
        painter.setPen(Qt::NoPen);
        painter.setBrush(row.colour);
        painter.drawEllipse(QPointF(text.left() + 4, text.center().y()), 3.5, 3.5);
        painter.setFont(row.emphasised ? bold(theme::smallFont()) : theme::smallFont());
        painter.setPen(theme::color(row.emphasised ? Token::Text : Token::Muted));
        painter.drawText(text.adjusted(14, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, row.name);
        painter.setPen(theme::color(Token::Text));
        painter.drawText(text, Qt::AlignRight | Qt::AlignVCenter, row.value);
    }
}

void paintTimes(QPainter &painter, const PlotScale &scale, const ChartData &data)
{
    const QFontMetricsF metrics(theme::smallFont());
    const qreal widest = metrics.horizontalAdvance(QStringLiteral("00:00:00"));
    const int most = std::max(2, int(scale.plot.width() / (widest * 1.9)));
    qreal free = 0;
    for (const TimeTick &tick : timeTicks(data.from, data.to, most)) {
        const qreal x = scale.x(tick.at.toMSecsSinceEpoch());
        const qreal width = metrics.horizontalAdvance(tick.label);
        const qreal left = std::clamp(x - width / 2, 0.0, std::max(0.0, scale.plot.right() + gap - width));
        if (left < free)
            continue;
        free = left + width + 2 * gap;
        painter.drawLine(QPointF(x, scale.plot.bottom()), QPointF(x, scale.plot.bottom() + 3));
        painter.drawText(QPointF(left, scale.plot.bottom() + 5 + metrics.ascent()), tick.label);
    }
}

} // namespace

QColor seriesColour(const ChartSeries &series)
{
    return theme::stateText(theme::stateFromName(series.state));
}

int leftMargin(const ChartData &data, double highest)
{
    const QFontMetricsF metrics(theme::smallFont());
    return int(std::ceil(metrics.horizontalAdvance(tickText(data.unit, highest, highest)) + gap)) + 2;
}

int rightMargin(const ChartData &data)
{
    const QFontMetricsF metrics(bold(theme::smallFont()));
    qreal widest = 0;
    for (const ChartSeries &series : data.series)
        widest = std::max(widest, metrics.horizontalAdvance(series.label));
    return int(std::ceil(widest + gap)) + 2;
}

void paintGrid(QPainter &painter, const PlotScale &scale, const ChartData &data)
{
    painter.setFont(theme::smallFont());
    const QFontMetricsF metrics(painter.font());
    const bool empty = data.isEmpty(); // then a scale would be invented
    for (const double value : valueTicks(scale.highest, data.unit == ChartUnit::Jobs)) {
        if (empty && value > 0)
            break;
        const qreal y = std::round(scale.y(value)) + 0.5;
        painter.setPen(QPen(theme::color(Token::Border), 1));
        painter.drawLine(QPointF(scale.plot.left(), y), QPointF(scale.plot.right(), y));
        painter.setPen(theme::color(Token::Muted));
        const QRectF label(0, y - metrics.height() / 2, scale.plot.left() - gap, metrics.height());
        painter.drawText(label, Qt::AlignRight | Qt::AlignVCenter, tickText(data.unit, value, scale.highest));
    }
    paintTimes(painter, scale, data);
}

void paintNames(QPainter &painter, const PlotScale &scale, const ChartData &data, bool stacked)
{
    painter.setFont(bold(theme::smallFont()));
    const QFontMetricsF metrics(painter.font());
    QList<NameLabel> labels = wantedNames(scale, data, stacked);
    moveApart(labels, scale.plot, std::ceil(metrics.height()));
    for (const NameLabel &label : std::as_const(labels)) {
        const ChartSeries &series = data.series.at(label.series);
        painter.setPen(seriesColour(series));
        const QRectF rect(scale.plot.right() + gap, label.y - metrics.height() / 2,
                          metrics.horizontalAdvance(series.label) + 2, metrics.height());
        painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, series.label);
    }
}

void paintCrosshair(QPainter &painter, const PlotScale &scale, const ChartData &data, qsizetype position,
                    qsizetype emphasised)
{
    const qreal x = scale.x(data.drawnAtMs.at(position));
    painter.setPen(QPen(theme::color(Token::Accent), 1.2));
    painter.drawLine(QPointF(x, scale.plot.top()), QPointF(x, scale.plot.bottom()));
    painter.setBrush(theme::color(Token::Accent));
    painter.drawEllipse(QPointF(x, scale.plot.top()), 3, 3);
    paintBox(painter, scale.plot, x,
             bucketText(data.starts.at(position), data.bucketSeconds,
                        shownTime(data.from).date() != shownTime(data.to).date()),
             boxRows(data, position, emphasised));
}

void paintSelection(QPainter &painter, const QRectF &plot, qreal from, qreal to)
{
    QColor colour = theme::color(Token::Accent);
    painter.setPen(QPen(colour, 1));
    colour.setAlphaF(0.14F);
    painter.setBrush(colour);
    painter.drawRect(
        QRectF(QPointF(std::min(from, to), plot.top()), QPointF(std::max(from, to), plot.bottom())));
}

void paintEmpty(QPainter &painter, const QRectF &plot, const QString &text)
{
    painter.setFont(theme::textFont());
    painter.setPen(theme::color(Token::Muted));
    painter.drawText(plot, Qt::AlignCenter | Qt::TextWordWrap, text);
}

} // namespace signalbox::chart_overlay
