#include "tests/cli/command_runner.h"
#include "tests/support/loopback_receiver.h"
#include "tests/support/test_certificates.h"
#include "tests/support/test_database.h"
#include "tests/support/tiny_proxy.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

class TestEndpointCommands : public QObject
{
    Q_OBJECT
private slots:
    void init() { m_database = std::make_unique<TestDatabase>(); }
    void cleanup() { m_database.reset(); }

    void addPrintsTheId();
    void everyOptionIsStored();
    void refusals_data();
    void refusals();
    void setChangesOnlyWhatIsGiven();
    void jobsFollowTheirEndpoint();
    void secretsAreShownOnRequestOnly();
    void rotationKeepsThePreviousSecret();
    void secretsComeFromFiles();
    void shortSecretsAreRefused();
    void changesKeepTheirReasons();
    void overlapIsChosen();
    void signatureSchemes();
    void certificatesComeFromFiles();
    void testsGoThroughTheProxy();
    void disableAndEnable();
    void removedOnesAreListedAndRestored();
    void removingCancelsJobsOnRequest();
    void breakersKeepTheirReasons();
    void aNameThatDoesNotResolveIsAWarning();
    void testSendsAtOnce();

private:
    CommandOutcome run(const QStringList &arguments)
    {
        return CommandRunner(m_database->settings()).run(QStringList{"endpoint"} + arguments);
    }
    /// What stops or exposes something says why, and that it is meant.
    CommandOutcome act(const QStringList &arguments)
    {
        return run(arguments + QStringList{"--reason", "too slow", "--yes"});
    }
    void insertJobs(int count)
    {
        m_database->run(QString("INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, "
                                "max_attempts, next_attempt, status, timeout_ms) SELECT gen_random_uuid(), "
                                "id, url, '{}', secret, 4, now(), 'pending', 30000 "
                                "FROM webhook_endpoints, generate_series(1, %1)")
                            .arg(count));
    }
    QString changes()
    {
        return m_database
            ->value("SELECT string_agg(concat_ws('|', action, reason, selection), ', ' ORDER BY created_at) "
                    "FROM signalbox_changes")
            .toString();
    }
    QVariant column(const QString &name)
    {
        return m_database->value(QString("SELECT %1 FROM webhook_endpoints").arg(name));
    }

    std::unique_ptr<TestDatabase> m_database;
};

void TestEndpointCommands::addPrintsTheId()
{
    const CommandOutcome generated = run({"add", "--url", "http://93.184.216.34/hook"});
    QCOMPARE(generated.exitCode, 0);
    QCOMPARE(generated.lines().size(), 1);
    QVERIFY(generated.lines()[0].startsWith("ep_"));
    QVERIFY2(generated.err.contains("secret was generated"), generated.err.constData());
    QVERIFY(column("secret").toString().startsWith("whsec_"));
    const CommandOutcome again = run({"add", "--id", generated.lines()[0], "--url", "http://93.184.216.34/"});
    QCOMPARE(again.exitCode, 1);
}

