#include "app/metrics/metrics_server.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QTimer>

#include <memory>
#include <vector>

using namespace signalbox;

namespace {

struct Page
{
    int status = 0;
    QByteArray type;
    QByteArray body;
};

QueueGauges someGauges()
{
    QueueGauges gauges;
    gauges.depths = {{QStringLiteral("ready"), 3, false, 12.5},
                     {QStringLiteral("disabled"), 10'000, true, 7200}};
    gauges.endpointsByBreaker = {{QStringLiteral("open"), 2}};
    gauges.fanOutLagSeconds = 1.5;
    gauges.fenceLagSeconds = 0.25;
    return gauges;
}

} // namespace

class TestMetricsServer : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_store = std::make_unique<MetricsStore>();
        auto server = MetricsServer::listen({QStringLiteral("127.0.0.1"), 0}, *m_store);
        QVERIFY(server);
        m_server = std::move(*server);
        QVERIFY(m_server->address().port > 0);
    }
    void cleanup()
    {
        m_server.reset();
        m_store.reset();
    }

    void countersAndHistogramAreServed()
    {
        WorkerReport report;
        report.inFlight = 7;
        report.counters.attempts = {5, 4, 3, 2};
        report.counters.claims = 11;
        report.counters.leasesLost = 1;
        report.ownTroubleMs = 1;
        report.overloadedEndpoints = 4;
        for (const double seconds : {0.004, 0.005, 0.02, 3.0, 600.0})
            report.counters.durations.add(seconds);
        m_store->setReport(report);

        const Page page = get("/metrics");
        QCOMPARE(page.status, 200);
        QVERIFY(page.type.startsWith("text/plain; version=0.0.4"));
        QVERIFY2(hasLine(page, "signalbox_in_flight 7"), page.body.constData());
        QVERIFY(hasLine(page, "signalbox_attempts_total{outcome=\"delivered\"} 5"));
        QVERIFY(hasLine(page, "signalbox_attempts_total{outcome=\"answered-failure\"} 4"));
        QVERIFY(hasLine(page, "signalbox_attempts_total{outcome=\"no-answer\"} 3"));
        QVERIFY(hasLine(page, "signalbox_attempts_total{outcome=\"never-connected\"} 2"));
        QVERIFY(hasLine(page, "signalbox_claims_total 11"));
        QVERIFY(hasLine(page, "signalbox_leases_lost_total 1"));
        QVERIFY(hasLine(page, "signalbox_own_trouble 1"));
        QVERIFY(hasLine(page, "signalbox_overloaded_endpoints 4"));
        QVERIFY(hasLine(page, "# TYPE signalbox_attempt_duration_seconds histogram"));
        QVERIFY(hasLine(page, "signalbox_attempt_duration_seconds_bucket{le=\"0.005\"} 2"));
        QVERIFY(hasLine(page, "signalbox_attempt_duration_seconds_bucket{le=\"0.025\"} 3"));
        QVERIFY(hasLine(page, "signalbox_attempt_duration_seconds_bucket{le=\"60\"} 4"));
        QVERIFY(hasLine(page, "signalbox_attempt_duration_seconds_bucket{le=\"+Inf\"} 5"));
        QVERIFY(hasLine(page, "signalbox_attempt_duration_seconds_count 5"));
        QVERIFY(page.body.contains("signalbox_build_info{version=\""));
    }

    void everySampleIsWellFormed()
    {
        m_store->setGauges(someGauges());
        static const QRegularExpression sample(
            QStringLiteral("^[a-z_]+(\\{([a-z]+=\"[^\"]*\",?)+\\})? (-?[0-9.e+-]+|\\+Inf|NaN)$"));
        const QList<QByteArray> lines = get("/metrics").body.split('\n');
        int samples = 0;
        for (const QByteArray &line : lines) {
            if (line.isEmpty() || line.startsWith('#'))
                continue;
            ++samples;
            QVERIFY2(sample.match(QString::fromUtf8(line)).hasMatch(), line.constData());
        }
        QVERIFY(samples > 20);
    }

    void queueFiguresAreServedOnceTheyAreRead()
    {
        QVERIFY(!get("/metrics").body.contains("signalbox_queue_due_jobs"));
        m_store->setGauges(someGauges());
        Page page = get("/metrics");
        QVERIFY2(hasLine(page, "signalbox_queue_due_jobs{class=\"ready\"} 3"), page.body.constData());
        QVERIFY(hasLine(page, "signalbox_queue_due_jobs_capped{class=\"disabled\"} 1"));
        QVERIFY(hasLine(page, "signalbox_queue_oldest_due_seconds{class=\"ready\"} 12.5"));
        QVERIFY(hasLine(page, "signalbox_endpoints{state=\"open\"} 2"));
        QVERIFY(hasLine(page, "signalbox_fan_out_lag_seconds 1.5"));
        QVERIFY(hasLine(page, "signalbox_fence_lag_seconds 0.25"));
        QVERIFY(hasLine(page, "signalbox_queue_reading_failed 0"));

        // Fan-out that is off has no lag, which is not a lag of nothing.
        QueueGauges off = someGauges();
        off.fanOutLagSeconds.reset();
        m_store->setGauges(off);
        m_store->gaugesFailed();
        page = get("/metrics");
        QVERIFY(!page.body.contains("signalbox_fan_out_lag_seconds"));
        QVERIFY(hasLine(page, "signalbox_queue_reading_failed 1"));
        QVERIFY(page.body.contains("signalbox_queue_reading_age_seconds"));
    }

