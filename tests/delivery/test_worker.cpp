#include "tests/delivery/worker_fixture.h"

#include "app/core/signature.h"

#include <QSet>
#include <QTest>

using namespace signalbox;

namespace {

// As a receiver checks it: the signature over id, timestamp and body as they arrived.
bool signatureHolds(const ReceivedRequest &request, const QString &secret)
{
    const auto expected =
        webhookSignature(request.header("webhook-id"), request.header("webhook-timestamp").toLongLong(),
                         request.body, {Secret(secret)});
    return expected && request.header("webhook-signature").split(' ').contains(*expected);
}

} // namespace

/// The worker end to end: rows in, requests out, rows back.
class TestWorker : public QObject
{
    Q_OBJECT
private slots:
    void deliversSignedAndByteForByte();
    void retriesWithSameIdAndNewTimestamps();
    void failsWhenAttemptsAreUsedUp();
    void waitsForRetryAfter();
    void disablesEndpointOn410AndHoldsItsJobs();
    void followsNoRedirect();
    void signsWithBothSecretsDuringRotation();
    void signsWithJobsOwnSecretWhenItIsAnothers();
    void recordsInvalidHeadersAsFailure();
    void fansOutAndDelivers();
    void sendsTestEventsPastDisabledState();
    void openBreakerHoldsWhatWaits();
    void hangingEndpointsLeaveOthersAlone();
    void deliversAStreamInOrder();
};

void TestWorker::deliversSignedAndByteForByte()
{
    // Given a payload that a JSON library with doubles would damage
    WorkerFixture fixture;
    fixture.addEndpoint({"ep_1"},
                        {{"custom_headers", R"('{"X-Team": "billing", "Authorization": "Bearer t0p"}')"}});
    const QUuid job = fixture.addJob(
        R"({"type": "invoice.paid", "n": 12345678901234567890.123456789, "name": "Zoë 日本 😀", "list": [1, 2.50, 1e3]})");

    // When the worker runs
    fixture.startWorker();
    QTRY_COMPARE(fixture.jobStatus(job), QStringLiteral("completed"));

    // Then the receiver got payload::text with a signature that holds, and one attempt is on record
    QCOMPARE(fixture.receiver.requests().size(), 1);
    const ReceivedRequest &request = fixture.receiver.requests().constFirst();
    QCOMPARE(QString::fromUtf8(request.body),
             fixture.value("SELECT payload::text FROM webhook_jobs WHERE id = :id::uuid", job));
    QVERIFY(signatureHolds(request, vectorSecret()));
    QCOMPARE(request.header("webhook-id"), job.toByteArray(QUuid::WithoutBraces));
    QCOMPARE(request.header("content-type"), QByteArray("application/json"));
    QVERIFY(request.header("user-agent").startsWith("Signalbox/"));
    QCOMPARE(request.header("authorization"), QByteArray("Bearer t0p"));
    QCOMPARE(request.header("accept-encoding"), QByteArray("identity"));
    QCOMPARE(fixture.attemptRows(job), 1);
    QCOMPARE(fixture.value("SELECT concat_ws('|', status_code, response_body, outcome, event_type, attempt) "
                           "FROM webhook_deliveries WHERE job_id = :id::uuid",
                           job),
             QStringLiteral("200|ok|answered|invoice.paid|1"));
    const QString headers =
        fixture.value("SELECT request_headers::text FROM webhook_deliveries WHERE job_id = :id::uuid", job);
    QVERIFY(headers.contains("billing"));
    QVERIFY(!headers.contains("t0p"));
    QVERIFY(!headers.contains("v1,"));
}

void TestWorker::retriesWithSameIdAndNewTimestamps()
{
    // Given a receiver that fails twice, a second passing at each request
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.receiver.answerNext({ReceiverAnswer::withStatus(500), ReceiverAnswer::withStatus(500)});
    connect(&fixture.receiver, &LoopbackReceiver::received, this,
            [&fixture] { fixture.clock->advanceMs(1000); });
    const QUuid job = fixture.addJob();

    fixture.startWorker();
    QTRY_COMPARE(fixture.jobStatus(job), QStringLiteral("completed"));

    // Then three attempts, one job, one id, three timestamps and signatures
    QCOMPARE(fixture.attemptRows(job), 3);
    QCOMPARE(fixture.value("SELECT attempts FROM webhook_jobs WHERE id = :id::uuid", job),
             QStringLiteral("3"));
    QCOMPARE(
        fixture.value("SELECT string_agg(status_code::text, ',' ORDER BY attempt) FROM webhook_deliveries"),
        QStringLiteral("500,500,200"));
    QSet<QByteArray> ids, timestamps;
    for (const ReceivedRequest &request : fixture.receiver.requests()) {
        ids.insert(request.header("webhook-id"));
        timestamps.insert(request.header("webhook-timestamp"));
        QVERIFY(signatureHolds(request, vectorSecret()));
    }
    QCOMPARE(ids.size(), 1);
    QCOMPARE(timestamps.size(), 3);
    QCOMPARE(fixture.value("SELECT last_error FROM webhook_jobs WHERE id = :id::uuid", job), QString());
}