void TestEndpointCommands::everyOptionIsStored()
{
    const CommandOutcome added = run({"add",
                                      "--id",
                                      "ep_1",
                                      "--url",
                                      "http://127.0.0.1:1/",
                                      "--allow-private-network",
                                      "--secret",
                                      "hush, a secret of the test",
                                      "--filter",
                                      "{\"types\": [\"user.*\"], \"payload\": {\"n\": 1.10}}",
                                      "--header",
                                      "X-A: 1",
                                      "--header",
                                      "X-B: 2",
                                      "--timeout-ms",
                                      "500",
                                      "--max-retries",
                                      "7",
                                      "--retry-schedule",
                                      "1,2",
                                      "--description",
                                      QString::fromUtf8("Büro")});
    QCOMPARE(added.exitCode, 0);
    QCOMPARE(added.err, QByteArray());
    const CommandOutcome listed = run({"list", "--format", "json"});
    QCOMPARE(listed.exitCode, 0);
    const auto rows = nlohmann::json::parse(listed.out.toStdString());
    QCOMPARE(rows.size(), 1U);
    const auto &row = rows[0];
    QVERIFY(row["id"] == "ep_1");
    QVERIFY(row["timeout_ms"] == 500);
    QVERIFY(row["max_retries"] == 7);
    QVERIFY(row["enabled"] == true);
    QVERIFY(row["allow_private_network"] == true);
    QVERIFY(row["custom_headers"]["X-B"] == "2");
    QVERIFY(row["event_filter"]["types"][0] == "user.*");
    QVERIFY(row["retry_schedule_seconds"][1] == 2);
    QVERIFY(row["disabled_reason"] == nullptr);
    QVERIFY(listed.out.contains("1.10"));
    QVERIFY(!row.contains("secret"));
    QVERIFY(!listed.out.contains("hush, a secret of the test"));
    QCOMPARE(column("secret").toString(), QString("hush, a secret of the test"));
}

void TestEndpointCommands::refusals_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::newRow("scheme") << QStringList{"--url", "ftp://example.com/"};
    QTest::newRow("user info") << QStringList{"--url", "http://user:hunter2@example.com/"};
    QTest::newRow("private") << QStringList{"--url", "http://127.0.0.1/"};
    QTest::newRow("private in disguise") << QStringList{"--url", "http://0x7f.1/"};
    QTest::newRow("header") << QStringList{"--url", "http://93.184.216.34/", "--header", "Host: x"};
    QTest::newRow("header line break")
        << QStringList{"--url", "http://93.184.216.34/", "--header", "X-A: a\r\nX-B: b"};
    QTest::newRow("header twice") << QStringList{
        "--url", "http://93.184.216.34/", "--header", "X-A: a", "--header", "x-a: b"};
    QTest::newRow("filter") << QStringList{"--url", "http://93.184.216.34/", "--filter", "user.*"};
    QTest::newRow("filter key") << QStringList{"--url", "http://93.184.216.34/", "--filter",
                                               "{\"type\": []}"};
    QTest::newRow("secret") << QStringList{"--url", "http://93.184.216.34/", "--secret", "whsec_short"};
    QTest::newRow("timeout") << QStringList{"--url", "http://93.184.216.34/", "--timeout-ms", "0"};
    QTest::newRow("retries") << QStringList{"--url", "http://93.184.216.34/", "--max-retries", "101"};
}

void TestEndpointCommands::refusals()
{
    QFETCH(const QStringList, options);
    const CommandOutcome added = run(QStringList{"add"} + options);
    QCOMPARE(added.exitCode, 1);
    QCOMPARE(added.out, QByteArray());
    QVERIFY2(added.saidOneLine(), added.err.constData());
    QVERIFY(!added.err.contains("hunter2"));
    QCOMPARE(m_database->value("SELECT count(1) FROM webhook_endpoints").toInt(), 0);
}

void TestEndpointCommands::setChangesOnlyWhatIsGiven()
{
    QCOMPARE(run({"add", "--id", "ep_1", "--url", "http://93.184.216.34/", "--header", "X-A: 1", "--filter",
                  "[\"a\"]"})
                 .exitCode,
             0);
    QCOMPARE(run({"set", "ep_1", "--timeout-ms", "900"}).exitCode, 0);
    QCOMPARE(column("timeout_ms").toInt(), 900);
    QCOMPARE(column("custom_headers::text").toString(), QString("{\"X-A\": \"1\"}"));
    QCOMPARE(run({"set", "--id", "ep_1", "--filter", "null", "--no-headers"}).exitCode, 0);
    QVERIFY(column("event_filter").isNull());
    QVERIFY(column("custom_headers").isNull());
    QCOMPARE(run({"set", "ep_1", "--url", "http://10.0.0.1/"}).exitCode, 1);
    QCOMPARE(run({"set", "ep_1", "--url", "http://10.0.0.1/", "--allow-private-network"}).exitCode, 0);
    QCOMPARE(run({"set", "ep_1", "--no-allow-private-network"}).exitCode, 1);
    QCOMPARE(run({"set", "ep_2", "--timeout-ms", "1"}).exitCode, 1);
}

