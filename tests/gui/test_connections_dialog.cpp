#include "app/database/profile_address.h"
#include "ui/dialogs/connections_dialog.h"
#include "ui/dialogs/password_dialog.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QTest>

using namespace signalbox;

namespace {

ConnectionProfile server()
{
    ConnectionProfile profile;
    profile.name = QStringLiteral("prod");
    profile.host = QStringLiteral("db.example.com");
    profile.database = QStringLiteral("app");
    profile.user = QStringLiteral("operator");
    return profile;
}

class FakeProfiles final : public ProfileStore
{
public:
    QList<ConnectionProfile> profiles() const override { return saved; }
    Done saveProfile(const ConnectionProfile &profile) override
    {
        saved.removeIf([&](const ConnectionProfile &one) { return one.name == profile.name; });
        saved.append(profile);
        return {};
    }
    Done removeProfile(const QString &name) override
    {
        saved.removeIf([&](const ConnectionProfile &one) { return one.name == name; });
        return {};
    }
    QList<ConnectionProfile> saved{server()};
};

class FakeKeychain final : public CredentialStore
{
public:
    void readPassword(const QString &profile, QObject *, Reply<Secret> reply) override
    {
        if (!exists)
            reply(fail(Error::Kind::Unavailable, QStringLiteral("read password"),
                       QStringLiteral("no keychain")));
        else if (!passwords.contains(profile))
            reply(fail(Error::Kind::NotFound, QStringLiteral("read password"), QStringLiteral("none")));
        else
            reply(Secret(passwords.value(profile)));
    }
    void writePassword(const QString &profile, const Secret &password, QObject *, Reply<bool> reply) override
    {
        if (!exists || isLocked)
            return reply(fail(exists ? Error::Kind::Refused : Error::Kind::Unavailable,
                              QStringLiteral("store password"),
                              QStringLiteral("no keychain, or a locked one")));
        passwords.insert(profile, password.reveal());
        reply(true);
    }
    void removePassword(const QString &profile, QObject *, Reply<bool> reply) override
    {
        passwords.remove(profile);
        reply(true);
    }
    bool exists = true;
    bool isLocked = false; ///< for writing
    QHash<QString, QString> passwords;
};

class FakeConnector final : public Connector
{
public:
    ConnectionProfile currentProfile() const override { return current; }
    void connectTo(const ConnectionProfile &profile, const Secret &password) override
    {
        connected.append(profile.name + QLatin1Char('/') + password.reveal());
    }
    void retryNow() override {}
    Result<AddressedProfile> readAddress(const QString &address) const override
    {
        return profileOfAddress(address);
    }
    void testConnection(const ConnectionProfile &, const Secret &, QObject *, Reply<QString>) override {}
    ConnectionProfile current = server();
    QStringList connected;
};

QPushButton *button(const QWidget &dialog, const QString &text)
{
    for (QPushButton *one : dialog.findChildren<QPushButton *>()) {
        if (one->text() == text)
            return one;
    }
    return nullptr;
}

QLineEdit *edit(const QWidget &dialog, const QString &name)
{
    for (QLineEdit *one : dialog.findChildren<QLineEdit *>()) {
        if (one->accessibleName() == name)
            return one;
    }
    return nullptr;
}

} // namespace

