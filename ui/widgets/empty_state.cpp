#include "ui/widgets/empty_state.h"

#include "ui/widgets/controls.h"
#include "ui/widgets/icon_label.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent)
    , m_icon(new IconLabel({}, 28, this))
    , m_title(makeHeading({}, this))
    , m_text(makeLabel({}, theme::textFont(), this))
    , m_action(makeButton({}, this, QStringLiteral("primary")))
{
    setFocusPolicy(Qt::StrongFocus); // keys go on working where rows were
    m_text->setForegroundRole(QPalette::PlaceholderText);
    m_text->setAlignment(Qt::AlignHCenter);
    m_text->setWordWrap(true);
    m_text->setMaximumWidth(420);
    m_text->setMinimumWidth(200);
    m_title->setAlignment(Qt::AlignHCenter);

    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(2 * theme::step);
    layout->addStretch(2);
    layout->addWidget(m_icon, 0, Qt::AlignHCenter);
    layout->addWidget(m_title);
    layout->addWidget(m_text, 0, Qt::AlignHCenter);
    layout->addWidget(m_action, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    connect(m_action, &QPushButton::clicked, this, &EmptyState::actionRequested);
}

void EmptyState::setContent(const QString &iconName, const QString &title, const QString &text,
                            const QString &action)
{
    m_icon->setIconName(iconName);
    m_icon->setVisible(!iconName.isEmpty());
    m_title->setText(title);
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
}

} // namespace signalbox
