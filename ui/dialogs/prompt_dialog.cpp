#include "ui/dialogs/prompt_dialog.h"

#include "ui/dialogs/form_field.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

PromptDialog::PromptDialog(const QString &title, const QString &text, const QString &question, QWidget *input,
                           const QString &button, QWidget *parent)
    : QDialog(parent)
    , m_accept(makeButton(button, this, QStringLiteral("primary")))
{
    setWindowTitle(title);
    m_accept->setDefault(true);
    QLabel *explanation = makeLabel(text, theme::textFont(), this);
    explanation->setWordWrap(true);
    auto *field = new FormField(question, input, this);
    QPushButton *cancel = makeButton(tr("Cancel"), this);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(5 * theme::step, 5 * theme::step, 5 * theme::step, 4 * theme::step);
    layout->setSpacing(3 * theme::step);
    layout->addWidget(makeLabel(title, theme::titleFont(), this));
    layout->addWidget(explanation);
    layout->addWidget(field);
    layout->addLayout(makeButtonRow({cancel, m_accept}));
    setFixedWidth(480);
    input->setFocus();
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_accept, &QPushButton::clicked, this, &QDialog::accept);
}

void PromptDialog::setAcceptable(bool acceptable)
{
    m_accept->setEnabled(acceptable);
}

} // namespace signalbox
