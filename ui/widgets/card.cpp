#include "ui/widgets/card.h"

#include <QPainter>

namespace signalbox {

Card::Card(QWidget *parent, theme::Token ground)
    : QWidget(parent)
    , m_ground(ground)
{
}

void Card::setFocused(bool isFocused)
{
    m_isFocused = isFocused;
    update();
}

void Card::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme::color(m_isFocused ? theme::Token::Accent : theme::Token::Border));
    painter.setBrush(theme::color(m_ground));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme::radius, theme::radius);
}

} // namespace signalbox
