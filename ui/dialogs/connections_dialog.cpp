#include "ui/dialogs/connections_dialog.h"

#include "ui/dialogs/connection_form.h"
#include "ui/dialogs/password_dialog.h"
#include "ui/theme/theme.h"
#include "ui/widgets/card.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/notice.h"
#include "ui/widgets/row_list.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace signalbox {

namespace {

QString keychainHint()
{
    return ConnectionsDialog::tr("Kept in the system keychain only. Empty: the stored one is used.");
}

QString spokenName(const ConnectionProfile &profile)
{
    switch (profile.kind) {
    case ConnectionProfile::Kind::PrivateCluster:
        return ConnectionsDialog::tr("Private cluster");
    case ConnectionProfile::Kind::Demo:
        return ConnectionsDialog::tr("Demo");
    case ConnectionProfile::Kind::Server:
        break;
    }
    return profile.name;
}

bool isServer(const ConnectionProfile &profile)
{
    return profile.kind == ConnectionProfile::Kind::Server;
}

} // namespace

ConnectionsDialog::ConnectionsDialog(const ConsoleServices &services, QWidget *parent)
    : QDialog(parent)
    , m_services(services)
    , m_list(new RowList(tr("Saved connections"), this))
    , m_form(new ConnectionForm(this))
    , m_outcome(new Notice(this))
    , m_remove(makeButton(tr("Remove"), this, QStringLiteral("danger")))
    , m_test(makeButton(tr("&Test connection"), this))
    , m_save(makeButton(tr("&Save"), this))
    , m_connect(makeButton(tr("&Connect"), this, QStringLiteral("primary")))
{
    setWindowTitle(tr("Connections"));
    m_outcome->hide();
    buildLayout();
    connect(m_list, &QListWidget::currentRowChanged, this, &ConnectionsDialog::showChosen);
    connect(m_list, &RowList::rowActivated, this, &ConnectionsDialog::connectNow);
    connect(m_form, &ConnectionForm::changed, this, &ConnectionsDialog::updateButtons);
    connect(m_form, &ConnectionForm::addressGiven, this, &ConnectionsDialog::takeAddress);
    showProfiles(m_services.connector->currentProfile().name);
}

void ConnectionsDialog::buildLayout()
{
    auto *listCard = new Card(this);
    listCard->setFixedWidth(240);
    auto *listLayout = new QVBoxLayout(listCard);
    listLayout->setContentsMargins(1, 1, 1, 1);
    listLayout->addWidget(m_list);
    QPushButton *addButton = makeButton(tr("&New"), this);
    addButton->setToolTip(tr("Or paste an address: postgresql://…"));
    connect(addButton, &QPushButton::clicked, this, &ConnectionsDialog::add);
    connect(m_remove, &QPushButton::clicked, this, &ConnectionsDialog::remove);
    auto *listButtons = new QHBoxLayout;
    listButtons->setSpacing(2 * theme::step);
    listButtons->addWidget(addButton);
    listButtons->addWidget(m_remove);
    listButtons->addStretch(1);
    auto *left = new QVBoxLayout;
    left->setSpacing(2 * theme::step);
    left->addWidget(listCard, 1);
    left->addLayout(listButtons);
    auto *columns = new QHBoxLayout;
    columns->setSpacing(5 * theme::step);
    columns->addLayout(left);
    columns->addWidget(m_form, 1);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(5 * theme::step, 5 * theme::step, 5 * theme::step, 4 * theme::step);
    layout->setSpacing(4 * theme::step);
    layout->addWidget(makeLabel(windowTitle(), theme::titleFont(), this));
    layout->addLayout(columns, 1);
    layout->addWidget(m_outcome);
    layout->addLayout(buildButtons());
    resize(760, 560);
}

QLayout *ConnectionsDialog::buildButtons()
{
    QPushButton *close = makeButton(tr("Close"), this);
    m_connect->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_test, &QPushButton::clicked, this, &ConnectionsDialog::test);
    connect(m_save, &QPushButton::clicked, this, [this] {
        save([this](const QString &problem) {
            showOutcome(problem.isEmpty(),
                        problem.isEmpty() ? tr("Saved.") : tr("Saved, but for a password:"), problem);
        });
    });
    connect(m_connect, &QPushButton::clicked, this, &ConnectionsDialog::connectNow);
    return makeButtonRow({close, m_save, m_connect}, m_test);
}

void ConnectionsDialog::showProfiles(const QString &chosen)
{
    m_profiles = m_services.profiles->profiles();
    fillList(false);
    const auto found = std::find_if(m_profiles.cbegin(), m_profiles.cend(),
                                    [&](const ConnectionProfile &profile) { return profile.name == chosen; });
    const ConnectionProfile current = m_services.connector->currentProfile();
    if (found == m_profiles.cend() && chosen == current.name && isServer(current))
        return addUnsaved(current);
    const qsizetype row = found == m_profiles.cend() ? 0 : found - m_profiles.cbegin();
    m_list->setCurrentRow(int(row));
    showChosen(); // the row may be the same, its profile another
}

