#include "app/core/endpoint_conflict.h"
#include "app/core/signature.h"
#include "app/database/endpoint_queries.h"
#include "tests/database/sample_rows.h"
#include "tests/support/test_certificates.h"
#include "tests/support/test_database.h"

#include <QTest>

using namespace signalbox;

namespace {

EndpointChange validChange(const QString &id = "ep_new")
{
    EndpointChange change;
    change.id = id;
    change.url = "https://example.com/hook";
    change.secret = Secret("first secret of sixteen bytes and more");
    return change;
}

} // namespace

class TestEndpoints : public QObject
{
    Q_OBJECT
private slots:
    void init() { m_database = std::make_unique<TestDatabase>(); }
    void cleanup() { m_database.reset(); }

    void addsAndReadsBack()
    {
        EndpointChange change = validChange();
        change.description = "Billing";
        change.eventFilter = R"( ["user.*"] )";
        change.customHeaders = QList<HttpHeader>{{"X-Team", "billing"}};
        change.timeoutMs = 5000;
        change.maxRetries = 7;
        change.retryScheduleSeconds = QList<int>{1, 60, 3600};
        QCOMPARE(addEndpoint(connection(), change).value_or("?"), QString("ep_new"));
        const auto list = listEndpoints(connection());
        QVERIFY(list);
        QCOMPARE(list->size(), 1);
        const Endpoint endpoint = list->constFirst().endpoint;
        QCOMPARE(endpoint.description, QString("Billing"));
        QCOMPARE(endpoint.eventFilter, QByteArray(R"(["user.*"])"));
        QCOMPARE(endpoint.customHeaders, *change.customHeaders);
        QCOMPARE(endpoint.timeoutMs, 5000);
        QCOMPARE(endpoint.maxRetries, 7);
        QCOMPARE(endpoint.retryScheduleSeconds, *change.retryScheduleSeconds);
        QVERIFY(endpoint.enabled);
        QVERIFY(!endpoint.previousSecretExpires);
        QCOMPARE(revealSecret(connection(), "ep_new")->reveal(),
                 QString("first secret of sixteen bytes and more"));
    }

    void makesAnIdWhenNoneIsGiven()
    {
        const auto id = addEndpoint(connection(), validChange(QString()));
        QVERIFY(id);
        QVERIFY(id->startsWith("ep_"));
    }

    void refusesWhatIsNotValid_data()
    {
        QTest::addColumn<QString>("member");
        QTest::addColumn<QString>("value");
        QTest::newRow("scheme") << "url"
                                << "ftp://example.com";
        QTest::newRow("private address") << "url"
                                         << "http://127.0.0.1/";
        QTest::newRow("no url") << "url" << QString();
        QTest::newRow("no secret") << "secret" << QString();
        QTest::newRow("filter") << "filter"
                                << "{\"types\": 1}";
        QTest::newRow("header") << "header"
                                << "Host";
        QTest::newRow("timeout") << "timeout"
                                 << "0";
    }

    void refusesWhatIsNotValid()
    {
        QFETCH(QString, member);
        QFETCH(QString, value);
        EndpointChange change = validChange();
        if (member == "url")
            change.url = value.isNull() ? std::nullopt : std::optional(value);
        if (member == "secret")
            change.secret.reset();
        if (member == "filter")
            change.eventFilter = value.toUtf8();
        if (member == "header")
            change.customHeaders = QList<HttpHeader>{{value, "x"}};
        if (member == "timeout")
            change.timeoutMs = value.toInt();
        const auto added = addEndpoint(connection(), change);
        QVERIFY(!added);
        QCOMPARE(added.error().kind, Error::Kind::Refused);
        QCOMPARE(m_database->value("SELECT count(1) FROM webhook_endpoints").toInt(), 0);
    }

    void anIdThatExistsIsAConflict()
    {
        QVERIFY(addEndpoint(connection(), validChange()));
        QCOMPARE(addEndpoint(connection(), validChange()).error().kind, Error::Kind::Conflict);
        QVERIFY(removeEndpoint(connection(), "ep_new"));
        QCOMPARE(addEndpoint(connection(), validChange()).error().kind, Error::Kind::Conflict);
    }

