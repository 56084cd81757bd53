#include "app/core/endpoint.h"
#include "app/core/endpoint_conflict.h"
#include "app/core/signature.h"
#include "tests/support/test_certificates.h"

#include <QTest>

using namespace signalbox;

class TestEndpoint : public QObject
{
    Q_OBJECT
private slots:
    void urls_data();
    void urls();
    void privateAddresses_data();
    void privateAddresses();
    void ids_data();
    void ids();
    void numbers();
    void changeChecksOnlyWhatIsSet();
    void overlaps_data();
    void overlaps();
    void changeFitsWhatIsStored();
    void conflictsAreSettingsThatBothChanged();
    void generatedIdsDifferAndFit();
    void errorsDoNotQuoteTheUrl();
};

void TestEndpoint::urls_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("valid");
    const auto row = [](const char *url, bool valid) { QTest::newRow(url) << QString(url) << valid; };
    row("https://example.com/hook", true);
    row("http://example.com", true);
    row("HTTPS://example.com:8443/a?b=c&d=%20", true);
    row("http://[2606:4700::1111]:80/", true);
    row("http://127.0.0.1:9000/", true);
    row("https://b\u00fccher.example/", true);
    row("https://example.com:65535/", true);
    row("https://example.com:1/", true);
    row("https://example.com./", true);
    row("", false);
    row("example.com/hook", false);
    row("ftp://example.com/", false);
    row("file:///etc/passwd", false);
    row("https://", false);
    row("https:///hook", false);
    row("https://./", false);
    row("https://a..b/", false);
    row("https://user:secret@example.com/", false);
    row("https://user@example.com/", false);
    row("https://@example.com/", false);
    row("https://example.com/a b", false);
    row(" https://example.com/", false);
    row("https://example.com/\n", false);
    row("https://example.com/\x01", false);
    row("https://example.com\\@evil.example/", false);
    row("https://example.com:0/", false);
    row("https://example.com:65536/", false);
    row("https://example.com:abc/", false);
    row("https://exa mple.com/", false);
    row("https://[::1/", false);
    row("https://example.com/%zz", false);
}

void TestEndpoint::urls()
{
    QFETCH(const QString, url);
    QFETCH(const bool, valid);
    const Done done = validateEndpointUrl(url);
    QCOMPARE(done.has_value(), valid);
    if (!valid)
        QCOMPARE(done.error().kind, Error::Kind::Refused);
}

void TestEndpoint::privateAddresses_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("isPublic");
    const auto row = [](const char *url, bool isPublic) { QTest::newRow(url) << QString(url) << isPublic; };
    row("http://example.com/", true);
    row("http://localhost/", true); // a name: judged at connect time
    row("http://93.184.216.34/", true);
    row("http://127.0.0.1/", false);
    row("http://127.1/", false);
    row("http://0x7f.1/", false);
    row("http://0177.0.0.1/", false);
    row("http://2130706433/", false);
    row("http://127.0.0.1./", false);
    row("http://[::1]/", false);
    row("http://[::ffff:10.0.0.1]/", false);
    row("http://[64:ff9b::10.0.0.1]/", false);
    row("http://\uff11\uff12\uff17.0.0.1/", false); // full-width digits become ASCII in a host name
}

void TestEndpoint::privateAddresses()
{
    QFETCH(const QString, url);
    QFETCH(const bool, isPublic);
    QCOMPARE(validateUrlAddress(url, false).has_value(), isPublic);
    QVERIFY(validateUrlAddress(url, true));
}

void TestEndpoint::ids_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<bool>("valid");
    QTest::newRow("plain") << "ep_1" << true;
    QTest::newRow("255") << QString(255, 'a') << true;
    QTest::newRow("256") << QString(256, 'a') << false;
    QTest::newRow("empty") << "" << false;
    QTest::newRow("space") << "a b" << false;
    QTest::newRow("line break") << "a\nb" << false;
    QTest::newRow("like an option") << "-x" << false;
}

void TestEndpoint::ids()
{
    QFETCH(const QString, id);
    QFETCH(const bool, valid);
    QCOMPARE(validateEndpointId(id).has_value(), valid);
}

