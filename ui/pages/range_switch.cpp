#include "ui/pages/range_switch.h"

#include "ui/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

namespace signalbox {

namespace {
constexpr int switchHeight = 26;
}

RangeSwitch::RangeSwitch(const QStringList &labels, QWidget *parent)
    : QWidget(parent)
    , m_labels(labels)
{
    setFont(theme::textFont());
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void RangeSwitch::setCurrent(int index)
{
    if (index == m_current || index < 0 || index >= m_labels.size())
        return;
    m_current = index;
    update();
    emit currentChanged(index);
}

void RangeSwitch::choose(int index)
{
    if (index < 0 || index >= m_labels.size())
        return;
    emit chosen(index);
    setCurrent(index);
}

int RangeSwitch::widthOf(int index) const
{
    return QFontMetrics(theme::strongFont()).horizontalAdvance(m_labels.at(index)) + 6 * theme::step;
}

QSize RangeSwitch::sizeHint() const
{
    int width = 1;
    for (int index = 0; index < m_labels.size(); ++index)
        width += widthOf(index);
    return {width, switchHeight};
}

int RangeSwitch::indexAt(int x) const
{
    int right = 0;
    for (int index = 0; index < m_labels.size(); ++index) {
        right += widthOf(index);
        if (x < right)
            return index;
    }
    return -1;
}

void RangeSwitch::paintEvent(QPaintEvent *)
{
    using theme::Token;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath outline;
    outline.addRoundedRect(frame, 5, 5);
    painter.fillPath(outline, theme::color(Token::Surface));
    painter.setClipPath(outline);
    int left = 0;
    for (int index = 0; index < m_labels.size(); ++index) {
        const QRect cell(left, 0, widthOf(index), height());
        left += cell.width();
        if (index == m_current)
            painter.fillRect(cell, theme::color(Token::Selection));
        else if (index == m_hovered)
            painter.fillRect(cell, theme::color(Token::Hover));
        painter.setFont(index == m_current ? theme::strongFont() : theme::textFont());
        painter.setPen(theme::color(index == m_current ? Token::Accent : Token::Text));
        painter.drawText(cell, Qt::AlignCenter, m_labels.at(index));
        if (index > 0)
            painter.fillRect(QRect(cell.left(), 0, 1, height()), theme::color(Token::Border));
    }
    painter.setClipping(false);
    painter.setPen(theme::color(hasFocus() && m_keyboardFocus ? Token::Accent : Token::Border));
    painter.drawPath(outline);
}

void RangeSwitch::mouseMoveEvent(QMouseEvent *event)
{
    m_hovered = indexAt(event->position().toPoint().x());
    update();
}

void RangeSwitch::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        choose(indexAt(event->position().toPoint().x()));
}

void RangeSwitch::leaveEvent(QEvent *)
{
    m_hovered = -1;
    update();
}

void RangeSwitch::focusInEvent(QFocusEvent *event)
{
    m_keyboardFocus = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    QWidget::focusInEvent(event);
}

void RangeSwitch::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Left)
        choose(m_current - 1);
    else if (event->key() == Qt::Key_Right)
        choose(m_current + 1);
    else
        QWidget::keyPressEvent(event);
}

} // namespace signalbox
