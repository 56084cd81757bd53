#include "ui/charts/time_chart.h"

#include "ui/charts/axis_ticks.h"
#include "ui/charts/chart_overlay.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QAreaSeries>
#include <QChart>
#include <QEvent>
#include <QKeyEvent>
#include <QLineSeries>
#include <QMouseEvent>
#include <QValueAxis>

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

constexpr qreal reachPixels = 24; ///< how far from a line a click still means it

QValueAxis *hiddenAxis(QChart *chart, Qt::Alignment side)
{
    auto *axis = new QValueAxis(chart);
    axis->setVisible(false);
    chart->addAxis(axis, side);
    return axis;
}

/// The values of a series as unbroken runs of points; a lone point becomes a dash as wide as its bucket.
QList<QList<QPointF>> unbrokenRuns(const ChartData &data, const ChartSeries &series)
{
    QList<QList<QPointF>> runs;
    bool open = false;
    for (qsizetype index = 0; index < series.values.size(); ++index) {
        const std::optional<double> &value = series.values.at(index);
        if (value && !open)
            runs.append(QList<QPointF>{});
        open = value.has_value();
        if (open)
            runs.last().append(QPointF(qreal(data.drawnAtMs.at(index)), *value));
    }
    for (QList<QPointF> &run : runs) {
        if (run.size() > 1)
            continue;
        const qreal half = data.bucketSeconds * 500.0;
        run = {run.first() - QPointF(half, 0), run.first() + QPointF(half, 0)};
    }
    return runs;
}

} // namespace

TimeChart::TimeChart(Style style, QWidget *parent)
    : QChartView(parent)
    , m_style(style)
    , m_time(hiddenAxis(chart(), Qt::AlignBottom))
    , m_value(hiddenAxis(chart(), Qt::AlignLeft))
{
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setViewportUpdateMode(QGraphicsView::FullViewportUpdate); // the crosshair is drawn over everything
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(200, 120);
    chart()->setAnimationOptions(QChart::NoAnimation);
    chart()->legend()->hide();
    chart()->setMargins({});
    applyTheme();
}

void TimeChart::setData(const ChartData &data)
{
    m_data = data;
    if (m_position >= m_data.starts.size())
        m_position = -1;
    updateScale();
    updateSeries();
}

void TimeChart::setEmptyText(const QString &text)
{
    m_emptyText = text;
    viewport()->update();
}

double TimeChart::highestValue() const
{
    double highest = 0;
    for (qsizetype position = 0; position < m_data.starts.size(); ++position) {
        double sum = 0;
        for (const ChartSeries &series : m_data.series) {
            const double value = series.values.at(position).value_or(0);
            sum = m_style == Style::Stacked ? sum + value : std::max(sum, value);
        }
        highest = std::max(highest, sum);
    }
    return highest;
}

void TimeChart::updateScale()
{
    namespace overlay = chart_overlay;
    m_scale.highest = valueTicks(highestValue(), m_data.unit == ChartUnit::Jobs).last();
    m_scale.fromMs = m_data.from.toMSecsSinceEpoch();
    m_scale.toMs = std::max(m_scale.fromMs + 1, m_data.to.toMSecsSinceEpoch());
    m_scale.plot = QRectF(viewport()->rect())
                       .adjusted(overlay::leftMargin(m_data, m_scale.highest), overlay::topMargin,
                                 -overlay::rightMargin(m_data), -overlay::bottomMargin);
    m_time->setRange(qreal(m_scale.fromMs), qreal(m_scale.toMs));
    m_value->setRange(0, m_scale.highest);
    chart()->setPlotArea(m_scale.plot);
    viewport()->update();
}

void TimeChart::updateSeries()
{
    if (m_style != Style::Lines)
        updateBands();
    if (m_style != Style::Stacked)
        updateLines();
    applyTheme();
}

QAreaSeries *TimeChart::takeBand(qsizetype index)
{
    if (index < m_bands.size())
        return m_bands.at(index);
    auto *band = new QAreaSeries(new QLineSeries(this), new QLineSeries(this));
    chart()->addSeries(band);
    band->attachAxis(m_time);
    band->attachAxis(m_value);
    m_bands.append(band);
    return band;
}

QLineSeries *TimeChart::takeLine(qsizetype index)
{
    if (index < m_lines.size())
        return m_lines.at(index);
    auto *line = new QLineSeries;
    chart()->addSeries(line);
    line->attachAxis(m_time);
    line->attachAxis(m_value);
    m_lines.append(line);
    return line;
}

