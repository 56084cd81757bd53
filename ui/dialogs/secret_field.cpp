#include "ui/dialogs/secret_field.h"

#include "app/core/console.h"
#include "app/core/signature.h"
#include "ui/dialogs/form_field.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

SecretField::SecretField(const ConsoleServices &services, const QString &endpointId, QWidget *parent)
    : QWidget(parent)
    , m_services(services)
    , m_endpointId(endpointId)
    , m_edit(new QLineEdit(this))
    , m_show(makeButton(tr("Show"), this, QStringLiteral("link")))
    , m_field(new FormField(tr("Secret"), m_edit, this))
{
    m_edit->setFont(theme::monoFont());
    m_edit->setEchoMode(QLineEdit::Password);
    auto *generate = makeButton(tr("Generate"), this, QStringLiteral("link"));
    m_field->addBesideName(m_show);
    m_field->addBesideName(generate);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_field);
    if (m_endpointId.isEmpty()) {
        m_edit->setText(generateSecret().reveal());
        m_field->setHint(tr("The receiver checks signatures with it"));
    } else {
        m_edit->setPlaceholderText(tr("unchanged"));
        m_field->setHint(tr("A new one replaces the old at once; rotating keeps both for 24 hours"));
    }
    connect(generate, &QPushButton::clicked, this, [this] {
        m_edit->setText(generateSecret().reveal());
        setShown(true);
    });
    connect(m_show, &QPushButton::clicked, this, &SecretField::toggle);
    connect(m_edit, &QLineEdit::textChanged, this, &SecretField::validate);
}

Secret SecretField::secret() const
{
    const Secret typed(m_edit->text());
    return typed == m_stored ? Secret() : typed;
}

bool SecretField::isValid() const
{
    if (m_edit->text().isEmpty())
        return !m_endpointId.isEmpty();
    return validateSecret(Secret(m_edit->text())).has_value();
}

void SecretField::validate()
{
    QString problem;
    if (m_edit->text().isEmpty() && m_endpointId.isEmpty())
        problem = tr("an endpoint needs a secret");
    else if (!m_edit->text().isEmpty()) {
        if (const Done checked = validateSecret(Secret(m_edit->text())); !checked)
            problem = checked.error().line();
    }
    m_field->setProblem(problem);
    emit changed();
}

void SecretField::toggle()
{
    if (m_edit->echoMode() == QLineEdit::Normal)
        return setShown(false);
    if (m_edit->text().isEmpty() && !m_endpointId.isEmpty())
        return revealStored();
    setShown(true);
}

void SecretField::revealStored()
{
    m_show->setEnabled(false);
    m_services.endpoints->revealSecret(m_endpointId, this, [this](const Result<Secret> &secret) {
        m_show->setEnabled(true);
        if (!secret) {
            m_field->setHint(secret.error().line());
            return;
        }
        if (!m_edit->text().isEmpty())
            return; // something was typed meanwhile
        m_stored = *secret;
        m_edit->setText(secret->reveal());
        setShown(true);
    });
}

void SecretField::setShown(bool shown)
{
    m_edit->setEchoMode(shown ? QLineEdit::Normal : QLineEdit::Password);
    m_show->setText(shown ? tr("Hide") : tr("Show"));
}

} // namespace signalbox
