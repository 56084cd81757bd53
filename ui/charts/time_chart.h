#pragma once

#include "models/chart_series.h"
#include "ui/charts/plot_scale.h"

#include <QChartView>

class QAreaSeries;
class QLineSeries;
class QValueAxis;

namespace signalbox {

/// Values over time: bands, lines, or one filled line. The pointer (or the arrow keys) moves a crosshair
/// whose box shows the values; a click (or Enter) on a position asks for what lies behind it, a drag chooses
/// a stretch of time. Data is replaced as a whole, never appended (design §5), and the theme is applied again
/// on every change of palette.
class TimeChart final : public QChartView
{
    Q_OBJECT
public:
    enum class Style { Stacked, Lines, Filled };

    explicit TimeChart(Style style, QWidget *parent = nullptr);

    void setData(const ChartData &data);
    const ChartData &data() const { return m_data; }
    /// Shown in the place of the series when there is nothing to draw.
    void setEmptyText(const QString &text);
    const PlotScale &scale() const { return m_scale; }

signals:
    /// A click at a position: `seriesId` is the band or line that was hit, or empty; [from, to) is the
    /// bucket.
    void bucketClicked(const QString &seriesId, const QDateTime &from, const QDateTime &to);
    /// [from, to) was drawn over the plot with the pointer: whole buckets.
    void rangeChosen(const QDateTime &from, const QDateTime &to);

protected:
    void drawBackground(QPainter *painter, const QRectF &rect) override;
    void drawForeground(QPainter *painter, const QRectF &rect) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    void applyTheme();
    void updateScale();
    void updateSeries();
    void updateBands();
    void updateLines();
    QLineSeries *takeLine(qsizetype index);
    QAreaSeries *takeBand(qsizetype index);
    void moveTo(qsizetype position, qsizetype hit);
    qsizetype positionAt(qreal x) const;
    qsizetype seriesAt(const QPointF &point, qsizetype position) const;
    void activate(qsizetype position, qsizetype hit);
    double highestValue() const;
    bool isDragged() const;
    void chooseDragged();
    QDateTime edgeAt(qreal x, bool isEnd) const;

    Style m_style;
    ChartData m_data;
    PlotScale m_scale;
    QString m_emptyText;
    QValueAxis *m_time;
    QValueAxis *m_value;
    QList<QAreaSeries *> m_bands;
    QList<QLineSeries *> m_lines;  ///< one per unbroken run of values
    QList<qsizetype> m_lineSeries; ///< which series of the data each line draws
    qsizetype m_position = -1;
    qsizetype m_hit = -1;
    std::optional<qreal> m_pressedAt; ///< x, while the button is down
    qreal m_draggedTo = 0;
};

} // namespace signalbox