void TimeChart::updateBands()
{
    QList<double> below(m_data.starts.size(), 0.0);
    for (qsizetype index = 0; index < m_data.series.size(); ++index) {
        const ChartSeries &series = m_data.series.at(index);
        QList<QPointF> lower;
        QList<QPointF> upper;
        for (qsizetype position = 0; position < below.size(); ++position) {
            const qreal x = qreal(m_data.drawnAtMs.at(position));
            lower.append(QPointF(x, below.at(position)));
            below[position] += series.values.at(position).value_or(0);
            upper.append(QPointF(x, below.at(position)));
        }
        QAreaSeries *band = takeBand(index);
        band->lowerSeries()->replace(lower);
        band->upperSeries()->replace(upper);
    }
}

void TimeChart::updateLines()
{
    m_lineSeries.clear();
    for (qsizetype index = 0; index < m_data.series.size(); ++index) {
        for (const QList<QPointF> &run : unbrokenRuns(m_data, m_data.series.at(index))) {
            QLineSeries *line = takeLine(m_lineSeries.size());
            line->replace(run);
            line->setVisible(true);
            m_lineSeries.append(index);
        }
    }
    for (qsizetype unused = m_lineSeries.size(); unused < m_lines.size(); ++unused)
        m_lines.at(unused)->setVisible(false);
}