// A connection that an address on the command line named is not saved, and can be.
void ConnectionsDialog::addUnsaved(const ConnectionProfile &profile)
{
    m_unsaved = profile;
    m_unsaved.name = profile.database;
    fillList(true);
    m_list->setCurrentRow(m_list->count() - 1);
}

void ConnectionsDialog::takeAddress(const QString &address)
{
    const auto addressed = m_services.connector->readAddress(address);
    if (!addressed)
        return showOutcome(false, tr("Not taken."), addressed.error().line());
    m_form->takeAddress(*addressed, freeName(addressed->profile));
    m_outcome->hide();
}

// A name that no saved connection has: saving must not replace another one unasked.
QString ConnectionsDialog::freeName(const ConnectionProfile &profile) const
{
    for (const QString &name :
         {profile.database, QStringLiteral("%1 at %2").arg(profile.database, profile.host)}) {
        if (std::none_of(m_profiles.cbegin(), m_profiles.cend(),
                         [&](const ConnectionProfile &one) { return one.name == name; }))
            return name;
    }
    return {};
}

// A pasted address is a new connection, wherever in the dialog it lands that is no field.
void ConnectionsDialog::keyPressEvent(QKeyEvent *event)
{
    const QString pasted =
        event->matches(QKeySequence::Paste) ? QGuiApplication::clipboard()->text().trimmed() : QString();
    if (!ConnectionForm::isAddress(pasted))
        return QDialog::keyPressEvent(event);
    add();
    takeAddress(pasted);
}

void ConnectionsDialog::fillList(bool withNew)
{
    QList<RowListItem> rows;
    for (const ConnectionProfile &profile : std::as_const(m_profiles)) {
        const QString address =
            isServer(profile)
                ? QStringLiteral("%1:%2/%3").arg(profile.host).arg(profile.port).arg(profile.database)
                : tr("built in, on this machine");
        rows.append({profile.name, {}, spokenName(profile), {}, profile.environment, address});
    }
    if (withNew)
        rows.append({{},
                     {},
                     m_unsaved.name.isEmpty() ? tr("New connection") : tr("This connection, not saved"),
                     {},
                     {},
                     m_unsaved.host});
    m_list->setRows(rows);
}

void ConnectionsDialog::showChosen()
{
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    m_outcome->hide();
    m_form->setProfile(row < m_profiles.size() ? m_profiles.at(row) : m_unsaved);
    m_form->setPasswordHint(keychainHint());
    updateButtons();
}

void ConnectionsDialog::updateButtons()
{
    const bool server = isServer(m_form->profile());
    const bool valid = m_form->isValid();
    m_remove->setEnabled(server && m_list->currentRow() >= 0);
    m_save->setEnabled(server && valid);
    m_test->setEnabled(valid);
    m_connect->setEnabled(valid);
}

void ConnectionsDialog::add()
{
    m_unsaved = {};
    fillList(true);
    m_list->setCurrentRow(m_list->count() - 1);
    m_form->setFocus(Qt::ShortcutFocusReason);
}

void ConnectionsDialog::remove()
{
    const int row = m_list->currentRow();
    if (row >= m_profiles.size())
        return showProfiles({}); // it was never saved
    const QString name = m_profiles.at(row).name;
    if (const Done removed = m_services.profiles->removeProfile(name); !removed)
        return showOutcome(false, tr("Not removed."), removed.error().line());
    showProfiles({});
    for (const QString &entry : {name, proxyCredentialName(name)}) {
        m_services.credentials->removePassword(entry, this, [this](const Result<bool> &forgotten) {
            // There may be none, or no keychain.
            if (!forgotten && forgotten.error().kind != Error::Kind::NotFound &&
                forgotten.error().kind != Error::Kind::Unavailable)
                showOutcome(false, tr("Removed, but its password stays in the keychain:"),
                            forgotten.error().line());
        });
    }
}

// Another connection of that name would be gone without a word.
Done ConnectionsDialog::checkNameIsFree(const QString &name) const
{
    for (qsizetype row = 0; row < m_profiles.size(); ++row) {
        if (row != m_list->currentRow() && m_profiles.at(row).name == name)
            return fail(Error::Kind::Conflict, tr("connection"), tr("there is one named \"%1\"").arg(name),
                        tr("choose another name"));
    }
    return {};
}

bool ConnectionsDialog::save(const Saved &saved)
{
    const ConnectionProfile profile = m_form->profile();
    if (!isServer(profile)) {
        saved({});
        return true;
    }
    if (const Done free = checkNameIsFree(profile.name); !free) {
        showOutcome(false, tr("Not saved."), free.error().line());
        return false;
    }
    if (const Done stored = m_services.profiles->saveProfile(profile); !stored) {
        showOutcome(false, tr("Not saved."), stored.error().line());
        return false;
    }
    const int row = m_list->currentRow();
    const ConnectionProfile before = m_profiles.value(row);
    const bool renamed = row < m_profiles.size() && before.name != profile.name && isServer(before) &&
                         m_services.profiles->removeProfile(before.name);
    carryPasswords(renamed ? before.name : QString(), profile.name, saved);
    return true;
}