void TestWorker::failsWhenAttemptsAreUsedUp()
{
    WorkerFixture fixture;
    fixture.addEndpoint({"ep_1"}, {{"max_retries", "1"}});
    fixture.receiver.answerAlways(ReceiverAnswer::withStatus(503));
    const QUuid job = fixture.addJob();

    fixture.startWorker();
    QTRY_COMPARE(fixture.jobStatus(job), QStringLiteral("failed"));

    QCOMPARE(fixture.attemptRows(job), 2);
    QCOMPARE(fixture.value("SELECT last_error FROM webhook_jobs WHERE id = :id::uuid", job),
             QStringLiteral("HTTP 503"));
}

void TestWorker::waitsForRetryAfter()
{
    // Given a schedule that says "at once" and a receiver that asks for an hour
    WorkerFixture fixture;
    fixture.addEndpoint();
    ReceiverAnswer busy = ReceiverAnswer::withStatus(429);
    busy.headers = {{"Retry-After", "3600"}};
    fixture.receiver.answerAlways(busy);
    const QUuid job = fixture.addJob();

    fixture.startWorker();
    QTRY_COMPARE(fixture.attemptRows(job), 1);

    QCOMPARE(fixture.jobStatus(job), QStringLiteral("pending"));
    QCOMPARE(
        fixture.value("SELECT next_attempt BETWEEN now() + interval '59 min' AND now() + interval '60 min' "
                      "FROM webhook_jobs WHERE id = :id::uuid",
                      job),
        QStringLiteral("true"));
}

void TestWorker::disablesEndpointOn410AndHoldsItsJobs()
{
    WorkerFixture fixture;
    fixture.addEndpoint({"ep_1"}, {{"max_retries", "0"}});
    fixture.receiver.answerAlways(ReceiverAnswer::withStatus(410));
    const QUuid answered = fixture.addJob();
    const QUuid later = fixture.addJob({"{}"}, {{"next_attempt", "now() + interval '2 s'"}});

    fixture.startWorker();
    QTRY_COMPARE(fixture.value("SELECT enabled FROM webhook_endpoints"), QStringLiteral("false"));
    QVERIFY(fixture.stopWorker());

    // Then both jobs wait, the answered one with an attempt left, and the reason is there
    QCOMPARE(fixture.jobStatus(answered), QStringLiteral("pending"));
    QCOMPARE(fixture.jobStatus(later), QStringLiteral("pending"));
    QCOMPARE(fixture.value("SELECT attempts || '/' || max_attempts FROM webhook_jobs WHERE id = :id::uuid",
                           answered),
             QStringLiteral("1/2"));
    QVERIFY(fixture.value("SELECT disabled_reason FROM webhook_endpoints").contains("410"));
    QCOMPARE(fixture.receiver.requests().size(), 1);
}

void TestWorker::followsNoRedirect()
{
    WorkerFixture fixture;
    fixture.addEndpoint({"ep_1"}, {{"max_retries", "0"}});
    ReceiverAnswer moved = ReceiverAnswer::withStatus(308);
    moved.headers = {{"Location", fixture.receiver.url("/elsewhere").toLatin1()}};
    fixture.receiver.answerAlways(moved);
    const QUuid job = fixture.addJob();

    fixture.startWorker();
    QTRY_COMPARE(fixture.jobStatus(job), QStringLiteral("failed"));

    QCOMPARE(fixture.receiver.requests().size(), 1);
    QCOMPARE(fixture.value("SELECT note FROM webhook_deliveries"),
             QStringLiteral("redirects are not followed"));
}

void TestWorker::signsWithBothSecretsDuringRotation()
{
    // Given a job made before the rotation, and one endpoint whose overlap is over
    WorkerFixture fixture;
    const Columns rotated{{"secret", "'new-secret'"}, {"previous_secret", "'old-secret'"}};
    Columns active = rotated, over = rotated;
    active["previous_secret_expires_at"] = "now() + interval '1 h'";
    over["previous_secret_expires_at"] = "now() - interval '1 h'";
    fixture.addEndpoint("ep_active", active);
    fixture.addEndpoint("ep_over", over);
    fixture.addJob({"{}"}, {{"secret", "'old-secret'"}}, "ep_active");
    fixture.startWorker();
    QTRY_COMPARE(fixture.receiver.requests().size(), 1);
    const QUuid second = fixture.addJob({"{}"}, {{"secret", "'old-secret'"}}, "ep_over");
    QTRY_COMPARE(fixture.jobStatus(second), QStringLiteral("completed"));

    // Then the first carries both signatures, new first; the second that of the job, for which the
    // endpoint's present one was never meant
    const ReceivedRequest &both = fixture.receiver.requests().at(0);
    QCOMPARE(both.header("webhook-signature").split(' ').size(), 2);
    QVERIFY(signatureHolds(both, "new-secret") && signatureHolds(both, "old-secret"));
    const auto newest =
        webhookSignature(both.header("webhook-id"), both.header("webhook-timestamp").toLongLong(), both.body,
                         {Secret("new-secret")});
    QVERIFY(both.header("webhook-signature").startsWith(*newest));
    const ReceivedRequest &one = fixture.receiver.requests().at(1);
    QCOMPARE(one.header("webhook-signature").split(' ').size(), 1);
    QVERIFY(signatureHolds(one, "old-secret"));
}

