#include "ui/widgets/environment_badge.h"

#include "ui/theme/icons.h"

#include <QFontMetrics>
#include <QPainter>

namespace signalbox {

namespace {

constexpr int padding = 10;
constexpr int gap = 6;

QFont heavyFont()
{
    QFont font = theme::strongFont();
    font.setWeight(QFont::Bold);
    return font;
}

} // namespace

EnvironmentBadge::EnvironmentBadge(QWidget *parent)
    : QAbstractButton(parent)
    , m_strong(heavyFont())
    , m_plain(theme::textFont())
{
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    hide();
}

void EnvironmentBadge::setEnvironment(const QString &environment, const QString &place, theme::State state)
{
    m_environment = environment;
    m_place = place;
    m_state = state;
    setAccessibleName(tr("Database: %1 %2; choose another connection").arg(environment, place));
    setToolTip(tr("Connections (Ctrl+O)"));
    setVisible(!environment.isEmpty() || !place.isEmpty());
    updateGeometry();
    update();
}

QSize EnvironmentBadge::sizeHint() const
{
    int width = 2 * padding + QFontMetrics(m_plain).horizontalAdvance(m_place);
    if (!m_environment.isEmpty())
        width += QFontMetrics(m_strong).horizontalAdvance(m_environment) + gap;
    return {width + 1, 28};
}

void EnvironmentBadge::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor ink = theme::stateText(m_state);
    painter.setPen(hasFocus() || underMouse() ? QPen(ink) : QPen(Qt::NoPen));
    painter.setBrush(theme::stateGround(m_state));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    painter.setPen(ink);
    QRect rest = rect().adjusted(padding, 0, -padding, 0);
    if (!m_environment.isEmpty()) {
        painter.setFont(m_strong);
        painter.drawText(rest, Qt::AlignVCenter, m_environment);
        rest.setLeft(rest.left() + painter.fontMetrics().horizontalAdvance(m_environment) + gap);
    }
    painter.setFont(m_plain);
    painter.drawText(rest.adjusted(0, 0, padding, 0), Qt::AlignVCenter, m_place);
}

SearchButton::SearchButton(const QString &text, const QString &keys, QWidget *parent)
    : QAbstractButton(parent)
    , m_keys(keys)
{
    setText(text);
    setAccessibleName(text);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::IBeamCursor);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void SearchButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme::color(hasFocus() || underMouse() ? theme::Token::Accent : theme::Token::Border));
    painter.setBrush(theme::color(theme::Token::Window));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    const QColor muted = theme::color(theme::Token::Muted);
    painter.drawPixmap(9, (height() - 14) / 2,
                       theme::iconPixmap(QStringLiteral("search"), 14, muted, devicePixelRatioF()));
    painter.setPen(muted);
    painter.setFont(theme::textFont());
    painter.drawText(rect().adjusted(30, 0, -10, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
    painter.setFont(theme::smallFont());
    painter.drawText(rect().adjusted(10, 0, -10, 0), Qt::AlignVCenter | Qt::AlignRight, m_keys);
}

} // namespace signalbox
