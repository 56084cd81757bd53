#include "ui/widgets/controls.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>

namespace signalbox {

namespace {

void setStyleProperty(QWidget *widget, const char *name, const QVariant &value)
{
    if (widget->property(name) == value)
        return;
    widget->setProperty(name, value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

} // namespace

void setKind(QWidget *widget, const QString &kind)
{
    setStyleProperty(widget, "kind", kind);
}

void setInvalid(QWidget *widget, bool invalid)
{
    setStyleProperty(widget, "invalid", invalid);
}

QPushButton *makeButton(const QString &text, QWidget *parent, const QString &kind)
{
    auto *button = new QPushButton(text, parent);
    button->setAutoDefault(false);
    if (!kind.isEmpty())
        setKind(button, kind);
    return button;
}

QPushButton *makeActionButton(QAction *action, QWidget *parent, const QString &kind)
{
    QPushButton *button = makeButton(action->text(), parent, kind);
    const auto follow = [button, action] {
        button->setText(action->iconText()); // the action's text, unless a shorter one was set
        button->setEnabled(action->isEnabled());
        button->setVisible(action->isVisible());
        const QString keys = action->shortcut().toString(QKeySequence::NativeText);
        const QString tip = action->statusTip().isEmpty() ? action->text() : action->statusTip();
        button->setToolTip(keys.isEmpty() ? tip : QStringLiteral("%1 (%2)").arg(tip, keys));
    };
    follow();
    QObject::connect(action, &QAction::changed, button, follow);
    QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
    return button;
}

QHBoxLayout *makeButtonRow(const QList<QPushButton *> &buttons, QWidget *left)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(2 * theme::step);
    if (left)
        row->addWidget(left);
    row->addStretch(1);
    for (QPushButton *button : buttons)
        row->addWidget(button);
    return row;
}

QLabel *makeLabel(const QString &text, const QFont &font, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setFont(font);
    label->setTextFormat(Qt::PlainText);
    return label;
}

QLabel *makeMutedLabel(const QString &text, QWidget *parent)
{
    QLabel *label = makeLabel(text, theme::smallFont(), parent);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QLabel *makeHeading(const QString &text, QWidget *parent)
{
    return makeLabel(text, theme::strongFont(), parent);
}

QAction *makeAction(const QString &text, const QString &shortcut, QWidget *owner)
{
    auto *action = new QAction(text, owner);
    if (!shortcut.isEmpty())
        action->setShortcut(QKeySequence(shortcut));
    action->setShortcutContext(Qt::WindowShortcut);
    owner->addAction(action);
    return action;
}

} // namespace signalbox
