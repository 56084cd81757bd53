#include "ui/dialogs/connection_form.h"

#include "ui/dialogs/form_field.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QPixmap>
#include <QSpinBox>

#include <array>

namespace signalbox {

namespace {

struct Colour
{
    const char *state;
    const char *name;
};

constexpr std::array<Colour, 6> colours{{
    {"held", QT_TRANSLATE_NOOP("ConnectionForm", "Grey")},
    {"ok", QT_TRANSLATE_NOOP("ConnectionForm", "Green")},
    {"information", QT_TRANSLATE_NOOP("ConnectionForm", "Blue")},
    {"ambiguous", QT_TRANSLATE_NOOP("ConnectionForm", "Purple")},
    {"warning", QT_TRANSLATE_NOOP("ConnectionForm", "Amber")},
    {"failure", QT_TRANSLATE_NOOP("ConnectionForm", "Red")},
}};

QIcon swatch(const QString &state)
{
    QPixmap pixmap(12, 12);
    pixmap.fill(theme::stateText(theme::stateFromName(state)));
    return pixmap;
}

} // namespace

ConnectionForm::ConnectionForm(QWidget *parent)
    : QWidget(parent)
    , m_name(new QLineEdit(this))
    , m_host(new QLineEdit(this))
    , m_port(new QSpinBox(this))
    , m_database(new QLineEdit(this))
    , m_user(new QLineEdit(this))
    , m_sslMode(new QComboBox(this))
    , m_rootCertificate(new QLineEdit(this))
    , m_certificate(new QLineEdit(this))
    , m_key(new QLineEdit(this))
    , m_environment(new QLineEdit(this))
    , m_colour(new QComboBox(this))
    , m_readOnly(new QCheckBox(tr("&Read-only (the server refuses changes)"), this))
    , m_password(new QLineEdit(this))
    , m_proxy(new QLineEdit(this))
    , m_proxyPassword(new QLineEdit(this))
    , m_nameField(new FormField(tr("Name"), m_name, this))
    , m_hostField(new FormField(tr("Host"), m_host, this))
    , m_databaseField(new FormField(tr("Database"), m_database, this))
    , m_userField(new FormField(tr("User"), m_user, this))
    , m_passwordField(new FormField(tr("Password"), m_password, this))
    , m_rootCertificateField(new FormField(tr("CA certificate file"), m_rootCertificate, this))
    , m_certificateField(new FormField(tr("Client certificate file"), m_certificate, this))
    , m_keyField(new FormField(tr("Its key file"), m_key, this))
    , m_proxyField(new FormField(tr("Proxy for deliveries"), m_proxy, this))
    , m_proxyPasswordField(new FormField(tr("Its password"), m_proxyPassword, this))
{
    m_port->setRange(1, 65'535);
    m_port->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_sslMode->addItems(sslModes());
    m_rootCertificate->setPlaceholderText(tr("the system's"));
    m_environment->setPlaceholderText(QStringLiteral("PRODUCTION"));
    m_name->setPlaceholderText(tr("a name, or paste postgresql://…"));
    m_host->setPlaceholderText(QStringLiteral("db.example.com"));
    m_password->setEchoMode(QLineEdit::Password);
    m_proxy->setPlaceholderText(tr("none, or http://user@proxy.example.com:3128"));
    m_proxyPassword->setEchoMode(QLineEdit::Password);
    setFocusProxy(m_name);
    fillColours();
    buildLayout();
    orderTabs();
    for (const QLineEdit *edit :
         {m_name, m_host, m_database, m_user, m_rootCertificate, m_certificate, m_key, m_proxy})
        connect(edit, &QLineEdit::textChanged, this, &ConnectionForm::validate);
    for (QLineEdit *edit : {m_name, m_host, m_database, m_user})
        watchForAddress(edit);
    connect(m_sslMode, &QComboBox::currentTextChanged, this, &ConnectionForm::showFiles);
}

bool ConnectionForm::isAddress(const QString &text)
{
    return text.startsWith(QStringLiteral("postgres://")) || text.startsWith(QStringLiteral("postgresql://"));
}

// As the fields lie: what is typed blindly after the user name is the password, and must land there.
void ConnectionForm::orderTabs()
{
    const QList<QWidget *> order{
        m_name, m_host,     m_port,        m_database, m_sslMode, m_rootCertificate, m_certificate, m_key,
        m_user, m_password, m_environment, m_colour,   m_proxy,   m_proxyPassword,   m_readOnly};
    for (qsizetype i = 1; i < order.size(); ++i)
        setTabOrder(order.at(i - 1), order.at(i));
}

// A whole address that comes at once was pasted; it may hold a password, so it does not stay where it fell.
void ConnectionForm::watchForAddress(QLineEdit *edit)
{
    connect(edit, &QLineEdit::textChanged, this,
            [this, edit, before = qsizetype(0)](const QString &text) mutable {
                const bool isPasted = text.size() > before + 1;
                before = text.size();
                if (!isPasted || !isAddress(text.trimmed()))
                    return;
                edit->clear();
                emit addressGiven(text.trimmed());
            });
}

void ConnectionForm::takeAddress(const AddressedProfile &addressed, const QString &suggestedName)
{
    ConnectionProfile profile = addressed.profile;
    const ConnectionProfile before = this->profile();
    profile.name = before.name.trimmed().isEmpty() ? suggestedName : before.name;
    profile.environment = before.environment;
    profile.environmentColour = before.environmentColour;
    profile.readOnly = before.readOnly;
    profile.proxy = before.proxy;
    setFields(profile);
    if (!addressed.password.isEmpty())
        m_password->setText(addressed.password.reveal());
}

void ConnectionForm::showFiles()
{
    const bool isChecked = m_sslMode->currentText().startsWith(QStringLiteral("verify")) ||
                           m_sslMode->currentText() == QStringLiteral("require");
    const bool isServer = m_kind == ConnectionProfile::Kind::Server;
    for (const auto &[field, edit] :
         {std::pair(m_rootCertificateField, m_rootCertificate), std::pair(m_certificateField, m_certificate),
          std::pair(m_keyField, m_key)})
        field->setVisible(isServer && (isChecked || !edit->text().isEmpty()));
}

void ConnectionForm::fillColours()
{
    for (const Colour &colour : colours) {
        const QString state = QString::fromLatin1(colour.state);
        m_colour->addItem(swatch(state), tr(colour.name), state);
    }
}

void ConnectionForm::buildLayout()
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(3 * theme::step);
    grid->setVerticalSpacing(3 * theme::step);
    grid->setColumnStretch(0, 3);
    grid->setColumnStretch(1, 2);
    grid->addWidget(m_nameField, 0, 0, 1, 2);
    grid->addWidget(m_hostField, 1, 0);
    grid->addWidget(new FormField(tr("Port"), m_port, this), 1, 1, Qt::AlignTop);
    grid->addWidget(m_databaseField, 2, 0);
    grid->addWidget(new FormField(tr("TLS (sslmode)"), m_sslMode, this), 2, 1, Qt::AlignTop);
    grid->addWidget(m_rootCertificateField, 3, 0, 1, 2);
    grid->addWidget(m_certificateField, 4, 0);
    grid->addWidget(m_keyField, 4, 1, Qt::AlignTop);
    grid->addWidget(m_userField, 5, 0);
    grid->addWidget(m_passwordField, 5, 1, Qt::AlignTop);
    grid->addWidget(new FormField(tr("Environment, always in sight"), m_environment, this), 6, 0);
    grid->addWidget(new FormField(tr("Its colour"), m_colour, this), 6, 1);
    grid->addWidget(m_proxyField, 7, 0);
    grid->addWidget(m_proxyPasswordField, 7, 1, Qt::AlignTop);
    grid->addWidget(m_readOnly, 8, 0, 1, 2);
    grid->setRowStretch(9, 1);
}

void ConnectionForm::setProfile(const ConnectionProfile &profile)
{
    m_kind = profile.kind;
    const bool isServer = profile.kind == ConnectionProfile::Kind::Server;
    setFields(profile);
    clearPassword();
    for (QWidget *widget : {static_cast<QWidget *>(m_name), static_cast<QWidget *>(m_environment),
                            static_cast<QWidget *>(m_colour), static_cast<QWidget *>(m_database),
                            static_cast<QWidget *>(m_readOnly)})
        widget->setEnabled(isServer);
    for (QWidget *widget :
         {static_cast<QWidget *>(m_hostField), static_cast<QWidget *>(m_userField),
          static_cast<QWidget *>(m_passwordField), static_cast<QWidget *>(m_proxyField),
          static_cast<QWidget *>(m_proxyPasswordField), m_port->parentWidget(), m_sslMode->parentWidget()})
        widget->setVisible(isServer);
    showFiles();
    validate();
}

void ConnectionForm::setFields(const ConnectionProfile &profile)
{
    m_name->setText(profile.name);
    m_host->setText(profile.host);
    m_port->setValue(profile.port);
    m_database->setText(profile.database);
    m_user->setText(profile.user);
    m_sslMode->setCurrentText(profile.sslMode);
    m_environment->setText(profile.environment);
    m_colour->setCurrentIndex(m_colour->findData(profile.environmentColour));
    m_readOnly->setChecked(profile.readOnly);
    m_proxy->setText(profile.proxy);
    m_rootCertificate->setText(profile.rootCertificateFile);
    m_certificate->setText(profile.certificateFile);
    m_key->setText(profile.keyFile);
    showFiles();
    validate();
}

ConnectionProfile ConnectionForm::profile() const
{
    ConnectionProfile profile;
    profile.kind = m_kind;
    profile.name = m_name->text().trimmed();
    profile.host = m_host->text().trimmed();
    profile.port = m_port->value();
    profile.database = m_database->text().trimmed();
    profile.user = m_user->text().trimmed();
    profile.sslMode = m_sslMode->currentText();
    profile.rootCertificateFile = m_rootCertificate->text().trimmed();
    profile.certificateFile = m_certificate->text().trimmed();
    profile.keyFile = m_key->text().trimmed();
    profile.environment = m_environment->text().trimmed();
    profile.environmentColour = m_colour->currentData().toString();
    profile.readOnly = m_readOnly->isChecked();
    profile.proxy = m_proxy->text().trimmed();
    return profile;
}

bool ConnectionForm::isValid() const
{
    return validateProfile(profile()).has_value();
}

Secret ConnectionForm::typedPassword() const
{
    return Secret(m_password->text());
}

Secret ConnectionForm::typedProxyPassword() const
{
    return Secret(m_proxyPassword->text());
}

void ConnectionForm::clearPassword()
{
    m_password->clear();
    m_proxyPassword->clear();
}

void ConnectionForm::setPasswordHint(const QString &hint)
{
    m_passwordField->setHint(hint);
}

void ConnectionForm::validate()
{
    const Done checked = validateProfile(profile());
    const QString field = checked ? QString() : checked.error().what;
    const QString why = checked ? QString() : checked.error().why;
    // The first problem only, and none for what was not typed yet.
    const auto problemFor = [&](const QString &name, const QLineEdit *edit) {
        return field == name && !edit->text().isEmpty() ? why : QString();
    };
    m_nameField->setProblem(problemFor(QStringLiteral("name"), m_name));
    m_hostField->setProblem(problemFor(QStringLiteral("host"), m_host));
    m_databaseField->setProblem(problemFor(QStringLiteral("database"), m_database));
    m_userField->setProblem(problemFor(QStringLiteral("user"), m_user));
    m_keyField->setProblem(field == QStringLiteral("certificate") ? why : QString());
    m_proxyField->setProblem(problemFor(QStringLiteral("proxy"), m_proxy));
    emit changed();
}

} // namespace signalbox
