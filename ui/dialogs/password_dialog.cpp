#include "ui/dialogs/password_dialog.h"

#include "ui/dialogs/form_field.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

PasswordDialog::PasswordDialog(const ConnectionProfile &profile, const QString &reason, QWidget *parent)
    : QDialog(parent)
    , m_password(new QLineEdit(this))
{
    setWindowTitle(tr("Password for %1").arg(profile.name));
    m_password->setEchoMode(QLineEdit::Password);
    auto *field = new FormField(tr("Password of %1 at %2").arg(profile.user, profile.host), m_password, this);
    field->setHint(tr("Leave it empty if the server asks for none"));
    QLabel *why = makeLabel(reason, theme::textFont(), this);
    why->setWordWrap(true);
    QPushButton *cancel = makeButton(tr("Cancel"), this);
    QPushButton *connectButton = makeButton(tr("Connect"), this, QStringLiteral("primary"));
    connectButton->setDefault(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(5 * theme::step, 5 * theme::step, 5 * theme::step, 4 * theme::step);
    layout->setSpacing(3 * theme::step);
    layout->addWidget(makeLabel(windowTitle(), theme::titleFont(), this));
    layout->addWidget(why);
    layout->addWidget(field);
    layout->addLayout(makeButtonRow({cancel, connectButton}));
    setMinimumWidth(420);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(connectButton, &QPushButton::clicked, this, [this] {
        const Secret password(m_password->text());
        m_password->clear();
        accept();
        emit passwordGiven(password);
    });
}

} // namespace signalbox
