#include "app/database/gateway.h"
#include "tests/database/sample_rows.h"
#include "tests/support/test_database.h"

#include <QSignalSpy>
#include <QTest>

using namespace signalbox;

class TestGateway : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_database = std::make_unique<TestDatabase>();
        m_database->run(sampleEndpoints() + sampleJobs(30, "failed"));
        m_gateway = std::make_unique<Gateway>();
    }
    void cleanup()
    {
        m_gateway.reset();
        m_database.reset();
    }

    void connectsAndSaysSo()
    {
        QSignalSpy changed(&m_gateway->signals_(), &ConsoleSignals::databaseChanged);
        QCOMPARE(m_gateway->status().state, ConnectionStatus::State::Connecting);
        connectNow(false);
        QCOMPARE(changed.size(), 1);
        QVERIFY(!m_gateway->status().readOnly);
    }

    void readsPagesWithoutWaiting()
    {
        connectNow(false);
        Result<Page> page = fail("page", "did not come");
        bool answered = false;
        m_gateway->fetchPage({}, this, [&](Result<Page> result) {
            page = std::move(result);
            answered = true;
        });
        QVERIFY(!answered);
        QTRY_VERIFY(answered);
        QVERIFY(page);
        QCOMPARE(page->rows.size(), 30);
    }

    void aReplyIsDroppedWithItsContext()
    {
        connectNow(false);
        bool answered = false;
        auto context = std::make_unique<QObject>();
        m_gateway->fetchPage({}, context.get(), [&](const Result<Page> &) { answered = true; });
        context.reset();
        bool later = false;
        m_gateway->fetchPage({}, this, [&](const Result<Page> &) { later = true; });
        QTRY_VERIFY(later);
        QVERIFY(!answered);
    }

    void readOnlyRefusesEveryChange()
    {
        connectNow(true);
        QVERIFY(m_gateway->status().readOnly);
        int refused = 0;
        const auto expectRefused = [&refused](const auto &result) {
            if (!result && result.error().kind == Error::Kind::Refused)
                ++refused;
        };
        m_gateway->addEndpoint({}, this, expectRefused);
        m_gateway->changeEndpoint({}, this, expectRefused);
        m_gateway->setEndpointEnabled("ep_1", false, {}, this, expectRefused);
        m_gateway->removeEndpoint("ep_1", {}, this, expectRefused);
        m_gateway->rotateSecret("ep_1", Secret("x"), defaultOverlapSeconds, {}, this, expectRefused);
        m_gateway->changeJobs({}, JobAction::Retry, "x", {}, this, expectRefused);
        m_gateway->enableFanOut(FanOutStart::Now, this, expectRefused);
        m_gateway->disableFanOut(this, expectRefused);
        m_gateway->rebaseFanOut({}, this, expectRefused);
        QCOMPARE(refused, 0);
        QTRY_COMPARE(refused, 9);
        bool previewed = false;
        m_gateway->previewJobs(
            {{}, *parseFilter("status:failed", Table::Jobs)}, JobAction::Retry, this,
            [&](const Result<ActionPreview> &preview) { previewed = preview && preview->affected == 30; });
        QTRY_VERIFY(previewed);
    }

    void changesAreNoticed()
    {
        connectNow(false);
        QSignalSpy noticed(&m_gateway->signals_(), &ConsoleSignals::dataChanged);
        qint64 changed = 0;
        m_gateway->changeJobs(
            {{}, *parseFilter("status:failed", Table::Jobs)}, JobAction::Retry, "test", {}, this,
            [&](const Result<ActionResult> &result) { changed = result ? result->changed : -1; });
        QTRY_COMPARE(changed, qint64(30));
        QTRY_VERIFY(!noticed.isEmpty());
    }

    void aStormOfNotificationsIsFolded()
    {
        connectNow(false);
        QSignalSpy noticed(&m_gateway->signals_(), &ConsoleSignals::dataChanged);
        QElapsedTimer time;
        time.start();
        for (int i = 0; i < 50; ++i)
            m_database->run("NOTIFY signalbox_changed");
        QTRY_VERIFY(noticed.size() >= 2);
        // Four a second; a coarse timer may be a twentieth early.
        QVERIFY(noticed.size() <= 2 + time.elapsed() / 200);
    }

    void sameQuestionsAreAskedOnce()
    {
        connectNow(false);
        int answers = 0;
        qint64 failed = 0;
        for (int i = 0; i < 20; ++i) {
            m_gateway->railCounts(this, [&](const Result<RailCounts> &counts) {
                ++answers;
                failed += counts ? counts->failedJobs->rows : 0;
            });
            m_gateway->overview({}, this,
                                [&](const Result<Overview> &overview) { answers += overview ? 1 : 0; });
        }
        QTRY_COMPARE(answers, 40);
        QCOMPARE(failed, qint64(600));
    }

    void aLostConnectionIsSaidAndComesBack()
    {
        connectNow(false);
        QSignalSpy status(&m_gateway->signals_(), &ConsoleSignals::connectionStatusChanged);
        QSignalSpy changed(&m_gateway->signals_(), &ConsoleSignals::databaseChanged);
        QSignalSpy data(&m_gateway->signals_(), &ConsoleSignals::dataChanged);
        m_database->run(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = "
            "'signalbox console' "
            "AND datname = current_database()");
        Error error;
        m_gateway->fetchPage({}, this,
                             [&](const Result<Page> &page) { error = page ? Error() : page.error(); });
        QTRY_COMPARE(error.kind, Error::Kind::Unavailable);
        QTRY_COMPARE(m_gateway->status().state, ConnectionStatus::State::Lost);
        QVERIFY(m_gateway->status().retryInMs > 0);
        QTRY_COMPARE_WITH_TIMEOUT(m_gateway->status().state, ConnectionStatus::State::Connected, 20'000);
        QCOMPARE(changed.size(), 0);
        QTRY_VERIFY(!data.isEmpty());
    }

    void aDatabaseThatDoesNotExistIsNamed()
    {
        ConnectionSettings settings = m_database->settings();
        settings.database = "no_such_database";
        m_gateway->connectTo(settings);
        QTRY_VERIFY(m_gateway->status().error.why.contains("no_such_database"));
        QVERIFY(m_gateway->status().state != ConnectionStatus::State::Connected);
    }

    void anotherDatabaseIsAnnounced()
    {
        connectNow(false);
        QSignalSpy changed(&m_gateway->signals_(), &ConsoleSignals::databaseChanged);
        TestDatabase other;
        m_gateway->connectTo(other.settings());
        QTRY_COMPARE(changed.size(), 1);
        qsizetype rows = -1;
        m_gateway->fetchPage({}, this,
                             [&](const Result<Page> &page) { rows = page ? page->rows.size() : -1; });
        QTRY_COMPARE(rows, qsizetype(0));
        m_gateway->disconnectFromDatabase();
    }

    void readsDetails()
    {
        connectNow(false);
        const QString id = m_database->value("SELECT id::text FROM webhook_jobs LIMIT 1").toString();
        m_database->run(
            "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, "
            "response_body, duration_ms) "
            "VALUES ('aa000000-0000-0000-0000-000000000001', '" +
            id +
            "', 'ep_1', 'a', 500, repeat('x', 9000), 5);"
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp) VALUES "
            "('ee000000-0000-0000-0000-000000000001', 'a', 's', 1, '{\"n\": 12345678901234567890}', '{}', "
            "now());"
            "INSERT INTO event_snapshots (stream_id, version, state) VALUES ('s', 1, '{\"a\": 1}');"
            "UPDATE webhook_jobs SET event_id = 'ee000000-0000-0000-0000-000000000001' WHERE id = '" +
            id + "'");
        const auto job = ask<JobDetail>([&](auto reply) { m_gateway->jobDetail(id, this, reply); });
        QVERIFY(job);
        QVERIFY(!job->job.contains("secret"));
        QVERIFY(!job->job.contains("payload"));
        QCOMPARE(job->job.value("stream_id").toString(), QString("s"));
        QCOMPARE(job->job.value("endpoint_enabled").toBool(), true);
        QCOMPARE(job->attempts.size(), 1);
        QCOMPARE(job->attempts.constFirst().value("response_body").toString().size(), 4096);
        QCOMPARE(job->payload.bytes, qint64(15));
        const auto delivery = ask<DeliveryDetail>([&](auto reply) {
            m_gateway->deliveryDetail("aa000000-0000-0000-0000-000000000001", this, reply);
        });
        QVERIFY(delivery);
        QCOMPARE(delivery->delivery.value("response_body").toString().size(), 9000);
        const auto event = ask<EventDetail>(
            [&](auto reply) { m_gateway->eventDetail("ee000000-0000-0000-0000-000000000001", this, reply); });
        QVERIFY(event);
        QVERIFY(event->payload.text.contains("12345678901234567890"));
        QCOMPARE(event->jobs.size(), 1);
        const auto stream = ask<StreamDetail>([&](auto reply) { m_gateway->streamDetail("s", this, reply); });
        QVERIFY(stream);
        QCOMPARE(stream->events.size(), 1);
        QVERIFY(stream->latestSnapshot.text.contains("\"a\": 1"));
        const auto none = ask<StreamDetail>([&](auto reply) { m_gateway->streamDetail("x", this, reply); });
        QCOMPARE(none.error().kind, Error::Kind::NotFound);
    }

private:
    void connectNow(bool readOnly)
    {
        m_gateway->connectTo(readOnly ? m_database->settings().forReading() : m_database->settings());
        QTRY_COMPARE(m_gateway->status().state, ConnectionStatus::State::Connected);
    }

    template <typename T, typename Call> Result<T> ask(Call call)
    {
        std::optional<Result<T>> answer;
        call(Reply<T>([&answer](Result<T> result) { answer.emplace(std::move(result)); }));
        [&] { QTRY_VERIFY(answer); }();
        return answer.value_or(fail("ask", "no answer came"));
    }

    std::unique_ptr<TestDatabase> m_database;
    std::unique_ptr<Gateway> m_gateway;
};

QTEST_GUILESS_MAIN(TestGateway)
#include "test_gateway.moc"