void TestEndpointCommands::jobsFollowTheirEndpoint()
{
    // Given jobs that wait for an endpoint with a wrong URL
    QCOMPARE(run({"add", "--id", "ep_1", "--url", "http://93.184.216.34/wrong"}).exitCode, 0);
    insertJobs(3);
    const auto urls = [this] {
        return m_database->value("SELECT string_agg(DISTINCT url, ' ') FROM webhook_jobs").toString();
    };

    // When it is put right, then they follow, and that is said; where they are to stay they do
    const CommandOutcome kept = run({"set", "ep_1", "--url", "http://93.184.216.34/other", "--keep-queued"});
    QCOMPARE(kept.exitCode, 0);
    QCOMPARE(kept.err, QByteArray());
    QCOMPARE(urls(), QString("http://93.184.216.34/wrong"));
    const CommandOutcome moved = run({"set", "ep_1", "--url", "http://93.184.216.34/right"});
    QCOMPARE(moved.exitCode, 0);
    QCOMPARE(moved.lines(), QStringList{"ep_1"});
    QVERIFY2(moved.err.contains("3 jobs follow"), moved.err.constData());
    QCOMPARE(urls(), QString("http://93.184.216.34/right"));
    QCOMPARE(m_database->value("SELECT concat_ws('/', action, changed) FROM signalbox_changes").toString(),
             QString("let jobs follow their endpoint/3"));
    // What jobs do not carry concerns none
    QCOMPARE(run({"set", "ep_1", "--description", "shop"}).err, QByteArray());
}

void TestEndpointCommands::secretsAreShownOnRequestOnly()
{
    const CommandOutcome added =
        run({"add", "--id", "ep_1", "--url", "http://93.184.216.34/", "--generate-secret", "--show-secret"});
    QCOMPARE(added.lines(), QStringList({"ep_1", column("secret").toString()}));
    QCOMPARE(run({"set", "ep_1", "--description", "x"}).lines(), QStringList({"ep_1"}));
    const CommandOutcome shown = run({"set", "ep_1", "--show-secret"});
    QCOMPARE(shown.lines(), QStringList({"ep_1", column("secret").toString()}));
}

void TestEndpointCommands::rotationKeepsThePreviousSecret()
{
    QCOMPARE(
        run({"add", "--id", "ep_1", "--url", "http://93.184.216.34/", "--secret", "the first of the secrets"})
            .exitCode,
        0);
    const CommandOutcome rotated = act({"rotate", "ep_1", "--secret", "the second secret"});
    QCOMPARE(rotated.exitCode, 0);
    QCOMPARE(rotated.lines(), QStringList({"ep_1"}));
    const CommandOutcome unsure = run({"rotate", "ep_1", "--overlap", "7d"});
    QCOMPARE(unsure.exitCode, 2);
    QCOMPARE(unsure.lines(),
             QStringList{"the secret would be replaced; the previous one goes on signing for 7 d"});
    QCOMPARE(run({"rotate", "ep_1", "--dry-run"}).exitCode, 0);
    QVERIFY2(rotated.err.contains("the secret has 17 bytes; 24 or more are better"), rotated.err.constData());
    QCOMPARE(column("secret || ', ' || previous_secret").toString(),
             QString("the second secret, the first of the secrets"));
    const CommandOutcome generated = act({"rotate", "ep_1", "--show-secret"});
    QCOMPARE(generated.lines().value(1), column("secret").toString());
    QCOMPARE(act({"rotate", "ep_2"}).exitCode, 1);
}

