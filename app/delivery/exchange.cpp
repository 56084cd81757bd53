#include "app/delivery/exchange.h"

#include "app/delivery/destination.h"
#include "app/delivery/network_failure.h"
#include "app/delivery/response_text.h"
#include "app/delivery/signed_request.h"
#include "app/delivery/upload_device.h"

namespace signalbox {

namespace {

constexpr int defaultTimeoutMs = 30'000;
constexpr qsizetype headerValueLimit = 8 * 1024;

// Status of the final answer, 0 while there is none. Qt ends a reply on an interim answer other than 100
// (102, 103) and never reads the final one: whether the receiver took the webhook is then unknown.
int statusOf(const QNetworkReply &reply)
{
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    return status >= 200 ? status : 0;
}

} // namespace

Exchange::Exchange(ClaimedJob job, const ExchangeTools &tools, QObject *parent)
    : QObject(parent)
    , m_job(std::move(job))
    , m_tools(tools)
    , m_deadline(this)
{
    // A producer may have written no sensible timeout.
    if (m_job.timeoutMs <= 0)
        m_job.timeoutMs = defaultTimeoutMs;
    m_deadline.setSingleShot(true);
    m_deadline.setTimerType(Qt::PreciseTimer);
    connect(&m_deadline, &QTimer::timeout, this, &Exchange::deadlinePassed);
}

Exchange::~Exchange()
{
    dropReply();
}

void Exchange::start()
{
    m_elapsed.start();
    m_deadline.start(m_job.timeoutMs);
    // Later, so that the caller never sees `finished` before start() returned.
    QMetaObject::invokeMethod(this, &Exchange::resolve, Qt::QueuedConnection);
}

void Exchange::resolve()
{
    const auto url = readDestination(m_job.url);
    if (!url)
        return finish(Outcome::NeverConnected, url.error().line());
    m_url = *url;
    const auto headers = signRequest(m_job, m_tools.clock);
    if (!headers)
        return finish(Outcome::NeverConnected, headers.error().line());
    m_headers = headers->sent;
    m_result.requestHeaders = headers->stored;
    if (const QHostAddress literal = literalAddress(m_url); !literal.isNull())
        return useAddresses({literal});
    m_tools.resolver.resolve(m_url.host(QUrl::FullyEncoded), this,
                             [this](const Result<QList<QHostAddress>> &addresses) {
                                 if (m_done)
                                     return;
                                 if (addresses)
                                     useAddresses(*addresses);
                                 else
                                     finish(Outcome::NeverConnected, addresses.error().line());
                             });
}

void Exchange::useAddresses(const QList<QHostAddress> &addresses)
{
    if (const Done allowed = checkAddresses(addresses, m_job.allowPrivateNetwork); !allowed)
        return finish(Outcome::NeverConnected, allowed.error().line());
    m_addresses = addresses;
    postToNextAddress();
}

void Exchange::postToNextAddress()
{
    const QHostAddress address = m_addresses.takeFirst();
    const QNetworkRequest post = request(address);
    m_slot = m_tools.managers.acquire(post.url(), m_job.endpointId);
    m_upload = new UploadDevice(m_job.payload);
    m_reply = m_slot.manager().post(post, m_upload);
    m_upload->setParent(m_reply);
    listenTo(m_reply);
}

QNetworkRequest Exchange::request(const QHostAddress &address) const
{
    QNetworkRequest post(pinned(m_url, address));
    for (const HttpHeader &header : m_headers)
        post.setRawHeader(header.name.toLatin1(), header.value.toUtf8());
    post.setRawHeader("Host", hostHeader(m_url));
    post.setRawHeader("Accept-Encoding", "identity");
    post.setHeader(QNetworkRequest::ContentLengthHeader, m_job.payload.size());
    if (literalAddress(m_url).isNull())
        post.setPeerVerifyName(m_url.host(QUrl::FullyEncoded));
    // One POST per attempt (UploadDevice), over HTTP/1.1 because the address is pinned (design §5).
    post.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    post.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    post.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    post.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    post.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    post.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    post.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    post.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    return post;
}

void Exchange::listenTo(QNetworkReply *reply)
{
    connect(reply, &QNetworkReply::metaDataChanged, this, [reply] {
        // Right after post() it has no effect: Qt 6.4 then buffers whatever a receiver sends.
        reply->setReadBufferSize(responseLimit + 1);
    });
    connect(reply, &QNetworkReply::readyRead, this, &Exchange::readBody);
    connect(reply, &QNetworkReply::finished, this, &Exchange::replyFinished);
}

void Exchange::readBody()
{
    m_body += m_reply->read(responseLimit + 1 - m_body.size());
    if (m_body.size() <= responseLimit)
        return;
    takeAnswer(QStringLiteral("response cut at 64 KiB"));
    finish(Outcome::Answered, {});
}

void Exchange::replyFinished()
{
    const QNetworkReply::NetworkError error = m_reply->error();
    if (statusOf(*m_reply) != 0) {
        // QNetworkReply drops what it holds once aborted; on every other end the rest is still there.
        m_body += m_reply->read(responseLimit + 1 - m_body.size());
        const bool cut = m_body.size() > responseLimit;
        // Errors below ContentAccessDenied are the connection's, but for the word for a 407.
        const bool shortBody = error != QNetworkReply::NoError &&
                               error < QNetworkReply::ContentAccessDenied &&
                               error != QNetworkReply::ProxyAuthenticationRequiredError;
        takeAnswer(cut         ? QStringLiteral("response cut at 64 KiB")
                   : shortBody ? QStringLiteral("the response ended early")
                               : QString());
        return finish(Outcome::Answered, {});
    }
    const bool sent = wasSent();
    const QString reason = describeFailure(error, m_reply->errorString(), sent);
    dropReply();
    if (!sent && !m_addresses.isEmpty())
        return postToNextAddress();
    finish(sent ? Outcome::NoAnswer : Outcome::NeverConnected, reason);
}

void Exchange::deadlinePassed()
{
    const QString limit = durationText(m_job.timeoutMs);
    if (m_reply && statusOf(*m_reply) != 0) {
        takeAnswer(QStringLiteral("response cut by the deadline of ") + limit);
        return finish(Outcome::Answered, {});
    }
    const bool sent = wasSent();
    finish(sent ? Outcome::NoAnswer : Outcome::NeverConnected,
           (sent ? QStringLiteral("timed out after %1")
                 : QStringLiteral("timed out after %1 without a connection"))
               .arg(limit));
}

void Exchange::takeAnswer(const QString &bodyNote)
{
    m_result.statusCode = statusOf(*m_reply);
    m_result.responseCut = !bodyNote.isEmpty();
    m_result.note = bodyNote;
    m_result.responseBody = storableText(m_body);
    for (const auto &[name, value] : m_reply->rawHeaderPairs()) {
        m_result.responseHeaders.append({QString::fromUtf8(storableText(name)),
                                         QString::fromUtf8(storableText(value, headerValueLimit))});
    }
    m_result.retryAfter = m_reply->rawHeader("Retry-After");
    if (*m_result.statusCode >= 300 && *m_result.statusCode < 400 && m_result.note.isEmpty())
        m_result.note = QStringLiteral("redirects are not followed");
}

void Exchange::dropReply()
{
    m_upload = nullptr;
    if (m_reply) {
        m_reply->disconnect(this);
        m_reply->abort();
        m_reply->deleteLater();
        m_reply = nullptr;
    }
    m_slot = ManagerSlot();
}

void Exchange::finish(Outcome outcome, const QString &error)
{
    m_done = true;
    m_deadline.stop();
    dropReply();
    m_result.outcome = outcome;
    m_result.error = error;
    m_result.durationMs = m_elapsed.elapsed();
    emit finished(m_result);
}

bool Exchange::wasSent() const
{
    return m_upload && m_upload->wasRead();
}

} // namespace signalbox
