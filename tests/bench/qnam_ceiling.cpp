// QNetworkAccessManager alone, used the way the worker uses it: the same headers and bytes, a body that is
// posted once, six connections a manager. What is left out is everything else a delivery needs, so its rate
// is the ceiling of any worker on this stack.

#include "tests/bench/upload_device.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QSslConfiguration>
#include <QUuid>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

namespace {

constexpr int connectionsPerManager = 6;

struct CeilingOptions
{
    QUrl url;
    int requests = 0;
    int inFlight = 0;
    int endpoints = 1; ///< paths the requests go to in turn
    QByteArray body;
    QString caFile; ///< the only certificates trusted for https; empty for the system's
};

/// Keeps a number of requests in flight until all are answered.
class Ceiling : public QObject
{
public:
    explicit Ceiling(CeilingOptions options)
        : m_options(std::move(options))
    {
        if (!m_options.caFile.isEmpty())
            m_tls.setCaCertificates(QSslCertificate::fromPath(m_options.caFile));
        const int count = (m_options.inFlight + connectionsPerManager - 1) / connectionsPerManager;
        for (int i = 0; i < count; ++i) {
            auto &manager = m_managers.emplace_back(std::make_unique<QNetworkAccessManager>());
            manager->setProxy(QNetworkProxy::NoProxy);
            manager->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
        }
    }

    void start()
    {
        m_time.start();
        const int first = std::min(m_options.inFlight, m_options.requests);
        for (int i = 0; i < first; ++i)
            post(*m_managers[std::size_t(i / connectionsPerManager)]);
    }

    int answered() const { return m_answered; }
    int refused() const { return m_refused; }
    qint64 elapsedNs() const { return m_elapsedNs; }

private:
    QNetworkRequest request(int number) const
    {
        QUrl url = m_options.url;
        url.setPath(QStringLiteral("%1/ep_%2").arg(url.path()).arg(number % m_options.endpoints));
        QNetworkRequest post(url);
        if (!m_options.caFile.isEmpty())
            post.setSslConfiguration(m_tls);
        post.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
        post.setHeader(QNetworkRequest::UserAgentHeader, "Signalbox/bench");
        post.setHeader(QNetworkRequest::ContentLengthHeader, m_options.body.size());
        post.setRawHeader("webhook-id", QUuid::createUuid().toByteArray(QUuid::WithoutBraces));
        post.setRawHeader("webhook-timestamp", "1764000000");
        post.setRawHeader("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        post.setRawHeader("Accept-Encoding", "identity");
        post.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        post.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
        post.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
        post.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
        post.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
        post.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
        post.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
        return post;
    }

    void post(QNetworkAccessManager &manager)
    {
        auto *body = new signalbox::UploadDevice(m_options.body);
        QNetworkReply *reply = manager.post(request(m_sent++), body);
        body->setParent(reply);
        connect(reply, &QNetworkReply::finished, this, [this, reply, &manager] { finished(reply, manager); });
    }

    void finished(QNetworkReply *reply, QNetworkAccessManager &manager)
    {
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        m_refused += status == 200 ? 0 : 1;
        reply->readAll();
        reply->deleteLater();
        if (m_sent < m_options.requests)
            post(manager);
        if (++m_answered == m_options.requests) {
            m_elapsedNs = m_time.nsecsElapsed();
            QCoreApplication::quit();
        }
    }

    CeilingOptions m_options;
    QSslConfiguration m_tls = QSslConfiguration::defaultConfiguration();
    std::vector<std::unique_ptr<QNetworkAccessManager>> m_managers;
    QElapsedTimer m_time;
    qint64 m_elapsedNs = 0;
    int m_sent = 0;
    int m_answered = 0;
    int m_refused = 0; ///< other answers than 200, or none
};

CeilingOptions readOptions(const QCoreApplication &application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Posts to one receiver through QNetworkAccessManager alone."));
    parser.addHelpOption();
    const QCommandLineOption url(QStringLiteral("url"), QStringLiteral("receiver"), QStringLiteral("URL"));
    const QCommandLineOption requests(QStringLiteral("requests"), QStringLiteral("requests in all"),
                                      QStringLiteral("N"), QStringLiteral("1000"));
    const QCommandLineOption inFlight(QStringLiteral("in-flight"), QStringLiteral("requests at a time"),
                                      QStringLiteral("N"), QStringLiteral("64"));
    const QCommandLineOption endpoints(QStringLiteral("endpoints"), QStringLiteral("paths, in turn"),
                                       QStringLiteral("N"), QStringLiteral("8"));
    const QCommandLineOption body(QStringLiteral("body"), QStringLiteral("file with the body"),
                                  QStringLiteral("FILE"));
    const QCommandLineOption ca(QStringLiteral("ca"), QStringLiteral("certificate to trust"),
                                QStringLiteral("FILE"));
    parser.addOptions({url, requests, inFlight, endpoints, body, ca});
    parser.process(application);

    CeilingOptions options;
    options.url = QUrl(parser.value(url));
    options.requests = std::max(1, parser.value(requests).toInt());
    options.inFlight = std::max(1, parser.value(inFlight).toInt());
    options.endpoints = std::max(1, parser.value(endpoints).toInt());
    options.caFile = parser.value(ca);
    options.body = "{}";
    if (QFile file(parser.value(body)); file.open(QIODevice::ReadOnly))
        options.body = file.readAll();
    return options;
}

} // namespace

/// Prints requests, seconds and answers other than 200, tab-separated; fails when there is any of the last.
int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    Ceiling ceiling(readOptions(application));
    QMetaObject::invokeMethod(
        &application, [&ceiling] { ceiling.start(); }, Qt::QueuedConnection);
    QCoreApplication::exec();
    std::printf("%d\t%.6f\t%d\n", ceiling.answered(), double(ceiling.elapsedNs()) / 1e9, ceiling.refused());
    return ceiling.refused() == 0 ? 0 : 1;
}