void TimeChart::applyTheme()
{
    // The theme first: it resets what follows (design §5).
    chart()->setTheme(theme::isDark() ? QChart::ChartThemeDark : QChart::ChartThemeLight);
    chart()->setBackgroundVisible(false);
    chart()->setPlotAreaBackgroundVisible(false);
    setBackgroundBrush(theme::color(theme::Token::Surface));
    for (qsizetype index = 0; index < std::min(m_bands.size(), m_data.series.size()); ++index) {
        const ChartSeries &series = m_data.series.at(index);
        QColor colour = chart_overlay::seriesColour(series);
        m_bands.at(index)->setPen(QPen(Qt::NoPen)); // a border would draw a line where a band has no height
        colour.setAlphaF(m_style == Style::Stacked ? 0.85F : 0.16F);
        m_bands.at(index)->setBrush(QBrush(colour, series.hatched ? Qt::BDiagPattern : Qt::SolidPattern));
    }
    for (qsizetype index = 0; index < m_lineSeries.size(); ++index) {
        const QColor colour = chart_overlay::seriesColour(m_data.series.at(m_lineSeries.at(index)));
        m_lines.at(index)->setPen(QPen(colour, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    }
    viewport()->update();
}

void TimeChart::drawBackground(QPainter *painter, const QRectF &rect)
{
    QChartView::drawBackground(painter, rect);
    if (m_data.from.isValid())
        chart_overlay::paintGrid(*painter, m_scale, m_data);
}

void TimeChart::drawForeground(QPainter *painter, const QRectF &)
{
    if (isDragged())
        chart_overlay::paintSelection(*painter, m_scale.plot, *m_pressedAt, m_draggedTo);
    if (m_data.isEmpty()) {
        chart_overlay::paintEmpty(*painter, m_scale.plot, m_emptyText);
        return;
    }
    chart_overlay::paintNames(*painter, m_scale, m_data, m_style == Style::Stacked);
    if (m_position >= 0)
        chart_overlay::paintCrosshair(*painter, m_scale, m_data, m_position, m_hit);
}

void TimeChart::resizeEvent(QResizeEvent *event)
{
    QChartView::resizeEvent(event);
    updateScale();
}

void TimeChart::changeEvent(QEvent *event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        applyTheme();
}

qsizetype TimeChart::positionAt(qreal x) const
{
    if (m_data.isEmpty() || m_data.drawnAtMs.isEmpty())
        return -1;
    const qint64 at = m_scale.ms(x);
    const auto next = std::lower_bound(m_data.drawnAtMs.cbegin(), m_data.drawnAtMs.cend(), at);
    if (next == m_data.drawnAtMs.cbegin())
        return 0;
    if (next == m_data.drawnAtMs.cend() || at - *(next - 1) < *next - at)
        return next - m_data.drawnAtMs.cbegin() - 1;
    return next - m_data.drawnAtMs.cbegin();
}

qsizetype TimeChart::seriesAt(const QPointF &point, qsizetype position) const
{
    if (position < 0)
        return -1;
    const double wanted = m_scale.value(point.y());
    double below = 0;
    qreal nearest = reachPixels;
    qsizetype hit = -1;
    for (qsizetype index = 0; index < m_data.series.size(); ++index) {
        const std::optional<double> value = m_data.series.at(index).values.at(position);
        if (!value)
            continue;
        if (m_style == Style::Stacked) {
            if (wanted >= below && wanted < below + *value)
                return index;
            below += *value;
        } else if (const qreal distance = std::abs(m_scale.y(*value) - point.y()); distance < nearest) {
            nearest = distance;
            hit = index;
        }
    }
    return hit;
}

void TimeChart::moveTo(qsizetype position, qsizetype hit)
{
    if (position == m_position && hit == m_hit)
        return;
    m_position = position;
    m_hit = hit;
    viewport()->setCursor(position >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    viewport()->update();
}

void TimeChart::activate(qsizetype position, qsizetype hit)
{
    if (position < 0 || position >= m_data.starts.size())
        return;
    const QDateTime from = m_data.starts.at(position);
    emit bucketClicked(hit < 0 ? QString() : m_data.series.at(hit).id, from,
                       from.addSecs(m_data.bucketSeconds));
}

bool TimeChart::isDragged() const
{
    return m_pressedAt && std::abs(m_draggedTo - *m_pressedAt) >= QApplication::startDragDistance();
}

// The edge of the bucket that the place lies in.
QDateTime TimeChart::edgeAt(qreal x, bool isEnd) const
{
    const qint64 bucketMs = m_data.bucketSeconds * 1'000LL;
    const qint64 within = std::clamp(m_scale.ms(x), m_scale.fromMs, m_scale.toMs) - m_scale.fromMs;
    const qint64 bucket = (within + (isEnd ? bucketMs - 1 : 0)) / bucketMs;
    return std::min(m_data.from.addMSecs(bucket * bucketMs), m_data.to);
}

void TimeChart::chooseDragged()
{
    const QDateTime from = edgeAt(std::min(*m_pressedAt, m_draggedTo), false);
    const QDateTime to = edgeAt(std::max(*m_pressedAt, m_draggedTo), true);
    m_pressedAt.reset();
    viewport()->update();
    if (from < to)
        emit rangeChosen(from, to);
}

void TimeChart::mouseMoveEvent(QMouseEvent *event)
{
    const QPointF point = event->position();
    if (m_pressedAt) {
        m_draggedTo = std::clamp(point.x(), m_scale.plot.left(), m_scale.plot.right());
        viewport()->update();
        if (isDragged())
            return moveTo(-1, -1);
    }
    const qsizetype position = m_scale.plot.contains(point) ? positionAt(point.x()) : -1;
    moveTo(position, seriesAt(point, position));
}

void TimeChart::mousePressEvent(QMouseEvent *event)
{
    event->accept();
    if (event->button() != Qt::LeftButton || !m_data.from.isValid() ||
        !m_scale.plot.contains(event->position()))
        return;
    m_pressedAt = event->position().x();
    m_draggedTo = *m_pressedAt;
}

void TimeChart::mouseReleaseEvent(QMouseEvent *event)
{
    const QPointF point = event->position();
    if (event->button() != Qt::LeftButton)
        return;
    if (isDragged())
        return chooseDragged();
    m_pressedAt.reset();
    if (!m_scale.plot.contains(point))
        return;
    const qsizetype position = positionAt(point.x());
    activate(position, seriesAt(point, position));
}

void TimeChart::leaveEvent(QEvent *)
{
    moveTo(-1, -1);
}

void TimeChart::focusOutEvent(QFocusEvent *event)
{
    QChartView::focusOutEvent(event);
    moveTo(-1, -1);
}

void TimeChart::keyPressEvent(QKeyEvent *event)
{
    const qsizetype last = m_data.starts.size() - 1;
    if (last < 0 || m_data.isEmpty())
        return QChartView::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Left:
        return moveTo(m_position < 0 ? last : std::max<qsizetype>(0, m_position - 1), -1);
    case Qt::Key_Right:
        return moveTo(m_position < 0 ? 0 : std::min(last, m_position + 1), -1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return activate(m_position, m_hit);
    case Qt::Key_Escape:
        return moveTo(-1, -1);
    default:
        return QWidget::keyPressEvent(event);
    }
}

void TimeChart::wheelEvent(QWheelEvent *event)
{
    event->ignore(); // the page scrolls, not the chart
}

} // namespace signalbox