void TestEndpointCommands::secretsComeFromFiles()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("secret"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("the first of the secrets\n"));
    file.close();
    const QStringList add{"add", "--id", "ep_1", "--url", "http://93.184.216.34/"};
    const CommandOutcome added = run(add + QStringList{"--secret-file", file.fileName()});
    QVERIFY2(added.exitCode == 0, added.err.constData());
    QVERIFY2(!added.err.contains("generated"), added.err.constData());
    QCOMPARE(column("secret").toString(), QString("the first of the secrets"));
    const CommandRunner runner(m_database->settings());
    QCOMPARE(runner
                 .run({"endpoint", "rotate", "ep_1", "--secret-file", "-", "--reason", "leaked", "--yes"},
                      "from the standard input\r\n")
                 .exitCode,
             0);
    QCOMPARE(column("secret").toString(), QString("from the standard input"));

    QCOMPARE(act({"rotate", "ep_1", "--secret-file", folder.filePath("none")}).exitCode, 1);
    QCOMPARE(
        runner.run({"endpoint", "rotate", "ep_1", "--secret-file", "-", "--reason", "leaked", "--yes"}, "\n")
            .exitCode,
        1);
    QCOMPARE(act({"rotate", "ep_1", "--secret-file", "-", "--generate-secret"}).exitCode, 2);
}

void TestEndpointCommands::shortSecretsAreRefused()
{
    const QStringList add{"add", "--id", "ep_1", "--url", "http://93.184.216.34/", "--secret", "abc"};
    const CommandOutcome refused = run(add);
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2(refused.err.contains("--weak-secret") && !refused.err.contains("abc"), refused.err.constData());
    const CommandOutcome added = run(add + QStringList{"--weak-secret"});
    QCOMPARE(added.exitCode, 0);
    QVERIFY2(added.err.contains("24 or more"), added.err.constData());
    QCOMPARE(act({"rotate", "ep_1", "--secret", "def"}).exitCode, 1);
}

void TestEndpointCommands::changesKeepTheirReasons()
{
    QCOMPARE(
        run({"add", "--id", "ep_1", "--url", "http://example.com/", "--reason", "a new customer"}).exitCode,
        0);
    QCOMPARE(run({"set", "ep_1", "--timeout", "5s", "--reason", "it is slow"}).exitCode, 0);
    QCOMPARE(changes(),
             QString("add endpoint|a new customer|endpoint:ep_1, change endpoint|it is slow|endpoint:ep_1"));
    QCOMPARE(column("timeout_ms").toInt(), 5000);
}

void TestEndpointCommands::overlapIsChosen()
{
    QCOMPARE(run({"add", "--id", "ep_1", "--url", "http://93.184.216.34/"}).exitCode, 0);
    const CommandOutcome rotated = act({"rotate", "ep_1", "--overlap", "30m"});
    QCOMPARE(rotated.exitCode, 0);
    QVERIFY2(rotated.err.contains("for 30 m"), rotated.err.constData());
    QCOMPARE(column("round(extract(epoch FROM previous_secret_expires_at - updated_at) / 60)").toInt(), 30);
    QVERIFY(act({"rotate", "ep_1", "--overlap", "0"}).err.contains("signs no more"));
    QCOMPARE(act({"rotate", "ep_1", "--overlap", "31d"}).exitCode, 1);
    QCOMPARE(act({"rotate", "ep_1", "--overlap", "soon"}).exitCode, 2);
}

