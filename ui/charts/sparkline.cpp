#include "ui/charts/sparkline.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace signalbox {

void paintSparkline(QPainter &painter, const QRectF &rect, const QList<double> &values, const QColor &colour)
{
    const double highest = values.isEmpty() ? 0 : *std::max_element(values.cbegin(), values.cend());
    painter.setRenderHint(QPainter::Antialiasing);
    if (values.size() < 2 || highest <= 0) {
        painter.setPen(QPen(theme::color(theme::Token::Border), 1));
        painter.drawLine(rect.bottomLeft() - QPointF(0, 1.5), rect.bottomRight() - QPointF(0, 1.5));
        return;
    }
    const QRectF inner = rect.adjusted(1, 1.5, -1, -1.5);
    const qreal stride = inner.width() / qreal(values.size() - 1);
    QPainterPath line;
    for (qsizetype index = 0; index < values.size(); ++index) {
        const QPointF point(inner.left() + stride * qreal(index),
                            inner.bottom() - inner.height() * values.at(index) / highest);
        if (index == 0)
            line.moveTo(point);
        else
            line.lineTo(point);
    }
    QPainterPath area = line;
    area.lineTo(inner.bottomRight());
    area.lineTo(inner.bottomLeft());
    area.closeSubpath();
    QColor ground = colour;
    ground.setAlphaF(0.12F);
    painter.fillPath(area, ground);
    painter.setPen(QPen(colour, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(line);
}

Sparkline::Sparkline(const QString &state, QWidget *parent)
    : QWidget(parent)
    , m_state(state)
{
}

void Sparkline::setValues(const QList<double> &values)
{
    m_values = values;
    update();
}

void Sparkline::setState(const QString &state)
{
    m_state = state;
    update();
}

void Sparkline::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintSparkline(painter, rect(), m_values, theme::stateText(theme::stateFromName(m_state)));
}

} // namespace signalbox