void TestWorker::signsWithJobsOwnSecretWhenItIsAnothers()
{
    WorkerFixture fixture;
    fixture.addEndpoint();
    fixture.addJob({"{}"}, {{"secret", "'of the producer'"}});

    fixture.startWorker();
    QTRY_COMPARE(fixture.receiver.requests().size(), 1);

    QVERIFY(signatureHolds(fixture.receiver.requests().constFirst(), "of the producer"));
}

void TestWorker::recordsInvalidHeadersAsFailure()
{
    WorkerFixture fixture;
    fixture.addEndpoint({"ep_1"}, {{"max_retries", "0"}});
    const QUuid noObject = fixture.addJob({"{}"}, {{"custom_headers", "'[1, 2]'"}});
    const QUuid forbidden = fixture.addJob({"{}"}, {{"custom_headers", R"('{"Host": "elsewhere"}')"}});

    fixture.startWorker();
    QTRY_COMPARE(fixture.jobStatus(noObject), QStringLiteral("failed"));
    QTRY_COMPARE(fixture.jobStatus(forbidden), QStringLiteral("failed"));

    QCOMPARE(fixture.receiver.requests().size(), 0);
    QVERIFY(fixture.value("SELECT last_error FROM webhook_jobs WHERE id = :id::uuid", noObject)
                .contains("header"));
    QCOMPARE(fixture.value("SELECT outcome FROM webhook_deliveries LIMIT 1"),
             QStringLiteral("never-connected"));
}

void TestWorker::fansOutAndDelivers()
{
    WorkerFixture fixture;
    fixture.addEndpoint("ep_users", {{"event_filter", "'[\"user.*\"]'"}});
    fixture.addEndpoint("ep_none", {{"event_filter", "'[]'"}});
    fixture.startWorker();

    fixture.database.run(
        "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) VALUES "
        "('11111111-1111-1111-1111-111111111111', 'user.created.v1', 'user-1', 1, '{\"n\": 1.50}', "
        "'{}', '2026-11-01T12:00:00.123456Z')");
    QTRY_COMPARE(fixture.value("SELECT count(id) FROM webhook_jobs WHERE status = 'completed'"),
                 QStringLiteral("1"));

    QCOMPARE(fixture.receiver.requests().constFirst().body,
             QByteArray(R"({"id": "11111111-1111-1111-1111-111111111111", "data": {"n": 1.50}, )"
                        R"("type": "user.created.v1", "stream": "user-1", "version": 1, )"
                        R"("timestamp": "2026-11-01T12:00:00.123456Z"})"));
    QCOMPARE(fixture.value("SELECT event_type FROM webhook_deliveries"), QStringLiteral("user.created.v1"));
}

void TestWorker::sendsTestEventsPastDisabledState()
{
    // Given a disabled endpoint that answers 410, and a worker that was never started
    WorkerFixture fixture;
    fixture.addEndpoint({"ep_1"}, {{"enabled", "false"}});
    fixture.receiver.answerNext({ReceiverAnswer::withStatus(204), ReceiverAnswer::withStatus(410)});
    fixture.startWorker();
    QVERIFY(fixture.stopWorker());

    QList<Result<AttemptRecord>> replies;
    const auto keep = [&replies](const Result<AttemptRecord> &reply) { replies.append(reply); };
    fixture.service->sendTest("ep_1", this, keep);
    QTRY_COMPARE(replies.size(), 1);
    QVERIFY(replies.at(0).has_value());
    QCOMPARE(replies.at(0)->result.statusCode, std::optional(204));
    QVERIFY(signatureHolds(fixture.receiver.requests().constFirst(), vectorSecret()));
    QCOMPARE(fixture.value("SELECT concat_ws('|', is_test, event_type) FROM webhook_deliveries"),
             QStringLiteral("t|signalbox.test"));

    // A 410 to a test is its result, no more; an unknown endpoint is an error
    fixture.service->sendTest("ep_1", this, keep);
    QTRY_COMPARE(replies.size(), 2);
    QCOMPARE(fixture.value("SELECT count(id) FROM webhook_jobs WHERE status = 'failed' AND is_test"),
             QStringLiteral("1"));
    QCOMPARE(fixture.value("SELECT disabled_reason FROM webhook_endpoints"), QString());
    fixture.service->sendTest("ep_unknown", this, keep);
    QTRY_COMPARE(replies.size(), 3);
    QCOMPARE(replies.at(2).error().kind, Error::Kind::NotFound);
}