void TestEndpoint::numbers()
{
    QVERIFY(!validateTimeoutMs(0));
    QVERIFY(validateTimeoutMs(1));
    QVERIFY(validateTimeoutMs(3'600'000));
    QVERIFY(!validateTimeoutMs(3'600'001));
    QVERIFY(!validateMaxRetries(-1));
    QVERIFY(validateMaxRetries(0));
    QVERIFY(validateMaxRetries(100));
    QVERIFY(!validateMaxRetries(101));
    QVERIFY(validateRetrySchedule({}));
    QVERIFY(validateRetrySchedule({1, 604'800}));
    QVERIFY(!validateRetrySchedule({0}));
    QVERIFY(!validateRetrySchedule({604'801}));
}

void TestEndpoint::changeChecksOnlyWhatIsSet()
{
    EndpointChange change;
    QVERIFY(validateEndpointChange(change, false));
    change.url = QStringLiteral("http://10.0.0.1/");
    QVERIFY(!validateEndpointChange(change, false));
    QVERIFY(validateEndpointChange(change, true));
    change.eventFilter = QByteArray("{}x");
    QVERIFY(!validateEndpointChange(change, true));
    change.eventFilter = QByteArray("[\"user.*\"]");
    change.customHeaders = QList<HttpHeader>{{"Host", "x"}};
    QVERIFY(!validateEndpointChange(change, true));
    change.customHeaders = QList<HttpHeader>{{"X-A", "x"}};
    change.secret = Secret();
    QVERIFY(!validateEndpointChange(change, true));
}

void TestEndpoint::overlaps_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("seconds"); // -1: no time
    QTest::newRow("hours") << "24" << qint64(86'400);
    QTest::newRow("none") << "0" << qint64(0);
    QTest::newRow("minutes") << "30m" << qint64(1'800);
    QTest::newRow("hours named") << "24h" << qint64(86'400);
    QTest::newRow("days") << "7d" << qint64(604'800);
    QTest::newRow("seconds") << "90s" << qint64(90);
    QTest::newRow("largest") << "2147483647d" << qint64(2147483647) * 86'400;
    QTest::newRow("empty") << "" << qint64(-1);
    QTest::newRow("unit only") << "h" << qint64(-1);
    QTest::newRow("word") << "soon" << qint64(-1);
    QTest::newRow("fraction") << "1.5h" << qint64(5'400);
    QTest::newRow("negative") << "-5" << qint64(-1);
}

void TestEndpoint::overlaps()
{
    QFETCH(const QString, text);
    QFETCH(const qint64, seconds);
    const auto read = readOverlap(text);
    QCOMPARE(read.value_or(-1), seconds);
    if (!read)
        QCOMPARE(read.error().kind, Error::Kind::Usage);
    QVERIFY(validateOverlap(0));
    QVERIFY(validateOverlap(30 * 86'400));
    QVERIFY(!validateOverlap(30 * 86'400 + 1));
    QVERIFY(!validateOverlap(-1));
}

void TestEndpoint::changeFitsWhatIsStored()
{
    EndpointBasis stored;
    stored.secret = Secret("shared");
    stored.customHeaders = {{"X-Team", "a"}};
    EndpointChange change;
    QVERIFY(validateEndpointFit(change, stored));
    change.signatureScheme = SignatureScheme::V1a;
    QVERIFY(!validateEndpointFit(change, stored)); // the stored secret is no Ed25519 key
    change.secret = generateSigningKey();
    QVERIFY(validateEndpointFit(change, stored));
    change.signatureScheme = SignatureScheme::Timestamped;
    QVERIFY(!validateEndpointFit(change, stored));
    change.secret.reset();
    QVERIFY(validateEndpointFit(change, stored));
    change.signatureHeader = QStringLiteral("x-team");
    QVERIFY(!validateEndpointFit(change, stored));
    change.customHeaders = QList<HttpHeader>();
    QVERIFY(validateEndpointFit(change, stored));

    TestCertificates certificates;
    const CertifiedKey client = certificates.certify("DNS:client"), other = certificates.certify("DNS:other");
    EndpointChange key;
    key.clientKey = Secret(QString::fromLatin1(client.key));
    QVERIFY(!validateEndpointFit(key, stored)); // no certificate goes with it
    stored.tls.clientCertificate = other.certificate;
    QVERIFY(validateEndpointFit(key, stored).error().why.contains("another certificate"));
    stored.tls.clientCertificate = client.certificate + certificates.authority();
    QVERIFY(validateEndpointFit(key, stored));
    stored.tls.clientCertificate = certificates.authority() + client.certificate;
    QVERIFY(!validateEndpointFit(key, stored)); // the client's own comes first
}

void TestEndpoint::conflictsAreSettingsThatBothChanged()
{
    Endpoint opened;
    opened.url = "https://a.example/";
    opened.rateLimit = 5;
    EndpointChange mine;
    mine.url = "https://mine.example/";
    mine.description = "mine";
    mine.rateLimit = 0; // no limit
    Endpoint stored = opened;
    stored.url = "https://theirs.example/";
    stored.timeoutMs = 7'000;
    stored.rateLimit.reset();

    QVERIFY(conflictsOf(mine, stored).isEmpty()); // it does not say what it was based on
    mine.basedOn = opened;
    // Theirs and mine of the URL differ; the timeout is theirs alone, the description mine, the limit of one
    // mind.
    QCOMPARE(conflictsOf(mine, stored), QList<EndpointField>{EndpointField::Url});
    const Endpoint both = withChange(stored, mine);
    QCOMPARE(both.url, *mine.url);
    QCOMPARE(both.timeoutMs, 7'000);
    QVERIFY(!both.rateLimit);
    leaveOut(mine, EndpointField::Url);
    QVERIFY(!mine.url && mine.description);
    QVERIFY(conflictsOf(mine, stored).isEmpty());
}

void TestEndpoint::generatedIdsDifferAndFit()
{
    const QString one = generateEndpointId();
    QVERIFY(one != generateEndpointId());
    QCOMPARE(one.size(), 19);
    QVERIFY(one.startsWith("ep_"));
    QVERIFY(validateEndpointId(one));
}

void TestEndpoint::errorsDoNotQuoteTheUrl()
{
    QVERIFY(!validateEndpointUrl("https://user:hunter2@example.com/").error().line().contains("hunter2"));
}

QTEST_GUILESS_MAIN(TestEndpoint)
#include "test_endpoint.moc"