    void healthFollowsTheStore()
    {
        QCOMPARE(get("/healthz").status, 200);
        QCOMPARE(get("/healthz").body, QByteArray("ok\n"));

        // Given limits of nothing, and a job due that nobody sends
        WorkerReport report;
        report.sinceProgressMs = 5'000;
        m_store->setReport(report);
        m_store->setGauges(someGauges());
        m_store->setLimits({.stallMs = 2'000});
        const Page sick = get("/healthz");
        QCOMPARE(sick.status, 503);
        QVERIFY2(sick.body.startsWith("jobs are due for 1") &&
                     sick.body.contains(" s and nothing was sent for "),
                 sick.body.constData());

        m_store->setReport({});
        QCOMPARE(get("/healthz").status, 200);
    }

    void timesGoOnWhenNobodyReports()
    {
        m_store->setLimits({.answerMs = 50});
        QTRY_COMPARE(get("/healthz").status, 503);
        m_store->dispatcherAnswered();
        m_store->setLimits({});
        QCOMPARE(get("/healthz").status, 200);
        WorkerReport report;
        report.databaseAwayMs = 1;
        m_store->setReport(report);
        m_store->setLimits({.databaseMs = 50});
        QTRY_COMPARE(get("/healthz").status, 503);
        QVERIFY(hasLine(get("/metrics"), "signalbox_database_up 0"));
    }

    void nothingElseIsServed()
    {
        for (const char *path : {"/", "/metrics/x", "/etc/passwd", "/../etc/passwd"})
            QCOMPARE(get(path).status, 404);
    }

    void aClientThatStallsBlocksNobody()
    {
        QTcpSocket silent;
        silent.connectToHost(QStringLiteral("127.0.0.1"), m_server->address().port);
        QTRY_COMPARE(silent.state(), QAbstractSocket::ConnectedState);
        QCOMPARE(get("/healthz").status, 200);
    }

    void clientsThatDripBlockNobody()
    {
        // Given a hundred clients that send their requests byte by byte
        std::vector<std::unique_ptr<QTcpSocket>> clients;
        const QByteArray request = "GET /healthz HTTP/1.1\r\nX-Slow: " + QByteArray(4'000, 'x');
        for (int i = 0; i < 100; ++i) {
            clients.push_back(std::make_unique<QTcpSocket>());
            clients.back()->connectToHost(QStringLiteral("127.0.0.1"), m_server->address().port);
        }
        qsizetype at = 0;
        QTimer drip;
        connect(&drip, &QTimer::timeout, this, [&] {
            for (const auto &client : clients)
                client->write(request.mid(at, 1));
            ++at;
        });
        drip.start(20);
        // Then others are answered meanwhile
        QTRY_VERIFY(at > 5);
        QCOMPARE(get("/healthz").status, 200);
        QCOMPARE(get("/metrics").status, 200);
        // And nobody drips for ever
        for (const auto &client : clients)
            QTRY_VERIFY_WITH_TIMEOUT(client->state() == QAbstractSocket::UnconnectedState, 60'000);
        QVERIFY(at < request.size());
        QCOMPARE(get("/healthz").status, 200);
    }

    void aTakenPortIsAnError()
    {
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        const auto server =
            MetricsServer::listen({QStringLiteral("127.0.0.1"), other.serverPort()}, *m_store);
        QVERIFY(!server);
        QVERIFY(server.error().why.contains(QString::number(other.serverPort())));
    }

    void ipv6IsListenedOn()
    {
        const auto server = MetricsServer::listen({QStringLiteral("::1"), 0}, *m_store);
        // Where the machine has no IPv6, that is said.
        if (QTcpServer probe; !probe.listen(QHostAddress::LocalHostIPv6)) {
            QVERIFY(!server);
            return;
        }
        QVERIFY2(server, server ? "" : qPrintable(server.error().line()));
        QCOMPARE(get("/healthz", (*server)->address()).status, 200);
    }

    void addressesAreReadAndRefused()
    {
        QCOMPARE(metricsAddressFromText("127.0.0.1:9464")->text(), QStringLiteral("127.0.0.1:9464"));
        QCOMPARE(metricsAddressFromText("[::1]:0")->host, QStringLiteral("::1"));
        QCOMPARE(metricsAddressFromText("[::1]:80")->text(), QStringLiteral("[::1]:80"));
        for (const char *wrong : {"", "9464", ":9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000",
                                  "127.0.0.1:-1", "127.0.0.1:+1", "::1:80", "[::1]", "localhost:1",
                                  "127.0.0.1:80,0.0.0.0:81", "127.0.0.1:80s", "[127.0.0.1]:80"})
            QVERIFY2(!metricsAddressFromText(QLatin1String(wrong)), wrong);
    }

private:
    Page get(const QByteArray &path) { return get(path, m_server->address()); }
    static Page get(const QByteArray &path, const MetricsAddress &address)
    {
        QNetworkAccessManager manager;
        const std::unique_ptr<QNetworkReply> reply(manager.get(
            QNetworkRequest(QUrl(QStringLiteral("http://") + address.text() + QLatin1String(path)))));
        QSignalSpy finished(reply.get(), &QNetworkReply::finished);
        if (!reply->isFinished())
            finished.wait(60'000);
        return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(),
                reply->header(QNetworkRequest::ContentTypeHeader).toByteArray(), reply->readAll()};
    }
    static bool hasLine(const Page &page, const QByteArray &line)
    {
        return page.body.split('\n').contains(line);
    }

    std::unique_ptr<MetricsStore> m_store;
    std::unique_ptr<MetricsServer> m_server;
};

QTEST_GUILESS_MAIN(TestMetricsServer)
#include "test_metrics_server.moc"
