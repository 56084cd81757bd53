#include "ui/dialogs/consent_dialog.h"

#include "app/core/production.h"
#include "ui/console_services.h"
#include "ui/dialogs/form_field.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int dialogWidth = 500;
constexpr int longestReason = 500;

} // namespace

QString productionOf(const ConsoleServices &services)
{
    if (!services.connector)
        return {};
    const ConnectionProfile profile = services.connector->currentProfile();
    return isProduction(profile) ? profile.environment : QString();
}

ConsentQuestion revealQuestion(const QString &endpointId, const QString &production)
{
    ConsentQuestion question;
    question.title = ConsentDialog::tr("Show the secret of %1?").arg(endpointId);
    question.text =
        ConsentDialog::tr("Whoever sees it can sign requests in your name: this screen should be seen "
                          "by nobody else.");
    question.button = ConsentDialog::tr("Show");
    question.reason = ConsentQuestion::Reason::None; // nothing is written that could keep one
    question.production = production;
    return question;
}

ConsentDialog::ConsentDialog(const ConsentQuestion &question, QWidget *parent)
    : QDialog(parent)
    , m_question(question)
    , m_layout(new QVBoxLayout(this))
    , m_inputs(new QVBoxLayout)
    , m_accept(makeButton(question.button, this,
                          question.isDestructive ? QStringLiteral("danger") : QStringLiteral("primary")))
{
    setWindowTitle(question.title);
    m_layout->setContentsMargins(5 * theme::step, 5 * theme::step, 5 * theme::step, 4 * theme::step);
    m_layout->setSpacing(3 * theme::step);
    m_inputs->setSpacing(3 * theme::step);
    QLabel *heading = makeLabel(question.title, theme::titleFont(), this);
    QLabel *explanation = makeLabel(question.text, theme::textFont(), this);
    for (QLabel *label : {heading, explanation}) {
        label->setWordWrap(true);
        m_layout->addWidget(label);
    }
    m_layout->addLayout(m_inputs);
    if (question.reason != ConsentQuestion::Reason::None) {
        const bool isNeeded =
            question.reason == ConsentQuestion::Reason::Required || !question.production.isEmpty();
        m_reason = addField(isNeeded ? tr("Reason") : tr("Reason (may be empty)"), question.example);
        m_reason->setMaxLength(longestReason);
    }
    if (!question.production.isEmpty())
        m_environment = addField(tr("This is production. Type %1 to confirm").arg(question.production), {});
    addButtons();
    setFixedWidth(dialogWidth);
    validate();
}

QLineEdit *ConsentDialog::addField(const QString &name, const QString &placeholder)
{
    auto *field = new QLineEdit(this);
    field->setPlaceholderText(placeholder);
    field->installEventFilter(this);
    connect(field, &QLineEdit::textChanged, this, &ConsentDialog::validate);
    m_layout->addWidget(new FormField(name, field, this));
    return field;
}

void ConsentDialog::addButtons()
{
    QPushButton *cancel = makeButton(m_question.dismiss.isEmpty() ? tr("Cancel") : m_question.dismiss, this);
    m_layout->addLayout(makeButtonRow({cancel, m_accept}));
    // Enter on a button presses that button, whichever is the default.
    for (QPushButton *button : {cancel, m_accept})
        button->setAutoDefault(true);
    (m_question.isDestructive ? cancel : m_accept)->setDefault(true);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_accept, &QPushButton::clicked, this, &QDialog::accept);
    if (m_reason)
        m_reason->setFocus();
    else if (m_environment)
        m_environment->setFocus();
    else
        (m_question.isDestructive ? cancel : m_accept)->setFocus();
}

void ConsentDialog::addInput(const QString &name, QWidget *input)
{
    m_inputs->addWidget(new FormField(name, input, this));
    setTabOrder(input, m_reason        ? m_reason
                       : m_environment ? static_cast<QWidget *>(m_environment)
                                       : m_accept);
    input->setFocus();
}

QString ConsentDialog::reason() const
{
    return m_reason ? m_reason->text().trimmed() : QString();
}

void ConsentDialog::validate()
{
    const bool needsReason = m_reason && (m_question.reason == ConsentQuestion::Reason::Required ||
                                          !m_question.production.isEmpty());
    const bool isNamed =
        !m_environment || m_environment->text().trimmed().compare(m_question.production) == 0;
    m_accept->setEnabled(isNamed && (!needsReason || !reason().isEmpty()));
}

// Enter behind the reason of a destructive act would press Cancel and lose what was typed: it goes on to the
// next field instead.
bool ConsentDialog::eventFilter(QObject *watched, QEvent *event)
{
    if (m_question.isDestructive && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            QWidget *next =
                watched == m_reason && m_environment ? static_cast<QWidget *>(m_environment) : m_accept;
            next->setFocus(Qt::TabFocusReason);
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace signalbox