    void changesOnlyWhatIsSet()
    {
        QVERIFY(addEndpoint(connection(), validChange()));
        EndpointChange change;
        change.id = "ep_new";
        change.maxRetries = 9;
        QVERIFY(changeEndpoint(connection(), change));
        const Endpoint endpoint = listEndpoints(connection())->constFirst().endpoint;
        QCOMPARE(endpoint.maxRetries, 9);
        QCOMPARE(endpoint.url, QString("https://example.com/hook"));
        QCOMPARE(revealSecret(connection(), "ep_new")->reveal(),
                 QString("first secret of sixteen bytes and more"));
        change.id = "ep_other";
        QCOMPARE(changeEndpoint(connection(), change).error().kind, Error::Kind::NotFound);
    }

    void privateAddressesNeedThePermissionTheyStandOn()
    {
        EndpointChange change = validChange();
        change.url = "http://127.0.0.1:8080/";
        change.allowPrivateNetwork = true;
        QVERIFY(addEndpoint(connection(), change));
        EndpointChange move;
        move.id = "ep_new";
        move.url = "http://10.0.0.1/";
        QVERIFY(changeEndpoint(connection(), move));
        EndpointChange forbid;
        forbid.id = "ep_new";
        forbid.allowPrivateNetwork = false;
        QCOMPARE(changeEndpoint(connection(), forbid).error().kind, Error::Kind::Refused);
    }

    void rotationKeepsThePreviousSecretForADay()
    {
        QVERIFY(addEndpoint(connection(), validChange()));
        QVERIFY(rotateSecret(connection(), "ep_new", Secret("second secret of sixteen bytes and more"),
                             defaultOverlapSeconds));
        QCOMPARE(m_database->value("SELECT previous_secret FROM webhook_endpoints").toString(),
                 QString("first secret of sixteen bytes and more"));
        QVERIFY(m_database
                    ->value("SELECT previous_secret_expires_at BETWEEN now() + interval '1439 min' "
                            "AND now() + interval '24 h' FROM webhook_endpoints")
                    .toBool());
        // The same secret again is no rotation.
        QVERIFY(rotateSecret(connection(), "ep_new", Secret("second secret of sixteen bytes and more"),
                             defaultOverlapSeconds));
        QCOMPARE(m_database->value("SELECT previous_secret FROM webhook_endpoints").toString(),
                 QString("first secret of sixteen bytes and more"));
        QVERIFY(listEndpoints(connection())->constFirst().endpoint.previousSecretExpires);
    }

