#include "ui/dialogs/secret_field.h"

#include "app/core/console.h"
#include "app/core/signature.h"
#include "ui/dialogs/consent_dialog.h"
#include "ui/dialogs/form_field.h"
#include "ui/dialogs/form_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/secret_clipboard.h"

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
    , m_copy(makeButton(tr("Copy"), this, QStringLiteral("link")))
    , m_field(new FormField(tr("Secret"), m_edit, this))
{
    m_edit->setFont(theme::monoFont());
    m_edit->setEchoMode(QLineEdit::Password);
    auto *generateButton = makeButton(tr("Generate"), this, QStringLiteral("link"));
    m_copy->hide();
    m_copy->setToolTip(tr("It leaves the clipboard in a minute"));
    m_field->addBesideName(m_copy);
    m_field->addBesideName(m_show);
    m_field->addBesideName(generateButton);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_field);
    if (m_endpointId.isEmpty())
        generate();
    else
        m_edit->setPlaceholderText(tr("unchanged"));
    showHint();
    connect(generateButton, &QPushButton::clicked, this, [this] {
        generate();
        setShown(true);
    });
    connect(m_show, &QPushButton::clicked, this, &SecretField::toggle);
    connect(m_copy, &QPushButton::clicked, this, [this] { copySecret(Secret(m_edit->text())); });
    connect(m_edit, &QLineEdit::textEdited, this, [this] { m_isGenerated = false; });
    connect(m_edit, &QLineEdit::textChanged, this, &SecretField::validate);
}

void SecretField::generate()
{
    m_edit->setText(generateSecretFor(m_scheme).reveal());
    m_isGenerated = true;
}

void SecretField::showHint()
{
    m_field->setHint(!m_endpointId.isEmpty()
                         ? tr("A new one replaces the old at once; rotating keeps both for a while")
                     : m_scheme == SignatureScheme::V1a
                         ? tr("Signs; the receiver checks with the public key, shown once it is added")
                         : tr("The receiver checks signatures with it"));
}

void SecretField::setStoredScheme(SignatureScheme scheme)
{
    m_storedScheme = scheme;
}

void SecretField::setScheme(SignatureScheme scheme)
{
    m_scheme = scheme;
    showHint();
    if (m_isGenerated && !validateSecretForScheme(scheme, Secret(m_edit->text())))
        generate();
    validate();
}

Secret SecretField::secret() const
{
    const Secret typed(m_edit->text());
    return typed == m_stored ? Secret() : typed;
}

bool SecretField::isValid() const
{
    return problem().isEmpty();
}

QString SecretField::problem() const
{
    if (!m_edit->text().isEmpty()) {
        const Secret typed(m_edit->text());
        if (const Done checked = validateSecret(typed); !checked)
            return problemOf(checked);
        return problemOf(validateSecretForScheme(m_scheme, typed));
    }
    if (m_endpointId.isEmpty())
        return tr("an endpoint needs a secret");
    const bool isStoredKey = m_storedScheme == SignatureScheme::V1a;
    const bool needsKey = m_scheme == SignatureScheme::V1a;
    if (isStoredKey == needsKey)
        return {};
    return needsKey ? tr("v1a signs with an Ed25519 key (whsk_…): generate one")
                    : tr("the stored Ed25519 key signs v1a only: generate a secret");
}

void SecretField::validate()
{
    m_field->setProblem(problem());
    emit changed();
}

void SecretField::toggle()
{
    if (m_edit->echoMode() == QLineEdit::Normal)
        return setShown(false);
    if (m_edit->text().isEmpty() && !m_endpointId.isEmpty())
        return askToReveal();
    setShown(true);
}

void SecretField::askToReveal()
{
    auto *dialog = new ConsentDialog(revealQuestion(m_endpointId, productionOf(m_services)), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, &SecretField::revealStored);
    dialog->open();
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
    m_copy->setVisible(shown);
}

} // namespace signalbox
