#include "ui/dialogs/prompt_dialog.h"

#include "ui/dialogs/form_field.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

PromptDialog::PromptDialog(const QString &title, const QString &text, const QString &button, QWidget *parent)
    : QDialog(parent)
    , m_accept(makeButton(button, this, QStringLiteral("primary")))
    , m_layout(new QVBoxLayout(this))
{
    setWindowTitle(title);
    m_accept->setDefault(true);
    QLabel *heading = makeLabel(title, theme::titleFont(), this);
    QLabel *explanation = makeLabel(text, theme::textFont(), this);
    for (QLabel *label : {heading, explanation})
        label->setWordWrap(true);
    QPushButton *cancel = makeButton(tr("Cancel"), this);
    m_layout->setContentsMargins(5 * theme::step, 5 * theme::step, 5 * theme::step, 4 * theme::step);
    m_layout->setSpacing(3 * theme::step);
    m_layout->addWidget(heading);
    m_layout->addWidget(explanation);
    m_layout->addLayout(makeButtonRow({cancel, m_accept}));
    setFixedWidth(480);
    m_accept->setFocus();
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_accept, &QPushButton::clicked, this, &QDialog::accept);
}

PromptDialog::PromptDialog(const QString &title, const QString &text, const QString &question, QWidget *input,
                           const QString &button, QWidget *parent)
    : PromptDialog(title, text, button, parent)
{
    m_layout->insertWidget(2, new FormField(question, input, this));
    input->setFocus();
}

void PromptDialog::setAcceptable(bool acceptable)
{
    m_accept->setEnabled(acceptable);
}

} // namespace signalbox