void TestEndpointCommands::signatureSchemes()
{
    const CommandOutcome added =
        run({"add", "--id", "ep_1", "--url", "http://93.184.216.34/", "--signature-scheme", "v1a"});
    QCOMPARE(added.exitCode, 0);
    QVERIFY(column("secret").toString().startsWith("whsk_"));
    QVERIFY2(added.err.contains("verify with whpk_"), added.err.constData());
    const auto row = nlohmann::json::parse(run({"list", "--format", "json"}).out.toStdString())[0];
    QVERIFY(row["signature_scheme"] == "v1a");
    QVERIFY(row["public_key"].get<std::string>().starts_with("whpk_"));

    // Each scheme has its kind of secret
    QCOMPARE(run({"set", "ep_1", "--secret", "shared with the receivers only"}).exitCode, 1);
    QCOMPARE(run({"set", "ep_1", "--signature-scheme", "hub-sha256"}).exitCode, 1);
    QCOMPARE(act({"rotate", "ep_1"}).exitCode, 0);
    QVERIFY(column("secret").toString().startsWith("whsk_"));
    QCOMPARE(run({"set", "ep_1", "--signature-scheme", "timestamped", "--signature-header",
                  "Stripe-Signature", "--generate-secret"})
                 .exitCode,
             0);
    QVERIFY(column("secret").toString().startsWith("whsec_"));
    QCOMPARE(column("signature_header").toString(), QString("Stripe-Signature"));
    QCOMPARE(run({"set", "ep_1", "--header", "stripe-signature: x"}).exitCode, 1);
    QCOMPARE(run({"set", "ep_1", "--no-signature-header"}).exitCode, 0);
    QVERIFY(column("signature_header").isNull());
    QCOMPARE(run({"set", "ep_1", "--signature-scheme", "v2"}).exitCode, 2);
    QCOMPARE(run({"set", "ep_1", "--signature-scheme", "v1", "--signature-header", "X-Sig"}).exitCode, 1);
}

void TestEndpointCommands::certificatesComeFromFiles()
{
    TestCertificates certificates;
    const CertifiedKey client = certificates.certify("DNS:client");
    QTemporaryDir folder;
    const auto file = [&folder](const QString &name, const QByteArray &content) {
        QFile made(folder.filePath(name));
        if (!made.open(QIODevice::WriteOnly) || made.write(content) != content.size())
            qFatal("cannot write a test file");
        return made.fileName();
    };
    const QString authority = file("ca.pem", certificates.authority());
    const QString certificate = file("client.pem", client.certificate), key = file("client.key", client.key);
    const CommandOutcome added =
        run({"add", "--id", "ep_1", "--url", "https://93.184.216.34/", "--ca-certificates", authority,
             "--client-certificate", certificate, "--client-key", key});
    QVERIFY2(added.exitCode == 0, added.err.constData());
    QCOMPARE(column("client_key").toByteArray(), client.key);
    const CommandOutcome listed = run({"list", "--format", "json"});
    QVERIFY(listed.out.contains("BEGIN CERTIFICATE"));
    QVERIFY(!listed.out.contains("PRIVATE KEY"));

    QCOMPARE(run({"set", "ep_1", "--client-key", certificate}).exitCode, 1);
    QCOMPARE(run({"set", "ep_1", "--ca-certificates", file("text", "hello")}).exitCode, 1);
    QCOMPARE(run({"set", "ep_1", "--ca-certificates", folder.filePath("nowhere")}).exitCode, 1);
    QCOMPARE(run({"set", "ep_1", "--ca-certificates", authority, "--no-ca-certificates"}).exitCode, 2);
    QCOMPARE(run({"set", "ep_1", "--no-client-certificate", "--no-ca-certificates"}).exitCode, 0);
    QVERIFY(column("coalesce(client_key, client_certificate, ca_certificates)").isNull());
}

void TestEndpointCommands::testsGoThroughTheProxy()
{
    LoopbackReceiver receiver;
    TinyProxy proxy(receiver.port());
    QCOMPARE(run({"add", "--id", "ep_1", "--url", "http://93.184.216.34:81/"}).exitCode, 0);
    const CommandOutcome sent = run({"test", "ep_1", "--proxy", proxy.url()});
    QVERIFY2(sent.exitCode == 0, sent.err.constData());
    QCOMPARE(proxy.targets(), QStringList{"93.184.216.34:81"});
    QCOMPARE(receiver.requests().size(), 1);
    const CommandOutcome wrong = run({"test", "ep_1", "--proxy", "https://u:hunter2@proxy:1"});
    QCOMPARE(wrong.exitCode, 2);
    QVERIFY(!wrong.err.contains("hunter2"));
}

