#include "app/core/credentials.h"
#include "app/core/signature.h"
#include "app/core/signature_scheme.h"
#include "tests/delivery/worker_fixture.h"
#include "tests/support/raw_peer.h"
#include "tests/support/test_certificates.h"

#include <QTest>

using namespace signalbox;

namespace {

QString quotedPem(const QByteArray &pem)
{
    return '\'' + QString::fromLatin1(pem) + '\'';
}

} // namespace

/// From the endpoint's row to the attempt's: schemes, overlap, TLS material, phases.
class TestWorkerExchange : public QObject
{
    Q_OBJECT
private slots:
    void init() { m_fixture = std::make_unique<WorkerFixture>(); }
    void cleanup() { m_fixture.reset(); }

    void phasesAreRecorded()
    {
        m_fixture->addEndpoint();
        const QUuid job = deliverOne();
        QCOMPARE(ofAttempt(job, "outcome || ' ' || http_version"), QString("answered 1.1"));
        QCOMPARE(ofAttempt(job, "reused_connection"), QString("false"));
        QCOMPARE(ofAttempt(job, "dns_ms IS NULL AND tls_ms IS NULL"),
                 QString("true")); // a literal address, no TLS
        QCOMPARE(ofAttempt(job, "connect_ms >= 0 AND first_byte_ms >= 0"), QString("true"));
        QCOMPARE(ofAttempt(job, "request_headers ->> 'webhook-signature'"), QString(maskedValue));
    }

    void schemeSignsBesideTheStandardHeaders()
    {
        m_fixture->addEndpoint(
            "ep_1", {{"signature_scheme", "'timestamped'"}, {"signature_header", "'Stripe-Signature'"}});
        const QUuid job = deliverOne();
        const ReceivedRequest &request = m_fixture->receiver.requests().constFirst();
        const qint64 time = request.header("webhook-timestamp").toLongLong();
        QCOMPARE(
            request.header("stripe-signature"),
            *schemeSignature(SignatureScheme::Timestamped, time, request.body, {Secret(vectorSecret())}));
        QCOMPARE(
            request.header("webhook-signature"),
            *webhookSignature(request.header("webhook-id"), time, request.body, {Secret(vectorSecret())}));
        QCOMPARE(ofAttempt(job, "request_headers ->> 'Stripe-Signature'"), QString(maskedValue));
    }

    void previousSecretSignsWithinTheOverlapOnly()
    {
        m_fixture->addEndpoint("ep_1", {{"signature_scheme", "'timestamped'"},
                                        {"secret", "'new'"},
                                        {"previous_secret", "'old'"},
                                        {"previous_secret_expires_at", "now() + interval '1 hour'"}});
        deliverOne();
        QCOMPARE(m_fixture->receiver.requests().last().header("x-webhook-signature").count("v1="), 2);
        QCOMPARE(m_fixture->receiver.requests().last().header("webhook-signature").count("v1,"), 2);

        m_fixture->database.run("UPDATE webhook_endpoints SET previous_secret_expires_at = now()");
        m_fixture->addJob();
        QTRY_COMPARE(m_fixture->receiver.requests().size(), 2);
        QCOMPARE(m_fixture->receiver.requests().last().header("x-webhook-signature").count("v1="), 1);
        QCOMPARE(m_fixture->receiver.requests().last().header("webhook-signature").count("v1,"), 1);
    }

    void jobWithThePreviousSecretIsSignedByItOnceTheOverlapIsOver()
    {
        m_fixture->addEndpoint("ep_1", {{"secret", "'present'"},
                                        {"previous_secret", "'previous'"},
                                        {"previous_secret_expires_at", "now() - interval '1 s'"}});
        m_fixture->addJob("{}", {{"secret", "'previous'"}});
        m_fixture->startWorker();
        QTRY_COMPARE(m_fixture->receiver.requests().size(), 1);
        const ReceivedRequest &request = m_fixture->receiver.requests().constFirst();
        QCOMPARE(request.header("webhook-signature"),
                 *webhookSignature(request.header("webhook-id"),
                                   request.header("webhook-timestamp").toLongLong(), request.body,
                                   {Secret("previous")}));
    }

    void tlsMaterialReachesTheReceiver()
    {
        TestCertificates certificates;
        const CertifiedKey client = certificates.certify("DNS:client");
        RawPeer peer(RawPeer::sends("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
                     certificates.serverConfiguration(certificates.certify("IP:127.0.0.1"), true));
        m_fixture->addEndpoint("ep_1", {{"url", '\'' + peer.url() + '\''},
                                        {"ca_certificates", quotedPem(certificates.authority())},
                                        {"client_certificate", quotedPem(client.certificate)},
                                        {"client_key", quotedPem(client.key)}});
        const QUuid job = deliverOne();
        QCOMPARE(peer.clientSerials().size(), 1);
        QVERIFY(!peer.clientSerials().constFirst().isEmpty());
        QCOMPARE(ofAttempt(job, "tls_ms > 0 AND connect_ms > 0"), QString("true"));
    }

private:
    QUuid deliverOne()
    {
        const QUuid job = m_fixture->addJob();
        m_fixture->startWorker();
        const bool done = QTest::qWaitFor([&] { return m_fixture->jobStatus(job) == "completed"; }, 20'000);
        if (!done)
            qWarning("the job was not delivered: %s", qPrintable(ofAttempt(job, "error")));
        return job;
    }

    QString ofAttempt(const QUuid &job, const QString &expression)
    {
        return m_fixture->value("SELECT " + expression + " FROM webhook_deliveries WHERE job_id = :id::uuid",
                                job);
    }

    std::unique_ptr<WorkerFixture> m_fixture;
};

QTEST_GUILESS_MAIN(TestWorkerExchange)
#include "test_worker_exchange.moc"