// What was typed is stored; what was not follows a connection that got another name.
void ConnectionsDialog::carryPasswords(const QString &from, const QString &to, const Saved &saved)
{
    const Secret password = m_form->typedPassword();
    const Secret proxyPassword = m_form->typedProxyPassword();
    showProfiles(to);
    if (!password.isEmpty())
        storePassword(to, password, from);
    if (!proxyPassword.isEmpty())
        storePassword(proxyCredentialName(to), proxyPassword,
                      from.isEmpty() ? QString() : proxyCredentialName(from));
    QStringList following;
    if (!from.isEmpty() && password.isEmpty())
        following << from;
    if (!from.isEmpty() && proxyPassword.isEmpty())
        following << proxyCredentialName(from);
    movePasswords(following, from, to, {}, saved);
}

void ConnectionsDialog::movePasswords(QStringList entries, const QString &from, const QString &to,
                                      const QString &problem, const Saved &saved)
{
    if (entries.isEmpty())
        return saved(problem);
    const QString entry = entries.takeFirst();
    movePassword(*m_services.credentials, entry, entry == from ? to : proxyCredentialName(to), this,
                 [this, entries, from, to, problem, saved](const Result<bool> &moved) {
                     movePasswords(entries, from, to, moved ? problem : moved.error().line(), saved);
                 });
}

void ConnectionsDialog::storePassword(const QString &profile, const Secret &password, const QString &replaced)
{
    m_services.credentials->writePassword(
        profile, password, this, [this, replaced](const Result<bool> &stored) {
            if (stored && !replaced.isEmpty())
                m_services.credentials->removePassword(replaced, this,
                                                       [](const Result<bool> &) {}); // there may be none
            m_form->setPasswordHint(
                stored ? tr("Stored in the system keychain")
                       : tr("Not stored (%1): it will be asked for at each connect").arg(stored.error().why));
        });
}

void ConnectionsDialog::withPassword(const ConnectionProfile &profile,
                                     const std::function<void(const Result<Secret> &)> &use)
{
    if (!isServer(profile))
        return use(Secret());
    m_services.credentials->readPassword(profile.name, this, use);
}

void ConnectionsDialog::test()
{
    const ConnectionProfile profile = m_form->profile();
    const auto run = [this, profile](const Secret &password) {
        m_services.connector->testConnection(profile, password, this, [this](const Result<QString> &version) {
            m_test->setEnabled(true);
            if (version)
                showOutcome(true, tr("Connected:"), *version);
            else
                showOutcome(false,
                            version.error().kind == Error::Kind::Refused ? tr("Not usable:")
                                                                         : tr("No connection."),
                            version.error().line());
        });
    };
    m_test->setEnabled(false);
    m_outcome->setContent(theme::State::Information, tr("Connecting …"));
    m_outcome->show();
    if (const Secret typed = m_form->typedPassword(); !typed.isEmpty())
        return run(typed);
    withPassword(profile, [run](const Result<Secret> &stored) { run(stored.value_or(Secret())); });
}

void ConnectionsDialog::connectNow()
{
    const ConnectionProfile profile = m_form->profile();
    const Secret typed = m_form->typedPassword();
    if (!m_form->isValid())
        return;
    save([this, profile, typed](const QString &) {
        if (!typed.isEmpty())
            return finish(profile, typed);
        connectTo(profile); // asks for a password that could not follow
    });
}

void ConnectionsDialog::connectTo(const ConnectionProfile &profile)
{
    withPassword(profile, [this, profile](const Result<Secret> &stored) {
        if (stored)
            finish(profile, *stored);
        else
            askAndConnect(profile, stored.error());
    });
}

void ConnectionsDialog::askAndConnect(const ConnectionProfile &profile, const Error &why)
{
    const QString reason = why.kind == Error::Kind::NotFound
                               ? tr("The system keychain holds no password for this connection.")
                               : tr("The system keychain cannot be used (%1). The password is used for this "
                                    "connection and not stored.")
                                     .arg(why.why);
    auto *dialog = new PasswordDialog(profile, reason, isVisible() ? this : parentWidget());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &PasswordDialog::passwordGiven, this,
            [this, profile](const Secret &password) { finish(profile, password); });
    dialog->open();
}

void ConnectionsDialog::finish(const ConnectionProfile &profile, const Secret &password)
{
    m_services.connector->connectTo(profile, password);
    accept();
}

void ConnectionsDialog::showOutcome(bool good, const QString &lead, const QString &text)
{
    m_outcome->setContent(good ? theme::State::Ok : theme::State::Failure, lead, text);
    m_outcome->show();
}

} // namespace signalbox