void TestEndpointCommands::disableAndEnable()
{
    // Given an endpoint with two open jobs
    QCOMPARE(run({"add", "--id", "ep_1", "--url", "http://93.184.216.34/"}).exitCode, 0);
    insertJobs(2);

    // When it is to be disabled, then nothing happens before that is meant
    const CommandOutcome unsure = run({"disable", "ep_1", "--reason", "too slow"});
    QCOMPARE(unsure.exitCode, 2);
    QCOMPARE(unsure.lines(), QStringList{"2 open jobs would be held"});
    QVERIFY2(unsure.err.contains("nothing was changed; --yes does it"), unsure.err.constData());
    const CommandOutcome dry = run({"disable", "ep_1", "--dry-run"});
    QCOMPARE(dry.exitCode, 0);
    QCOMPARE(dry.lines(), unsure.lines());
    QCOMPARE(run({"disable", "ep_1", "--yes"}).exitCode, 2); // the reason is missing
    QCOMPARE(column("enabled").toBool(), true);
    QCOMPARE(run({"disable", "ep_2", "--dry-run"}).exitCode, 1);

    // and then it does, with its reason
    QCOMPARE(act({"disable", "ep_1"}).exitCode, 0);
    QCOMPARE(column("enabled").toBool(), false);
    QCOMPARE(column("disabled_reason").toString(), QString("too slow"));
    QCOMPARE(run({"enable", "ep_1", "--reason", "faster now"}).exitCode, 0);
    QCOMPARE(column("enabled").toBool(), true);
    QVERIFY(column("disabled_reason").isNull());
    QCOMPARE(changes(), QString("disable endpoint|too slow|endpoint:ep_1, "
                                "enable endpoint|faster now|endpoint:ep_1"));
}

void TestEndpointCommands::removedOnesAreListedAndRestored()
{
    // Given an endpoint with a client's certificate and three open jobs
    QCOMPARE(run({"add", "--id", "ep_1", "--url", "http://93.184.216.34/"}).exitCode, 0);
    insertJobs(3);

    // When it is removed, then that says what becomes of them, before and after
    QCOMPARE(run({"remove", "ep_1"}).exitCode, 2);
    QCOMPARE(run({"remove", "ep_1", "--dry-run"}).lines(), QStringList{"3 open jobs would be held"});
    const CommandOutcome removed = act({"remove", "ep_1"});
    QCOMPARE(removed.exitCode, 0);
    QVERIFY2(removed.err.contains("3 open jobs held"), removed.err.constData());
    QCOMPARE(act({"remove", "ep_1"}).exitCode, 1);
    QCOMPARE(m_database->value("SELECT count(1) FROM webhook_jobs WHERE status = 'pending'").toInt(), 3);

    // and it is listed as removed only
    const CommandOutcome present = run({"list", "--format", "json"});
    QCOMPARE(present.out, QByteArray("[]\n"));
    QVERIFY2(present.err.contains("0 endpoints in "), present.err.constData());
    const auto rows = nlohmann::json::parse(run({"list", "--removed", "--format", "json"}).out.toStdString());
    QCOMPARE(rows.size(), 1U);
    QVERIFY(rows[0]["id"] == "ep_1");
    QVERIFY(rows[0]["removed_at"].is_string());

    // When it is brought back, then disabled and with a new secret
    const CommandOutcome restored = run({"restore", "ep_1", "--show-secret", "--reason", "a mistake"});
    QCOMPARE(restored.exitCode, 0);
    QCOMPARE(restored.lines(), QStringList({"ep_1", column("secret").toString()}));
    QVERIFY2(restored.err.contains("it is disabled") && restored.err.contains("3 open jobs made before") &&
                 restored.err.contains("a new secret was generated"),
             restored.err.constData());
    QCOMPARE(column("enabled").toBool(), false);
    QVERIFY(column("removed_at").isNull());
    QCOMPARE(run({"list", "--removed"}).lines().size(), 1);
    QCOMPARE(run({"restore", "ep_1"}).exitCode, 1); // it is there
    QCOMPARE(run({"restore", "ep_2"}).exitCode, 1);
}

