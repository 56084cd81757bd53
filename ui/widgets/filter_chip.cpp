#include "ui/widgets/filter_chip.h"

#include "ui/theme/icons.h"

#include <QFontMetrics>
#include <QPainter>

namespace signalbox {

namespace {

constexpr int padding = 8;
constexpr int crossSize = 10;
constexpr int widestChip = 340;

} // namespace

FilterChip::FilterChip(const QString &term, QWidget *parent)
    : QAbstractButton(parent)
{
    setText(term);
    setFont(theme::monoFont());
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::TabFocus);
    setToolTip(tr("%1 – click to remove").arg(term));
    setAccessibleName(tr("Remove filter %1").arg(term));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize FilterChip::sizeHint() const
{
    const int width = 2 * padding + fontMetrics().horizontalAdvance(text()) + padding / 2 + crossSize;
    return {qMin(width, widestChip), 22};
}

void FilterChip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(hasFocus() ? QPen(theme::color(theme::Token::Accent)) : QPen(Qt::NoPen));
    painter.setBrush(theme::stateGround(theme::State::Information));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    const QColor ink = theme::stateText(theme::State::Information);
    painter.setPen(ink);
    painter.setFont(font());
    const QRect body = rect().adjusted(padding, 0, -padding - crossSize - padding / 2, 0);
    painter.drawText(body, Qt::AlignVCenter | Qt::AlignLeft,
                     fontMetrics().elidedText(text(), Qt::ElideRight, body.width() + 1));
    painter.drawPixmap(width() - padding - crossSize, (height() - crossSize) / 2,
                       theme::iconPixmap(QStringLiteral("close"), crossSize, ink, devicePixelRatioF()));
}

} // namespace signalbox