class TestConnectionsDialog : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { theme::apply(*qApp, theme::Mode::Light); }

    void init()
    {
        m_profiles = FakeProfiles();
        m_keychain = FakeKeychain();
        m_connector = FakeConnector();
        m_services.profiles = &m_profiles;
        m_services.credentials = &m_keychain;
        m_services.connector = &m_connector;
    }

    void tabGoesFromUserToPassword()
    {
        ConnectionsDialog dialog(m_services);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        edit(dialog, QStringLiteral("User"))->setFocus();
        QTest::keyClick(edit(dialog, QStringLiteral("User")), Qt::Key_Tab);
        QCOMPARE(QApplication::focusWidget(), edit(dialog, QStringLiteral("Password")));
    }

    void aPastedAddressFillsTheFields()
    {
        // Given a new connection
        ConnectionsDialog dialog(m_services);
        dialog.show();
        button(dialog, QStringLiteral("&New"))->click();

        // When an address is pasted where the host goes
        edit(dialog, QStringLiteral("Host"))
            ->setText(QStringLiteral("postgresql://ann:hunter2@db2.example.com:6000/shop?sslmode=verify-full"
                                     "&sslrootcert=/etc/ca.pem"));

        // Then each part lands in its field, the password in the one that hides it
        QCOMPARE(edit(dialog, QStringLiteral("Host"))->text(), QStringLiteral("db2.example.com"));
        QCOMPARE(edit(dialog, QStringLiteral("User"))->text(), QStringLiteral("ann"));
        QCOMPARE(edit(dialog, QStringLiteral("Database"))->text(), QStringLiteral("shop"));
        QCOMPARE(edit(dialog, QStringLiteral("Password"))->text(), QStringLiteral("hunter2"));
        QCOMPARE(edit(dialog, QStringLiteral("Password"))->echoMode(), QLineEdit::Password);
        QVERIFY(edit(dialog, QStringLiteral("CA certificate file"))->isVisible());

        // And what has no field is refused by its name
        edit(dialog, QStringLiteral("Host"))
            ->setText(
                QStringLiteral("postgresql://db3.example.com/shop?service=x&options=-csearch_path%3Da"));
        QCOMPARE(edit(dialog, QStringLiteral("Host"))->text(), QString());
        QVERIFY(edit(dialog, QStringLiteral("User"))->text() == QStringLiteral("ann"));
    }

    void anAddressPastedIntoTheListIsANewConnection()
    {
        // Given a saved connection that has the name of the database already
        ConnectionProfile other = server();
        other.name = QStringLiteral("shop");
        m_profiles.saved.append(other);
        ConnectionsDialog dialog(m_services);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QGuiApplication::clipboard()->setText(QStringLiteral("postgresql://ann@db2.example.com/shop"));
        QTest::keyClick(dialog.findChild<QListWidget *>(), Qt::Key_V, Qt::ControlModifier);

        // Then it gets another one, and replaces nothing when it is saved
        QCOMPARE(edit(dialog, QStringLiteral("Name"))->text(), QStringLiteral("shop at db2.example.com"));
        QCOMPARE(edit(dialog, QStringLiteral("Host"))->text(), QStringLiteral("db2.example.com"));
        button(dialog, QStringLiteral("&Save"))->click();
        QCOMPARE(m_profiles.saved.size(), 3);
    }

    void theConnectionOfAnAddressCanBeSaved()
    {
        m_connector.current.name = QStringLiteral("ann@db9.example.com/shop");
        m_connector.current.host = QStringLiteral("db9.example.com");
        m_connector.current.database = QStringLiteral("shop");
        ConnectionsDialog dialog(m_services);
        dialog.show();
        QCOMPARE(edit(dialog, QStringLiteral("Host"))->text(), QStringLiteral("db9.example.com"));
        edit(dialog, QStringLiteral("Name"))->setText(QStringLiteral("shop"));
        button(dialog, QStringLiteral("&Save"))->click();
        QCOMPARE(m_profiles.saved.constLast().name, QStringLiteral("shop"));
        QCOMPARE(m_profiles.saved.constLast().host, QStringLiteral("db9.example.com"));
    }

    void aNameThatIsTakenReplacesNothing()
    {
        ConnectionsDialog dialog(m_services);
        dialog.show();
        button(dialog, QStringLiteral("&New"))->click();
        edit(dialog, QStringLiteral("Name"))->setText(QStringLiteral("prod"));
        edit(dialog, QStringLiteral("Host"))->setText(QStringLiteral("elsewhere.example.com"));
        edit(dialog, QStringLiteral("Database"))->setText(QStringLiteral("app"));
        button(dialog, QStringLiteral("&Save"))->click();
        QCOMPARE(m_profiles.saved.size(), 1);
        QCOMPARE(m_profiles.saved.constFirst().host, QStringLiteral("db.example.com"));
        button(dialog, QStringLiteral("&Connect"))->click();
        QVERIFY(m_connector.connected.isEmpty());
    }

    void typedPasswordsGoToTheKeychainOnly()
    {
        ConnectionsDialog dialog(m_services);
        dialog.show();
        edit(dialog, QStringLiteral("Password"))->setText(QStringLiteral("hunter2"));
        button(dialog, QStringLiteral("&Connect"))->click();
        QCOMPARE(m_connector.connected, QStringList{QStringLiteral("prod/hunter2")});
        QCOMPARE(m_keychain.passwords.value(QStringLiteral("prod")), QStringLiteral("hunter2"));
        QVERIFY(!dialog.isVisible());
    }

    void storedPasswordsAreUsed()
    {
        m_keychain.passwords.insert(QStringLiteral("prod"), QStringLiteral("stored"));
        ConnectionsDialog dialog(m_services);
        button(dialog, QStringLiteral("&Connect"))->click();
        QCOMPARE(m_connector.connected, QStringList{QStringLiteral("prod/stored")});
    }

    void withoutAKeychainThePasswordIsAskedFor()
    {
        m_keychain.exists = false;
        ConnectionsDialog dialog(m_services);
        dialog.show();
        button(dialog, QStringLiteral("&Connect"))->click();
        QVERIFY(m_connector.connected.isEmpty());
        auto *asking = dialog.findChild<PasswordDialog *>();
        QVERIFY(asking);
        asking->findChild<QLineEdit *>()->setText(QStringLiteral("typed"));
        button(*asking, QStringLiteral("Connect"))->click();
        QCOMPARE(m_connector.connected, QStringList{QStringLiteral("prod/typed")});
        QVERIFY(m_keychain.passwords.isEmpty());
    }

    void renamingLeavesOneConnection()
    {
        ConnectionsDialog dialog(m_services);
        edit(dialog, QStringLiteral("Name"))->setText(QStringLiteral("production"));
        button(dialog, QStringLiteral("&Save"))->click();
        QCOMPARE(m_profiles.saved.size(), 1);
        QCOMPARE(m_profiles.saved.constFirst().name, QStringLiteral("production"));
    }

    void aPasswordFollowsItsConnection()
    {
        m_keychain.passwords = {{QStringLiteral("prod"), QStringLiteral("stored")},
                                {proxyCredentialName(QStringLiteral("prod")), QStringLiteral("proxy's")}};
        ConnectionsDialog dialog(m_services);
        edit(dialog, QStringLiteral("Name"))->setText(QStringLiteral("production"));
        button(dialog, QStringLiteral("&Connect"))->click();
        const QHash<QString, QString> expected{
            {QStringLiteral("production"), QStringLiteral("stored")},
            {proxyCredentialName(QStringLiteral("production")), QStringLiteral("proxy's")}};
        QCOMPARE(m_keychain.passwords, expected);
        QCOMPARE(m_connector.connected, QStringList{QStringLiteral("production/stored")});
    }

    void aPasswordThatCannotFollowStays()
    {
        m_keychain.passwords = {{QStringLiteral("prod"), QStringLiteral("stored")}};
        m_keychain.isLocked = true;
        ConnectionsDialog dialog(m_services);
        edit(dialog, QStringLiteral("Name"))->setText(QStringLiteral("production"));
        button(dialog, QStringLiteral("&Save"))->click();
        QCOMPARE(m_keychain.passwords.value(QStringLiteral("prod")), QStringLiteral("stored"));
        QCOMPARE(m_keychain.passwords.size(), 1);
        bool isSaid = false;
        for (const QLabel *label : dialog.findChildren<QLabel *>())
            isSaid = isSaid || label->text().contains(QStringLiteral("locked"));
        QVERIFY(isSaid);
    }

    void aTypedPasswordLeavesNoOldOne()
    {
        m_keychain.passwords = {{QStringLiteral("prod"), QStringLiteral("stored")}};
        ConnectionsDialog dialog(m_services);
        edit(dialog, QStringLiteral("Name"))->setText(QStringLiteral("production"));
        edit(dialog, QStringLiteral("Password"))->setText(QStringLiteral("typed"));
        button(dialog, QStringLiteral("&Save"))->click();
        const QHash<QString, QString> expected{{QStringLiteral("production"), QStringLiteral("typed")}};
        QCOMPARE(m_keychain.passwords, expected);
    }

    void removingAConnectionForgetsItsPasswords()
    {
        m_keychain.passwords = {{QStringLiteral("prod"), QStringLiteral("stored")},
                                {proxyCredentialName(QStringLiteral("prod")), QStringLiteral("proxy's")},
                                {QStringLiteral("other"), QStringLiteral("kept")}};
        ConnectionsDialog dialog(m_services);
        button(dialog, QStringLiteral("Remove"))->click();
        QVERIFY(m_profiles.saved.isEmpty());
        QCOMPARE(m_keychain.passwords.keys(), QStringList{QStringLiteral("other")});
    }

    void incompleteConnectionsCannotBeOpened()
    {
        ConnectionsDialog dialog(m_services);
        button(dialog, QStringLiteral("&New"))->click();
        QVERIFY(!button(dialog, QStringLiteral("&Connect"))->isEnabled());
        edit(dialog, QStringLiteral("Name"))->setText(QStringLiteral("new"));
        edit(dialog, QStringLiteral("Host"))->setText(QStringLiteral("u@h"));
        edit(dialog, QStringLiteral("Database"))->setText(QStringLiteral("d"));
        QVERIFY(!button(dialog, QStringLiteral("&Connect"))->isEnabled());
        edit(dialog, QStringLiteral("Host"))->setText(QStringLiteral("h"));
        QVERIFY(button(dialog, QStringLiteral("&Connect"))->isEnabled());
    }

private:
    FakeProfiles m_profiles;
    FakeKeychain m_keychain;
    FakeConnector m_connector;
    ConsoleServices m_services;
};

QTEST_MAIN(TestConnectionsDialog)
#include "test_connections_dialog.moc"
