#include "app/core/signature.h"

#include <QTest>

#include <sodium.h>

using namespace signalbox;

namespace {

QString whsec(int bytes)
{
    return "whsec_" + QString::fromLatin1(QByteArray(bytes, 'k').toBase64());
}

// Ed25519 keys of the seed 00 01 02 ... 1f; the signature of the vector's content was computed by Node's
// crypto.
const QString vectorKey = QStringLiteral(
    "whsk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8DoQe/884Qvh1w3RjnS8CZZ+TWMJulDV8d3IZkElUxuA==");
const QString vectorPublicKey = QStringLiteral("whpk_A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=");
const QByteArray vectorSignature =
    "v1a,yoUrgEkc12aGqm0n4Sydmdz55xJfTz4AsAgieHFjmkR7LJtqVCZOQYzvvHjI5kAey+r4iaBG"
    "xTFRrl2iBQxtDQ==";

} // namespace

class TestSignature : public QObject
{
    Q_OBJECT
private slots:
    void vectorOfStandardWebhooks();
    void bothSecretsSignDuringRotation();
    void plainSecretIsItsUtf8();
    void secrets_data();
    void secrets();
    void noSecretNoSignature();
    void generatedSecretsDifferAndFit();
    void ed25519Vector();
    void libsodiumVerifiesWithThePublicKey();
    void kindsMixDuringRotation();
};

void TestSignature::vectorOfStandardWebhooks()
{
    const auto signature =
        webhookSignature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})",
                         {Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")});
    QVERIFY(signature);
    QCOMPARE(*signature, QByteArray("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
}

void TestSignature::bothSecretsSignDuringRotation()
{
    const Secret current("new secret"), previous("old secret");
    const QByteArray first = *webhookSignature("id", 1, "body", {current});
    const QByteArray second = *webhookSignature("id", 1, "body", {previous});
    QVERIFY(first != second);
    QCOMPARE(*webhookSignature("id", 1, "body", {current, previous}), first + ' ' + second);
}

void TestSignature::plainSecretIsItsUtf8()
{
    const QString text = QStringLiteral("Schlüssel");
    QCOMPARE(*hmacKey(Secret(text)), text.toUtf8());
}

void TestSignature::secrets_data()
{
    QTest::addColumn<QString>("secret");
    QTest::addColumn<bool>("valid");
    QTest::newRow("empty") << QString() << false;
    QTest::newRow("plain") << QStringLiteral("x") << true;
    QTest::newRow("255 characters") << QString(255, 'x') << true;
    QTest::newRow("256 characters") << QString(256, 'x') << false;
    QTest::newRow("NUL") << QString(QChar(0)) << false;
    QTest::newRow("prefix only") << QStringLiteral("whsec_") << false;
    QTest::newRow("23 bytes") << whsec(23) << false;
    QTest::newRow("24 bytes") << whsec(24) << true;
    QTest::newRow("64 bytes") << whsec(64) << true;
    QTest::newRow("65 bytes") << whsec(65) << false;
    QTest::newRow("Ed25519") << vectorKey << true;
    QTest::newRow("Ed25519, seed only") << "whsk_" + QString(43, 'A') + '=' << false;
    QTest::newRow("Ed25519, no base64") << "whsk_" + QString(88, '!') << false;
    QTest::newRow("Ed25519, foreign public half") << "whsk_" + QString(86, 'A') + "==" << false;
    QTest::newRow("no base64") << QStringLiteral("whsec_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!") << false;
}

void TestSignature::secrets()
{
    QFETCH(const QString, secret);
    QFETCH(const bool, valid);
    const Done done = validateSecret(Secret(secret));
    QCOMPARE(done.has_value(), valid);
    if (!valid) {
        QCOMPARE(done.error().kind, Error::Kind::Refused);
        QVERIFY(secret.size() < 20 || !done.error().line().contains(secret.mid(6)));
    }
}

void TestSignature::noSecretNoSignature()
{
    QVERIFY(!webhookSignature("id", 1, "body", {}));
    QVERIFY(!webhookSignature("id", 1, "body", {Secret("whsec_short")}));
}

void TestSignature::generatedSecretsDifferAndFit()
{
    const Secret one = generateSecret(), two = generateSecret();
    QVERIFY(one.reveal() != two.reveal());
    QVERIFY(validateSecret(one));
    QCOMPARE(hmacKey(one)->size(), 32);
}

void TestSignature::ed25519Vector()
{
    QCOMPARE(*webhookSignature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})",
                               {Secret(vectorKey)}),
             vectorSignature);
    QCOMPARE(*publicKeyOf(Secret(vectorKey)), vectorPublicKey);
    QVERIFY(!publicKeyOf(Secret("plain")));
}

void TestSignature::libsodiumVerifiesWithThePublicKey()
{
    const Secret key = generateSigningKey();
    QVERIFY(validateSecret(key));
    const QByteArray signature =
        QByteArray::fromBase64(webhookSignature("id", 5, "body", {key})->mid(qstrlen("v1a,")));
    const QByteArray publicKey = QByteArray::fromBase64(publicKeyOf(key)->mid(qstrlen("whpk_")).toLatin1());
    QCOMPARE(publicKey.size(), qsizetype(crypto_sign_PUBLICKEYBYTES));
    const auto verifies = [&](const QByteArray &content) {
        return crypto_sign_verify_detached(
                   reinterpret_cast<const unsigned char *>(signature.constData()),
                   reinterpret_cast<const unsigned char *>(content.constData()), std::size_t(content.size()),
                   reinterpret_cast<const unsigned char *>(publicKey.constData())) == 0;
    };
    QVERIFY(verifies("id.5.body"));
    QVERIFY(!verifies("id.6.body"));
}

void TestSignature::kindsMixDuringRotation()
{
    const QByteArray both = *webhookSignature("id", 1, "body", {Secret(vectorKey), Secret("old")});
    QVERIFY(both.startsWith("v1a,"));
    QVERIFY(both.endsWith(' ' + *webhookSignature("id", 1, "body", {Secret("old")})));
}

QTEST_APPLESS_MAIN(TestSignature)
#include "test_signature.moc"
