#include "app/database/connection_settings.h"

#include <QMap>
#include <QTest>

using namespace signalbox;

class TestConnectionSettings : public QObject
{
    Q_OBJECT
private slots:
    void everyParameterReachesLibpq_data();
    void everyParameterReachesLibpq();
    void whatCannotWorkIsRefused_data();
    void whatCannotWorkIsRefused();
    void labelsNameThePlaceAndNoPassword_data();
    void labelsNameThePlaceAndNoPassword();
    void ourWatchOverTheNetworkMayBeOverruled();
    void accessTravels();

private:
    static QMap<QString, QString> parametersOf(const ConnectionSettings &settings)
    {
        QMap<QString, QString> parameters;
        for (const auto &[keyword, value] : settings.libpqParameters())
            parameters.insert(keyword, value);
        return parameters;
    }
};

void TestConnectionSettings::everyParameterReachesLibpq_data()
{
    QTest::addColumn<QString>("uri");
    QTest::addColumn<QString>("keyword");
    QTest::addColumn<QString>("value");
    const QString base = "postgresql://u@h/d?";
    for (const char *pair : {"requirepeer=postgres",
                             "gssencmode=disable",
                             "sslcrldir=/crl",
                             "sslcrl=/crl.pem",
                             "passfile=/p",
                             "sslcert=/c",
                             "sslkey=/k",
                             "sslrootcert=/r",
                             "sslsni=0",
                             "ssl_min_protocol_version=TLSv1.3",
                             "sslcompression=0",
                             "krbsrvname=x",
                             "gssdelegation=0",
                             "channel_binding=require",
                             "target_session_attrs=read-write",
                             "keepalives=0",
                             "tcp_user_timeout=5",
                             "hostaddr=127.0.0.1",
                             "connect_timeout=9",
                             "sslmode=verify-full",
                             "application_name=mine",
                             "fallback_application_name=x"}) {
        const QString text = QLatin1String(pair);
        // Not every libpq knows every parameter; one that it does not know it refuses itself.
        if (ConnectionSettings::fromUri(base + text))
            QTest::newRow(pair) << base + text << text.section('=', 0, 0) << text.section('=', 1);
    }
    QTest::newRow("hosts") << "postgresql://u@h1:1,h2:2/d"
                           << "host"
                           << "h1,h2";
    QTest::newRow("ports") << "postgresql://u@h1:1,h2:2/d"
                           << "port"
                           << "1,2";
    QTest::newRow("one port") << "postgresql://u@h1:7,h2:7/d"
                              << "port"
                              << "7,7";
    QTest::newRow("password") << "postgresql://u:p%40ss@h/d"
                              << "password"
                              << "p@ss";
    QTest::newRow("keywords") << "host=/run/x dbname=d requirepeer=postgres"
                              << "requirepeer"
                              << "postgres";
}

void TestConnectionSettings::everyParameterReachesLibpq()
{
    QFETCH(QString, uri);
    QFETCH(QString, keyword);
    QFETCH(QString, value);
    const auto settings = ConnectionSettings::fromUri(uri);
    QVERIFY(settings);
    QCOMPARE(parametersOf(*settings).value(keyword), value);
}

void TestConnectionSettings::whatCannotWorkIsRefused_data()
{
    QTest::addColumn<QString>("uri");
    QTest::newRow("replication") << "postgresql://h/d?replication=database";
    QTest::newRow("encoding") << "postgresql://h/d?client_encoding=LATIN1";
    QTest::newRow("unknown") << "postgresql://h/d?no_such_parameter=1";
    QTest::newRow("no URI") << "postgresql://[::1";
}

void TestConnectionSettings::whatCannotWorkIsRefused()
{
    QFETCH(QString, uri);
    const auto settings = ConnectionSettings::fromUri(uri);
    QVERIFY(!settings);
    QCOMPARE(settings.error().kind, Error::Kind::Usage);
}

void TestConnectionSettings::labelsNameThePlaceAndNoPassword_data()
{
    QTest::addColumn<QString>("uri");
    QTest::addColumn<QString>("label");
    QTest::newRow("all") << "postgresql://u:secret@h:6432/d"
                         << "u@h:6432/d";
    QTest::newRow("two") << "postgresql://u:secret@h1:1,h2:2/d"
                         << "u@h1:1,h2:2/d";
    QTest::newRow("address") << "postgresql://u@/d?hostaddr=127.0.0.1"
                             << "u@127.0.0.1/d";
    QTest::newRow("socket") << "host=/run/x port=5432 dbname=d user=u"
                            << "u@/run/x/d";
    QTest::newRow("little") << "postgresql://u@"
                            << "u@localhost/u";
}

void TestConnectionSettings::labelsNameThePlaceAndNoPassword()
{
    QFETCH(QString, uri);
    QFETCH(QString, label);
    const auto settings = ConnectionSettings::fromUri(uri);
    QVERIFY(settings);
    QCOMPARE(settings->label(), label);
}

void TestConnectionSettings::ourWatchOverTheNetworkMayBeOverruled()
{
    QCOMPARE(parametersOf(*ConnectionSettings::fromUri("postgresql://h/d")).value("keepalives_idle"),
             QString("10"));
    QCOMPARE(parametersOf(*ConnectionSettings::fromUri("postgresql://h/d?keepalives_idle=99"))
                 .value("keepalives_idle"),
             QString("99"));
}

void TestConnectionSettings::accessTravels()
{
    ConnectionProfile profile;
    profile.host = "h";
    QVERIFY(ConnectionSettings::fromProfile(profile, {}).access == Access::ReadWrite);
    profile.readOnly = true;
    QVERIFY(ConnectionSettings::fromProfile(profile, {}).access == Access::ReadOnly);
    QVERIFY(ConnectionSettings().forReading().access == Access::ReadOnly);
}

QTEST_APPLESS_MAIN(TestConnectionSettings)
#include "test_connection_settings.moc"
