#include "ui/widgets/icon_label.h"

#include "ui/theme/icons.h"

#include <QPainter>

namespace signalbox {

IconLabel::IconLabel(const QString &iconName, int pixels, QWidget *parent)
    : QWidget(parent)
    , m_icon(iconName)
    , m_pixels(pixels)
{
    setFixedSize(pixels, pixels);
}

void IconLabel::setIconName(const QString &iconName)
{
    m_icon = iconName;
    update();
}

void IconLabel::paintEvent(QPaintEvent *)
{
    if (m_icon.isEmpty())
        return;
    QPainter painter(this);
    painter.drawPixmap(
        0, 0, theme::iconPixmap(m_icon, m_pixels, theme::color(theme::Token::Muted), devicePixelRatioF()));
}

} // namespace signalbox
