#include "ui/widgets/pill.h"

#include <QFontMetrics>
#include <QPainter>

namespace signalbox {

namespace {

constexpr int pillHeight = 19;
constexpr int padding = 8;
constexpr int dot = 6;
constexpr int gap = 5;

const QFont &pillFont()
{
    static const QFont font = [] {
        QFont made = theme::smallFont();
        made.setWeight(QFont::Medium);
        return made;
    }();
    return font;
}

const QFontMetrics &pillMetrics()
{
    static const QFontMetrics metrics(pillFont());
    return metrics;
}

} // namespace

int pillWidth(const QString &text)
{
    return 2 * padding + dot + gap + pillMetrics().horizontalAdvance(text);
}

int paintPill(QPainter *painter, const QRect &rect, const QString &text, theme::State state)
{
    const int width = qMin(pillWidth(text), rect.width());
    const QRectF body(rect.left(), rect.center().y() - pillHeight / 2, width, pillHeight);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme::stateGround(state));
    painter->drawRoundedRect(body, pillHeight / 2.0, pillHeight / 2.0);
    painter->setBrush(theme::stateText(state));
    painter->drawEllipse(QRectF(body.left() + padding, body.center().y() - dot / 2.0, dot, dot));
    painter->setFont(pillFont());
    painter->setPen(theme::stateText(state));
    painter->drawText(body.adjusted(padding + dot + gap, 0, -2, 0), Qt::AlignLeft | Qt::AlignVCenter, text);
    painter->restore();
    return width;
}

Pill::Pill(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Pill::setState(const QString &text, theme::State state)
{
    m_text = text;
    m_state = state;
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize Pill::sizeHint() const
{
    return {m_text.isEmpty() ? 0 : pillWidth(m_text) + 1, pillHeight + 3};
}

void Pill::paintEvent(QPaintEvent *)
{
    if (m_text.isEmpty())
        return;
    QPainter painter(this);
    paintPill(&painter, rect(), m_text, m_state);
}

} // namespace signalbox
