#include "ui/widgets/navigation_item.h"

#include "ui/theme/icons.h"

#include <QAccessibleWidget>
#include <QPainter>

namespace signalbox {

namespace {

constexpr int iconPixels = 18;

/// To a screen reader it is the tab of its page, not a check box that can be left unchecked.
class PageTabAccessible final : public QAccessibleWidget
{
public:
    explicit PageTabAccessible(NavigationItem *item)
        : QAccessibleWidget(item, QAccessible::PageTab, item->text())
    {
    }

    QAccessible::State state() const override
    {
        QAccessible::State state = QAccessibleWidget::state();
        state.selectable = true;
        state.selected = item()->isChecked();
        return state;
    }

    QString text(QAccessible::Text which) const override
    {
        return which == QAccessible::Description ? item()->accessibleDescription()
                                                 : QAccessibleWidget::text(which);
    }

    QStringList actionNames() const override
    {
        return QStringList{pressAction()} + QAccessibleWidget::actionNames();
    }

    void doAction(const QString &name) override
    {
        if (name == pressAction())
            item()->click();
        else
            QAccessibleWidget::doAction(name);
    }

private:
    NavigationItem *item() const { return static_cast<NavigationItem *>(widget()); }
};

QAccessibleInterface *makeAccessible(const QString &, QObject *object)
{
    auto *item = qobject_cast<NavigationItem *>(object);
    return item ? new PageTabAccessible(item) : nullptr;
}

} // namespace

NavigationItem::NavigationItem(const QString &id, const QString &title, const QString &iconName,
                               QWidget *parent)
    : QAbstractButton(parent)
    , m_id(id)
    , m_icon(iconName)
    , m_font(theme::textFont())
    , m_currentFont(theme::strongFont())
    , m_countFont(theme::smallFont())
{
    static const bool isKnown = (QAccessible::installFactory(makeAccessible), true);
    Q_UNUSED(isKnown)
    setText(title);
    setAccessibleName(title);
    setCheckable(true);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void NavigationItem::setCount(const QString &count, bool isAlarming)
{
    if (count == m_count && isAlarming == m_isAlarming)
        return;
    m_count = count;
    m_isAlarming = isAlarming;
    setAccessibleDescription(count);
    update();
}

void NavigationItem::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (isChecked() || underMouse() || hasFocus()) {
        painter.setPen(hasFocus() ? QPen(theme::color(theme::Token::Accent)) : QPen(Qt::NoPen));
        painter.setBrush(theme::color(isChecked() ? theme::Token::Selection : theme::Token::Hover));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme::radius, theme::radius);
    }
    const QColor ink = theme::color(isChecked() ? theme::Token::Accent : theme::Token::Muted);
    painter.drawPixmap(9, (height() - iconPixels) / 2,
                       theme::iconPixmap(m_icon, iconPixels, ink, devicePixelRatioF()));
    painter.setPen(isChecked() ? ink : theme::color(theme::Token::Text));
    painter.setFont(isChecked() ? m_currentFont : m_font);
    painter.drawText(rect().adjusted(37, 0, -8, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
    painter.setFont(m_countFont);
    painter.setPen(m_isAlarming ? theme::stateText(theme::State::Failure)
                                : theme::color(theme::Token::Muted));
    painter.drawText(rect().adjusted(0, 0, -9, 0), Qt::AlignVCenter | Qt::AlignRight, m_count);
}

void StateDot::setState(theme::State state)
{
    m_state = state;
    update();
}

void StateDot::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme::stateText(m_state));
    painter.drawEllipse(QRectF(1, height() / 2.0 - 4, 8, 8));
}

} // namespace signalbox
