#include "app/platform/settings_profile_store.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

namespace {

ConnectionProfile serverProfile(const QString &name)
{
    ConnectionProfile profile;
    profile.name = name;
    profile.host = QStringLiteral("db-eu-1.example.com");
    profile.port = 6432;
    profile.database = QStringLiteral("app");
    profile.user = QStringLiteral("operator");
    profile.sslMode = QStringLiteral("verify-full");
    profile.environment = QStringLiteral("PRODUCTION, Zürich");
    profile.environmentColour = QStringLiteral("failure");
    profile.readOnly = true;
    profile.proxy = QStringLiteral("http://operator@proxy.example.com:3128");
    return profile;
}

} // namespace

class TestPlatform : public QObject
{
    Q_OBJECT
private slots:
    void profilesSurviveARestart()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("sub/connections.ini"));
        QVERIFY(SettingsProfileStore(file).saveProfile(serverProfile(QStringLiteral("prod"))));
        QVERIFY(SettingsProfileStore(file).saveProfile(serverProfile(QStringLiteral("staging"))));

        const QList<ConnectionProfile> profiles = SettingsProfileStore(file).profiles();
        QCOMPARE(profiles.size(), 4);
        QCOMPARE(profiles.at(0).kind, ConnectionProfile::Kind::PrivateCluster);
        QCOMPARE(profiles.at(1).kind, ConnectionProfile::Kind::Demo);
        const ConnectionProfile &read = profiles.at(2);
        const ConnectionProfile expected = serverProfile(QStringLiteral("prod"));
        QCOMPARE(read.name, expected.name);
        QCOMPARE(read.kind, ConnectionProfile::Kind::Server);
        QCOMPARE(read.host, expected.host);
        QCOMPARE(read.port, expected.port);
        QCOMPARE(read.database, expected.database);
        QCOMPARE(read.user, expected.user);
        QCOMPARE(read.sslMode, expected.sslMode);
        QCOMPARE(read.environment, expected.environment);
        QCOMPARE(read.environmentColour, expected.environmentColour);
        QCOMPARE(read.readOnly, expected.readOnly);
        QCOMPARE(read.proxy, expected.proxy);
    }

    void passwordsOfProxiesAreNotStored()
    {
        QTemporaryDir folder;
        ConnectionProfile profile = serverProfile(QStringLiteral("prod"));
        profile.proxy = QStringLiteral("http://operator:hunter2@proxy.example.com:3128");
        const Done saved =
            SettingsProfileStore(folder.filePath(QStringLiteral("c.ini"))).saveProfile(profile);
        QCOMPARE(saved.error().kind, Error::Kind::Refused);
        QCOMPARE(saved.error().what, QStringLiteral("proxy"));
        QVERIFY(!saved.error().line().contains(QStringLiteral("hunter2")));
    }

    void savingTwiceReplaces()
    {
        QTemporaryDir folder;
        SettingsProfileStore store(folder.filePath(QStringLiteral("c.ini")));
        ConnectionProfile profile = serverProfile(QStringLiteral("prod"));
        QVERIFY(store.saveProfile(profile));
        profile.host = QStringLiteral("other.example.com");
        QVERIFY(store.saveProfile(profile));
        QCOMPARE(store.profiles().size(), 3);
        QCOMPARE(store.profiles().last().host, profile.host);
    }

    void removedProfilesAreGone()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("c.ini"));
        SettingsProfileStore store(file);
        QVERIFY(store.saveProfile(serverProfile(QStringLiteral("a"))));
        QVERIFY(store.saveProfile(serverProfile(QStringLiteral("b"))));
        QVERIFY(store.removeProfile(QStringLiteral("a")));
        QCOMPARE(SettingsProfileStore(file).profiles().size(), 3);
        QCOMPARE(SettingsProfileStore(file).profiles().last().name, QStringLiteral("b"));
        QCOMPARE(store.removeProfile(QStringLiteral("a")).error().kind, Error::Kind::NotFound);
    }

    void builtInProfilesStay()
    {
        QTemporaryDir folder;
        SettingsProfileStore store(folder.filePath(QStringLiteral("c.ini")));
        for (const QString &name : {QStringLiteral("private"), QStringLiteral("demo")}) {
            QCOMPARE(store.saveProfile(serverProfile(name)).error().kind, Error::Kind::Refused);
            QCOMPARE(store.removeProfile(name).error().kind, Error::Kind::Refused);
        }
        QCOMPARE(store.profiles().size(), 2);
    }

    void textThatMayHideAPasswordIsRefused_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("database");
        QTest::addColumn<QString>("user");
        QTest::newRow("URI as host") << "postgres://u:hunter2@db/app"
                                     << "app"
                                     << "u";
        QTest::newRow("user info in host") << "u:hunter2@db"
                                           << "app"
                                           << "u";
        QTest::newRow("keywords as database") << "db"
                                              << "dbname=app password=hunter2"
                                              << "u";
        QTest::newRow("URI as database") << "db"
                                         << "postgres://u:hunter2@db/app"
                                         << "u";
        QTest::newRow("password behind the user") << "db"
                                                  << "app"
                                                  << "u:hunter2";
    }
    void textThatMayHideAPasswordIsRefused()
    {
        QFETCH(const QString, host);
        QFETCH(const QString, database);
        QFETCH(const QString, user);
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("c.ini"));
        SettingsProfileStore store(path);
        QVERIFY(store.saveProfile(serverProfile(QStringLiteral("good"))));
        ConnectionProfile profile = serverProfile(QStringLiteral("bad"));
        profile.host = host;
        profile.database = database;
        profile.user = user;
        const Done saved = store.saveProfile(profile);
        QVERIFY(!saved);
        QCOMPARE(saved.error().kind, Error::Kind::Refused);
        QVERIFY(!saved.error().line().contains(QStringLiteral("hunter2")));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("hunter2"));
    }
};

QTEST_GUILESS_MAIN(TestPlatform)
#include "test_platform.moc"