void TestEndpointCommands::removingCancelsJobsOnRequest()
{
    QCOMPARE(run({"add", "--id", "ep_1", "--url", "http://93.184.216.34/"}).exitCode, 0);
    insertJobs(3);
    QCOMPARE(run({"remove", "ep_1", "--cancel-jobs", "--dry-run"}).lines(),
             QStringList{"3 open jobs would be cancelled"});
    const CommandOutcome removed = act({"remove", "ep_1", "--cancel-jobs"});
    QCOMPARE(removed.exitCode, 0);
    QVERIFY2(removed.err.contains("3 open jobs cancelled"), removed.err.constData());
    QCOMPARE(m_database->value("SELECT count(1) FROM webhook_jobs WHERE status = 'cancelled'").toInt(), 3);
    QCOMPARE(changes(), QString("remove endpoint|too slow|endpoint:ep_1, "
                                "cancel jobs|too slow|endpoint:ep_1 status:pending,processing"));
}

void TestEndpointCommands::breakersKeepTheirReasons()
{
    QCOMPARE(run({"add", "--id", "ep_1", "--url", "http://93.184.216.34/"}).exitCode, 0);
    QCOMPARE(run({"hold", "ep_1", "--reason", "being moved"}).exitCode, 0);
    QCOMPARE(run({"release", "ep_1", "--reason", "moved"}).exitCode, 0);
    QCOMPARE(changes(), QString("hold the circuit breaker|being moved|endpoint:ep_1, "
                                "close the circuit breaker|moved|endpoint:ep_1"));
}

void TestEndpointCommands::aNameThatDoesNotResolveIsAWarning()
{
    const CommandOutcome added = run({"add", "--id", "ep_1", "--url", "http://no-such-host.invalid/"});
    QCOMPARE(added.exitCode, 0);
    QVERIFY2(added.err.contains("no-such-host.invalid"), added.err.constData());
    QCOMPARE(added.lines(), QStringList({"ep_1"}));
}

void TestEndpointCommands::testSendsAtOnce()
{
    LoopbackReceiver receiver;
    QCOMPARE(run({"add", "--id", "ep_1", "--url", receiver.url(), "--allow-private-network"}).exitCode, 0);
    QCOMPARE(act({"disable", "ep_1"}).exitCode, 0);
    const CommandOutcome good = run({"test", "ep_1"});
    QVERIFY2(good.out.startsWith("answered HTTP 200"), good.out + good.err);
    QCOMPARE(good.exitCode, 0);
    QCOMPARE(receiver.requests().size(), 1);
    QVERIFY(!receiver.requests()[0].header("webhook-signature").isEmpty());

    receiver.answerAlways(ReceiverAnswer::withStatus(500));
    const CommandOutcome bad = run({"test", "ep_1"});
    QCOMPARE(bad.exitCode, 1);
    QVERIFY2(bad.out.startsWith("answered HTTP 500"), bad.out + bad.err);
    QCOMPARE(bad.err, QByteArray()); // once is enough
    QCOMPARE(m_database->value("SELECT count(1) FROM webhook_deliveries WHERE is_test").toInt(), 2);

    const CommandOutcome missing = run({"test", "ep_2"});
    QCOMPARE(missing.exitCode, 1);
    QVERIFY2(missing.saidOneLine(), missing.err.constData());
}

QTEST_GUILESS_MAIN(TestEndpointCommands)
#include "test_endpoint_commands.moc"
