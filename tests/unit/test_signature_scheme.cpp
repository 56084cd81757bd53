#include "app/core/signature.h"
#include "app/core/signature_scheme.h"

#include <QTest>

using namespace signalbox;

Q_DECLARE_METATYPE(signalbox::SignatureScheme)

namespace {

// Seed 00 01 02 ... 1f.
const QString signingKey = QStringLiteral(
    "whsk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8DoQe/884Qvh1w3RjnS8CZZ+TWMJulDV8d3IZkElUxuA==");

} // namespace

/// Schemes beside Standard Webhooks v1, against vectors that others computed.
class TestSignatureScheme : public QObject
{
    Q_OBJECT
private slots:
    void namesGoBothWays()
    {
        for (const QString &name : signatureSchemeNames())
            QCOMPARE(signatureSchemeName(*signatureSchemeNamed(name)), name);
        QVERIFY(!signatureSchemeNamed("V1"));
        QVERIFY(!signatureSchemeNamed(""));
    }

    // From GitHub's documentation of X-Hub-Signature-256.
    void vectorOfGitHub()
    {
        QCOMPARE(*schemeSignature(SignatureScheme::HubSha256, 1, "Hello, World!",
                                  {Secret("It's a Secret to Everybody")}),
                 QByteArray("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"));
    }

    // Computed with Python's hmac; the secret's text is the key, prefix and all.
    void timestampedVector()
    {
        QCOMPARE(
            *schemeSignature(SignatureScheme::Timestamped, 1492774577, R"({"id": "evt_test"})",
                             {Secret("whsec_test_secret")}),
            QByteArray("t=1492774577,v1=9cd9b9866f890d44beea3cacd2e70f88c4a822eebc7b13495732174589be6cfc"));
    }

    void rotation()
    {
        const Secret current("new"), previous("old");
        const auto timestamped = [](const QList<Secret> &secrets) {
            return *schemeSignature(SignatureScheme::Timestamped, 7, "body", secrets);
        };
        QCOMPARE(timestamped({current, previous}),
                 timestamped({current}) + timestamped({previous}).mid(qstrlen("t=7")));
        // Room for one: the new secret's
        QCOMPARE(*schemeSignature(SignatureScheme::HubSha256, 7, "body", {current, previous}),
                 *schemeSignature(SignatureScheme::HubSha256, 7, "body", {current}));
    }

    void ed25519KeysDoNotSignShared()
    {
        const Secret key(signingKey), shared("shared");
        QVERIFY(!schemeSignature(SignatureScheme::HubSha256, 7, "body", {key}));
        QCOMPARE(*schemeSignature(SignatureScheme::HubSha256, 7, "body", {key, shared}),
                 *schemeSignature(SignatureScheme::HubSha256, 7, "body", {shared}));
        QVERIFY(schemeSignature(SignatureScheme::V1a, 7, "body", {key})->isEmpty());
    }

    void headers_data()
    {
        QTest::addColumn<SignatureScheme>("scheme");
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("valid");
        QTest::newRow("v1") << SignatureScheme::V1 << "" << true;
        QTest::newRow("v1 takes none") << SignatureScheme::V1 << "X-Sig" << false;
        QTest::newRow("v1a takes none") << SignatureScheme::V1a << "X-Sig" << false;
        QTest::newRow("usual") << SignatureScheme::Timestamped << "" << true;
        QTest::newRow("chosen") << SignatureScheme::Timestamped << "Stripe-Signature" << true;
        QTest::newRow("hub, chosen") << SignatureScheme::HubSha256 << "X-Signature-256" << true;
        QTest::newRow("owned") << SignatureScheme::Timestamped << "webhook-signature" << false;
        QTest::newRow("host") << SignatureScheme::Timestamped << "Host" << false;
        QTest::newRow("no token") << SignatureScheme::Timestamped << "X Sig" << false;
        QTest::newRow("custom header") << SignatureScheme::Timestamped << "x-team" << false;
    }

    void headers()
    {
        QFETCH(const SignatureScheme, scheme);
        QFETCH(const QString, name);
        QFETCH(const bool, valid);
        const Done done = validateSignatureHeader(scheme, name, {{"X-Team", "a"}});
        QCOMPARE(done.has_value(), valid);
        if (!valid)
            QCOMPARE(done.error().kind, Error::Kind::Refused);
    }

    void usualHeaderCollidesToo()
    {
        QVERIFY(!validateSignatureHeader(SignatureScheme::HubSha256, {}, {{"x-hub-signature-256", "a"}}));
    }

    void secretsFitTheirScheme()
    {
        const Secret key(signingKey), shared("shared");
        QVERIFY(validateSecretForScheme(SignatureScheme::V1a, key));
        QVERIFY(!validateSecretForScheme(SignatureScheme::V1a, shared));
        for (const SignatureScheme scheme :
             {SignatureScheme::V1, SignatureScheme::HubSha256, SignatureScheme::Timestamped}) {
            QVERIFY(validateSecretForScheme(scheme, shared));
            const Done refused = validateSecretForScheme(scheme, key);
            QVERIFY(!refused);
            QVERIFY(!refused.error().line().contains(signingKey.mid(5)));
            QVERIFY(validateSecretForScheme(scheme, generateSecretFor(scheme)));
        }
        QVERIFY(validateSecretForScheme(SignatureScheme::V1a, generateSecretFor(SignatureScheme::V1a)));
    }
};

QTEST_APPLESS_MAIN(TestSignatureScheme)
#include "test_signature_scheme.moc"
