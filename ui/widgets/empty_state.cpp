#include "ui/widgets/empty_state.h"

#include "ui/widgets/controls.h"
#include "ui/widgets/icon_label.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {

// Up to the text's greatest width. An alignment would do the same and then give it the height of the whole
// width: lines would be missing.
QHBoxLayout *centred(QLabel *text)
{
    auto *row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(text, 1'000);
    row->addStretch(1);
    return row;
}

} // namespace

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent)
    , m_icon(new IconLabel({}, 28, this))
    , m_title(makeHeading({}, this))
    , m_text(makeLabel({}, theme::textFont(), this))
    , m_statement(makeLabel({}, theme::monoFont(), this))
    , m_copy(makeButton(tr("Copy the statement"), this))
    , m_action(makeButton({}, this, QStringLiteral("primary")))
{
    setFocusPolicy(Qt::StrongFocus); // keys go on working where rows were
    m_text->setForegroundRole(QPalette::PlaceholderText);
    m_text->setAlignment(Qt::AlignHCenter);
    m_text->setWordWrap(true);
    m_text->setMaximumWidth(420);
    m_text->setMinimumWidth(200);
    m_title->setAlignment(Qt::AlignHCenter);
    m_statement->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_statement->setWordWrap(true);
    m_statement->setMaximumWidth(520);
    m_statement->setMinimumWidth(200);

    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(2 * theme::step);
    layout->addStretch(2);
    layout->addWidget(m_icon, 0, Qt::AlignHCenter);
    layout->addWidget(m_title);
    layout->addLayout(centred(m_text));
    layout->addLayout(centred(m_statement));
    layout->addWidget(m_copy, 0, Qt::AlignHCenter);
    layout->addWidget(m_action, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    setStatement({});
    connect(m_action, &QPushButton::clicked, this, &EmptyState::actionRequested);
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_statement->text()); });
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
    setStatement({});
}

void EmptyState::setStatement(const QString &statement)
{
    m_statement->setText(statement);
    m_statement->setVisible(!statement.isEmpty());
    m_copy->setVisible(!statement.isEmpty());
}

QString EmptyState::statement() const
{
    return m_statement->text();
}

} // namespace signalbox