    void overlapIsChosen()
    {
        QVERIFY(addEndpoint(connection(), validChange()));
        QVERIFY(rotateSecret(connection(), "ep_new", Secret("the second of the secrets"), 600));
        QVERIFY(m_database
                    ->value("SELECT previous_secret_expires_at BETWEEN now() + interval '9 min' "
                            "AND now() + interval '10 min' FROM webhook_endpoints")
                    .toBool());
        // At once: the previous one is not kept either
        QVERIFY(rotateSecret(connection(), "ep_new", Secret("the third of the secrets"), 0));
        QVERIFY(m_database
                    ->value("SELECT previous_secret IS NULL AND previous_secret_expires_at IS NULL "
                            "FROM webhook_endpoints")
                    .toBool());
        QVERIFY(!listEndpoints(connection())->constFirst().endpoint.previousSecretExpires);
        QCOMPARE(rotateSecret(connection(), "ep_new", Secret("the fourth of the secrets"), 31 * 86'400)
                     .error()
                     .kind,
                 Error::Kind::Refused);
    }

    void secretsAreKeptNoLongerThanTheySign()
    {
        QVERIFY(addEndpoint(connection(), validChange()));
        const auto rotateAndEnd = [this](const char *secret) {
            QVERIFY(rotateSecret(connection(), "ep_new", Secret(secret), 600));
            m_database->run("UPDATE webhook_endpoints SET previous_secret_expires_at = now()");
        };
        const QString previous = "SELECT concat_ws('|', previous_secret, previous_secret_expires_at) "
                                 "FROM webhook_endpoints";

        // A worker's sweep forgets one whose overlap has ended, and no other
        rotateAndEnd("the second of the secrets");
        QCOMPARE(*forgetExpiredSecrets(connection()), 1);
        QCOMPARE(m_database->value(previous).toString(), QString());
        QVERIFY(rotateSecret(connection(), "ep_new", Secret("the third of the secrets"), 600));
        QCOMPARE(*forgetExpiredSecrets(connection()), 0);
        QVERIFY(m_database->value(previous).toString().startsWith("the second"));

        // So does the next change, whatever it is about
        rotateAndEnd("the fourth of the secrets");
        EndpointChange change;
        change.id = "ep_new";
        change.description = "moved";
        QVERIFY(changeEndpoint(connection(), change));
        QCOMPARE(m_database->value(previous).toString(), QString());

        // And a removed endpoint has none at all
        QVERIFY(rotateSecret(connection(), "ep_new", Secret("the fifth of the secrets"), 600));
        QVERIFY(removeEndpoint(connection(), "ep_new"));
        QCOMPARE(m_database
                     ->value("SELECT concat_ws('|', nullif(secret, ''), previous_secret, client_key) "
                             "FROM webhook_endpoints")
                     .toString(),
                 QString());
    }

    void shortSecretsAreRefused()
    {
        EndpointChange change = validChange();
        change.secret = Secret("fifteen bytes..");
        QCOMPARE(addEndpoint(connection(), change).error().kind, Error::Kind::Refused);
        change.allowWeakSecret = true;
        QVERIFY(addEndpoint(connection(), change));

        // What is stored goes on
        EndpointChange other;
        other.id = "ep_new";
        other.description = "with a short secret";
        QVERIFY(changeEndpoint(connection(), other));
        QCOMPARE(rotateSecret(connection(), "ep_new", Secret("s"), 600).error().kind, Error::Kind::Refused);
        QVERIFY(rotateSecret(connection(), "ep_new", Secret("s"), 600, true));
    }

    void signatureSchemesAreStored()
    {
        EndpointChange change = validChange();
        change.signatureScheme = SignatureScheme::V1a;
        QCOMPARE(addEndpoint(connection(), change).error().kind, Error::Kind::Refused);
        change.secret = generateSigningKey();
        QVERIFY(addEndpoint(connection(), change));
        Endpoint stored = listEndpoints(connection())->constFirst().endpoint;
        QCOMPARE(stored.signatureScheme, SignatureScheme::V1a);
        QCOMPARE(stored.publicKey, *publicKeyOf(*change.secret));
        QCOMPARE(*signatureSchemeOf(connection(), "ep_new"), SignatureScheme::V1a);

        EndpointChange other;
        other.id = "ep_new";
        other.signatureScheme = SignatureScheme::Timestamped;
        QCOMPARE(changeEndpoint(connection(), other).error().kind, Error::Kind::Refused);
        other.secret = Secret("shared with the receivers only");
        other.signatureHeader = "Stripe-Signature";
        QVERIFY(changeEndpoint(connection(), other));
        stored = listEndpoints(connection())->constFirst().endpoint;
        QCOMPARE(stored.signatureHeader, QString("Stripe-Signature"));
        QVERIFY(stored.publicKey.isEmpty());

        // A custom header may not take the signature's place, whichever comes first
        EndpointChange header;
        header.id = "ep_new";
        header.customHeaders = QList<HttpHeader>{{"stripe-signature", "forged"}};
        QCOMPARE(changeEndpoint(connection(), header).error().kind, Error::Kind::Refused);

        // v1 adds no header, and leaves none behind
        EndpointChange plain;
        plain.id = "ep_new";
        plain.signatureScheme = SignatureScheme::V1;
        QVERIFY(changeEndpoint(connection(), plain));
        QVERIFY(m_database->value("SELECT signature_header FROM webhook_endpoints").isNull());
    }

    void tlsMaterialIsStoredAndTheKeyNeverListed()
    {
        TestCertificates certificates;
        const CertifiedKey client = certificates.certify("DNS:client");
        const QByteArray certificate = client.certificate, key = client.key;
        const QString keyText = QString::fromLatin1(key.split('\n').at(1));
        EndpointChange change = validChange();
        change.clientKey = Secret(QString::fromLatin1(key));
        QCOMPARE(addEndpoint(connection(), change).error().kind, Error::Kind::Refused);
        change.clientCertificate = certificates.certify("DNS:other").certificate; // the key is not its own
        QCOMPARE(addEndpoint(connection(), change).error().kind, Error::Kind::Refused);
        change.clientCertificate = certificate;
        change.caCertificates = certificate;
        QVERIFY(addEndpoint(connection(), change));
        const Endpoint stored = listEndpoints(connection())->constFirst().endpoint;
        QCOMPARE(stored.caCertificates, certificate);
        QCOMPARE(stored.clientCertificate, certificate);
        QVERIFY(stored.hasClientKey);
        const auto rows = listEndpointRows(connection());
        for (const QSqlRecord &row : *rows) {
            for (int i = 0; i < row.count(); ++i)
                QVERIFY(!row.value(i).toString().contains(keyText));
        }

        // Both go together
        EndpointChange half;
        half.id = "ep_new";
        half.clientCertificate = QByteArray();
        QCOMPARE(changeEndpoint(connection(), half).error().kind, Error::Kind::Refused);
        half.clientKey = Secret();
        QVERIFY(changeEndpoint(connection(), half));
        QVERIFY(m_database->value("SELECT client_key FROM webhook_endpoints").isNull());
        QVERIFY(!listEndpoints(connection())->constFirst().endpoint.hasClientKey);
    }

    void enablingClearsTheReason()
    {
        m_database->run(sampleEndpoints());
        QVERIFY(setEndpointEnabled(connection(), "ep_off", true));
        QVERIFY(
            m_database->value("SELECT disabled_reason FROM webhook_endpoints WHERE id = 'ep_off'").isNull());
        QVERIFY(setEndpointEnabled(connection(), "ep_off", false));
        QVERIFY(!m_database->value("SELECT disabled_at FROM webhook_endpoints WHERE id = 'ep_off'").isNull());
        QCOMPARE(setEndpointEnabled(connection(), "nobody", true).error().kind, Error::Kind::NotFound);
    }

    void removedOnesVanishButStay()
    {
        m_database->run(sampleEndpoints() + sampleJobs(1, "pending"));
        QVERIFY(removeEndpoint(connection(), "ep_1"));
        QCOMPARE(listEndpoints(connection())->size(), 1);
        QCOMPARE(listEndpointRows(connection())->size(), 1);
        QCOMPARE(m_database->value("SELECT count(1) FROM webhook_jobs").toInt(), 1);
        QCOMPARE(removeEndpoint(connection(), "ep_1").error().kind, Error::Kind::NotFound);
        QCOMPARE(revealSecret(connection(), "ep_1").error().kind, Error::Kind::NotFound);
    }

    void removedOnesCanBeSeenAndRestored()
    {
        // Given a removed endpoint with an open job
        m_database->run(sampleEndpoints() + sampleJobs(1, "pending"));
        QVERIFY(removeEndpoint(connection(), "ep_1", "moved away"));
        QVERIFY(readEndpoint(connection(), "ep_1", "read")->removedAt);
        QCOMPARE(listEndpoints(connection(), EndpointScope::Removed)->constFirst().endpoint.id,
                 QString("ep_1"));
        QCOMPARE(listEndpoints(connection(), EndpointScope::All)->size(), 2);
        QCOMPARE(listEndpointRows(connection(), EndpointScope::Removed)->size(), 1);
        QCOMPARE(m_database->value("SELECT concat_ws('|', action, reason) FROM signalbox_changes").toString(),
                 QString("remove endpoint|moved away"));

        // When it is restored, with a secret that will do, then it is there, disabled, and signs with that
        const Secret weak("abc"), good("a good secret of the endpoint");
        QCOMPARE(restoreEndpoint(connection(), "ep_1", weak).error().kind, Error::Kind::Refused);
        QVERIFY(restoreEndpoint(connection(), "ep_1", good));
        QVERIFY(*revealSecret(connection(), "ep_1") == good);
        const Endpoint restored = *readEndpoint(connection(), "ep_1", "read");
        QVERIFY(!restored.removedAt && !restored.enabled);
        QCOMPARE(restoreEndpoint(connection(), "ep_1", good).error().kind, Error::Kind::Conflict);
        QCOMPARE(restoreEndpoint(connection(), "nobody", good).error().kind, Error::Kind::NotFound);
    }

    void theSecondOfTwoEditorsIsTold()
    {
        // Given two people who opened the same form
        m_database->run(sampleEndpoints());
        EndpointChange mine;
        mine.id = "ep_1";
        mine.basedOn = readEndpoint(connection(), "ep_1", "read").value();
        EndpointChange theirs = mine;

        // When one changes the URL and the other something else, both are saved
        theirs.url = "https://93.184.216.34/theirs";
        QVERIFY(changeEndpoint(connection(), theirs));
        mine.description = "mine";
        QVERIFY(changeEndpoint(connection(), mine));

        // When the other changes the URL too, then that is a conflict and nothing of it is stored
        mine.description = "mine again";
        mine.url = "https://93.184.216.34/mine";
        mine.basedOn->description = "mine";
        QCOMPARE(changeEndpoint(connection(), mine).error().kind, Error::Kind::Conflict);
        const Endpoint stored = *readEndpoint(connection(), "ep_1", "read");
        QCOMPARE(stored.url, *theirs.url);
        QCOMPARE(stored.description, QString("mine"));
        QCOMPARE(conflictsOf(mine, stored), QList<EndpointField>{EndpointField::Url});

        // Once it is based on theirs it is saved; so is what both want
        mine.basedOn = stored;
        QVERIFY(changeEndpoint(connection(), mine));
        theirs.url = mine.url;
        QVERIFY(changeEndpoint(connection(), theirs));
    }

    void showsTheHealthOfTheLastHour()
    {
        m_database->run(sampleEndpoints() + sampleJobs(3, "failed") + sampleJobs(2, "pending") +
                        sampleJobs(1));
        m_database->run(
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, "
            "outcome, "
            "created_at) SELECT gen_random_uuid(), (SELECT id FROM webhook_jobs LIMIT 1), 'ep_1', 'a', "
            "CASE WHEN n <= 3 THEN 200 END, n * 100, CASE WHEN n <= 3 THEN 'answered' ELSE 'no-answer' END, "
            "now() - (5 - n) * interval '1 s' FROM generate_series(1, 4) n;"
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, "
            "created_at) "
            "SELECT gen_random_uuid(), id, 'ep_1', 'a', 500, 1, now() - interval '2 h' FROM webhook_jobs");
        const EndpointHealth health = listEndpoints(connection())->constFirst();
        QCOMPARE(health.endpoint.id, QString("ep_1"));
        QCOMPARE(health.deliveries, qint64(4));
        QCOMPARE(health.succeeded, qint64(3));
        QCOMPARE(health.failed, qint64(1));
        QCOMPARE(*health.successRate, 0.75);
        QCOMPARE(qRound(*health.p95Ms), 385);
        QCOMPARE(health.pendingJobs, qint64(2));
        QCOMPARE(health.failedJobs, qint64(3));
        QCOMPARE(health.lastOutcome, QString("sent, no answer"));
        QCOMPARE(health.deliveriesPerBucket.constLast(), 4.0);
    }

    void saysWhatWentWrongLast()
    {
        m_database->run(sampleEndpoints() + sampleJobs(1));
        m_database->run("INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, duration_ms, "
                        "outcome, error) SELECT gen_random_uuid(), id, 'ep_1', 'a', 1, 'never-connected', "
                        "'connection refused' FROM webhook_jobs");
        const EndpointHealth health = listEndpoints(connection())->constFirst();
        QCOMPARE(health.lastOutcome, QString("never connected"));
        QCOMPARE(health.lastError, QString("connection refused"));
    }

    // What made the breaker trip was the old URL's.
    void anotherUrlIsProbedAtOnce()
    {
        m_database->run(sampleEndpoints());
        m_database->run("INSERT INTO signalbox_endpoint_state (endpoint_id, breaker, breaker_until, "
                        "breaker_trips) VALUES ('ep_1', 'open', now() + interval '1 h', 5) "
                        "ON CONFLICT (endpoint_id) DO UPDATE SET breaker = 'open', breaker_trips = 5, "
                        "breaker_until = excluded.breaker_until");
        const QString isDue = "SELECT breaker_until <= now() FROM signalbox_endpoint_state WHERE endpoint_id "
                              "= 'ep_1' AND breaker = 'open'";
        EndpointChange change;
        change.id = "ep_1";
        change.description = "Billing";
        QVERIFY(changeEndpoint(connection(), change));
        QVERIFY(!m_database->value(isDue).toBool());
        change.url = "https://example.com/right";
        QVERIFY(changeEndpoint(connection(), change));
        QVERIFY(m_database->value(isDue).toBool());
    }

    void listsNoSecrets()
    {
        m_database->run(sampleEndpoints());
        const auto rows = listEndpointRows(connection());
        QVERIFY(rows);
        for (const QSqlRecord &row : *rows) {
            for (int field = 0; field < row.count(); ++field)
                QVERIFY(row.value(field).toString() != "topsecret");
        }
    }

    void countsMatchesAmongTheNewestEvents()
    {
        m_database->run(
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
            "SELECT gen_random_uuid(), CASE WHEN n % 4 = 0 THEN 'user.created' ELSE 'order.placed' END, 's', "
            "n, '{}', "
            "'{}', now() FROM generate_series(1, 20) n");
        const auto count = countFilterMatches(connection(), R"(["user.*"])");
        QVERIFY(count);
        QCOMPARE(count->matches, 5);
        QCOMPARE(count->sampled, 20);
        QCOMPARE(countFilterMatches(connection(), {})->matches, 20);
        QCOMPARE(countFilterMatches(connection(), "{").error().kind, Error::Kind::Refused);
    }

private:
    PgConnection &connection() { return m_database->connection(); }
    std::unique_ptr<TestDatabase> m_database;
};

QTEST_GUILESS_MAIN(TestEndpoints)
#include "test_endpoints.moc"
