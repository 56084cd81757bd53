#include "ui/dialogs/form_field.h"

#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace signalbox {

FormField::FormField(const QString &name, QWidget *input, QWidget *parent)
    : QWidget(parent)
    , m_input(input)
    , m_nameLine(new QWidget(this))
    , m_message(makeMutedLabel({}, this))
{
    auto *label = makeLabel(name, theme::smallFont(), m_nameLine);
    label->setBuddy(input);
    auto *nameLayout = new QHBoxLayout(m_nameLine);
    nameLayout->setContentsMargins(0, 0, 0, 0);
    nameLayout->setSpacing(3 * theme::step);
    nameLayout->addWidget(label);
    nameLayout->addStretch(1);
    m_message->setWordWrap(true);
    m_message->hide();
    input->setAccessibleName(name);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::step);
    layout->addWidget(m_nameLine);
    layout->addWidget(input);
    layout->addWidget(m_message);
}

void FormField::setHint(const QString &hint)
{
    m_hint = hint;
    showMessage();
}

void FormField::setProblem(const QString &problem)
{
    m_problem = problem;
    showMessage();
}

void FormField::setWarning(const QString &warning)
{
    m_warning = warning;
    showMessage();
}

void FormField::addBesideName(QWidget *widget)
{
    m_nameLine->layout()->addWidget(widget);
}

void FormField::showMessage()
{
    const bool wrong = !m_problem.isEmpty();
    m_message->setText(wrong ? m_problem : m_warning.isEmpty() ? m_hint : m_warning);
    m_message->setVisible(!m_message->text().isEmpty());
    QPalette colours = palette();
    if (wrong || !m_warning.isEmpty())
        colours.setColor(QPalette::PlaceholderText,
                         theme::stateText(wrong ? theme::State::Failure : theme::State::Warning));
    m_message->setPalette(colours);
    setInvalid(m_input, wrong);
    m_input->setAccessibleDescription(m_message->text());
}

void FormField::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showMessage();
}

} // namespace signalbox
