#include "app/core/signature.h"

#include <QTest>

using namespace signalbox;

namespace {

QString whsec(int bytes)
{
    return "whsec_" + QString::fromLatin1(QByteArray(bytes, 'k').toBase64());
}

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
    QCOMPARE(*signingKey(Secret(text)), text.toUtf8());
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
    QCOMPARE(signingKey(one)->size(), 32);
}

QTEST_APPLESS_MAIN(TestSignature)
#include "test_signature.moc"