void TestWorker::openBreakerHoldsWhatWaits()
{
    // Given a receiver that fails a dozen requests and is silent then, and more jobs than the breaker needs
    // to see
    WorkerFixture fixture;
    fixture.addEndpoint("ep_1", {{"retry_schedule_seconds", "ARRAY[3600]"}, {"max_retries", "3"}});
    fixture.receiver.answerBy([requests = 0](const ReceivedRequest &) mutable {
        return ++requests <= 12 ? ReceiverAnswer::withStatus(500)
                                : ReceiverAnswer::inManner(ReceiverAnswer::Manner::Nothing);
    });
    for (int i = 0; i < 300; ++i)
        fixture.addJob();

    DispatcherOptions options = WorkerFixture::quickOptions();
    options.drainMs = 100;
    fixture.startWorker(options);
    QTRY_COMPARE(fixture.value("SELECT breaker FROM signalbox_endpoint_state"), QStringLiteral("open"));
    QVERIFY(fixture.stopWorker());

    // Then the rest waits with every attempt left, and says for what
    QVERIFY(fixture.receiver.requests().size() < 300);
    QCOMPARE(
        fixture.value("SELECT count(id) FROM webhook_jobs WHERE status = 'pending' AND attempts = 0").toInt(),
        300 - 12);
    QVERIFY(fixture
                .value("SELECT held.detail FROM webhook_jobs job, signalbox_held_reason(job.id) held "
                       "WHERE job.attempts = 0 AND held.reason = 'breaker' LIMIT 1")
                .contains("attempts failed"));
}

void TestWorker::hangingEndpointsLeaveOthersAlone()
{
    // Given three endpoints that never answer, with more jobs than the worker has slots
    WorkerFixture fixture;
    LoopbackReceiver silent;
    silent.answerAlways(ReceiverAnswer::inManner(ReceiverAnswer::Manner::Nothing));
    for (const char *endpoint : {"ep_a", "ep_b", "ep_c"}) {
        fixture.addEndpoint(endpoint, {{"url", '\'' + silent.url() + '\''}});
        for (int i = 0; i < 20; ++i)
            fixture.addJob("{}", {}, endpoint);
    }
    fixture.startWorker();
    QTRY_VERIFY(silent.requests().size() >= 5);

    // When a healthy endpoint gets jobs, then they go out at once
    fixture.addEndpoint("ep_healthy");
    for (int i = 0; i < 10; ++i)
        fixture.addJob("{}", {}, "ep_healthy");
    QTRY_COMPARE(fixture.value("SELECT count(id) FROM webhook_jobs WHERE status = 'completed'"),
                 QStringLiteral("10"));
}

void TestWorker::deliversAStreamInOrder()
{
    // Given an ordered endpoint whose first request fails, and two streams
    WorkerFixture fixture;
    fixture.addEndpoint("ep_1", {{"ordered", "true"}, {"max_retries", "3"}});
    fixture.receiver.answerNext({ReceiverAnswer::withStatus(500)});
    for (int version = 1; version <= 5; ++version) {
        for (const char *stream : {"a", "b"})
            fixture.database.run(
                QStringLiteral(
                    "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) "
                    "VALUES (gen_random_uuid(), 't', '%1', %2, '{}', '{}', now())")
                    .arg(QLatin1String(stream))
                    .arg(version));
    }
    fixture.startWorker();
    QTRY_COMPARE(fixture.value("SELECT count(id) FROM webhook_jobs WHERE status = 'completed'"),
                 QStringLiteral("10"));

    // Then each stream came by version, whatever the other did
    QHash<QString, QList<int>> versions;
    for (const ReceivedRequest &request : fixture.receiver.requests()) {
        const QByteArray body = request.body;
        const QString stream = body.contains("\"stream\": \"a\"") ? "a" : "b";
        const qsizetype at = body.indexOf("\"version\": ") + 11;
        versions[stream] << body.mid(at, body.indexOf(',', at) - at).trimmed().toInt();
    }
    for (const QList<int> &list : std::as_const(versions))
        QVERIFY(std::is_sorted(list.begin(), list.end()));
    QCOMPARE(versions["a"].size() + versions["b"].size(), 11);
}

QTEST_GUILESS_MAIN(TestWorker)
#include "test_worker.moc"
