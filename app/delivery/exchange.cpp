#include "app/delivery/exchange.h"

#include "app/delivery/network_failure.h"
#include "app/delivery/response_text.h"

namespace signalbox {

namespace {

constexpr int defaultTimeoutMs = 30'000;
constexpr int leastConnectTimeoutMs = 1'000;

double millisecondsOf(const QElapsedTimer &timer)
{
    return double(timer.nsecsElapsed()) / 1e6;
}

QString joined(const QString &note, const QString &other)
{
    return note.isEmpty() || other.isEmpty() ? note + other : note + QStringLiteral("; ") + other;
}

QByteArray bracketed(const QHostAddress &address)
{
    const QByteArray text = address.toString().toLatin1();
    return address.protocol() == QAbstractSocket::IPv6Protocol ? '[' + text + ']' : text;
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

Exchange::~Exchange() = default;

void Exchange::start()
{
    m_elapsed.start();
    m_deadline.start(m_job.timeoutMs);
    // Later, so that the caller never sees `finished` before start() returned.
    QMetaObject::invokeMethod(this, &Exchange::resolve, Qt::QueuedConnection);
}

void Exchange::resolve()
{
    if (const Done prepared = prepare(); !prepared)
        return finish(Outcome::NeverConnected, prepared.error().line());
    if (!m_destination.literal.isNull())
        return useAddresses({m_destination.literal});
    m_tools.resolver.resolve(
        m_destination.name, this,
        [this, asked = millisecondsOf(m_elapsed)](const Result<QList<QHostAddress>> &addresses) {
            if (m_done)
                return;
            m_result.timings.dnsMs = millisecondsOf(m_elapsed) - asked;
            if (addresses)
                useAddresses(*addresses);
            else
                finishForWantOf(Fault::Network, addresses.error().line());
        });
}

Done Exchange::prepare()
{
    m_result.fault = Fault::Job;
    if (!m_job.problem.isEmpty())
        return fail(Error::Kind::Refused, QStringLiteral("the job cannot be sent"), m_job.problem);
    auto destination = m_tools.prepared.destination(m_job.url);
    if (!destination)
        return fail(destination.error());
    m_destination = std::move(*destination);
    const auto custom = m_tools.prepared.customHeaders(m_job.customHeaders);
    if (!custom)
        return fail(custom.error());
    auto headers = signRequest(m_job, *custom, m_tools.clock);
    if (!headers)
        return fail(headers.error());
    m_headers = std::move(headers->sent);
    m_result.requestHeaders = std::move(headers->stored);
    // What comes from here on is the endpoint's.
    m_result.fault = Fault::Receiver;
    return m_destination.usesTls() ? m_tools.prepared.checkTls(m_job.tls) : Done();
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
    // A slow lookup, or an address that does not answer, may have outlasted the lease: another worker may be
    // sending the job by now.
    if (m_tools.mayPost && !m_tools.mayPost(m_job.leaseToken))
        return finishForWantOf(Fault::Lease,
                               QStringLiteral("the lease ran out before the job could be sent"));
    const QHostAddress address = m_addresses.takeFirst();
    m_transfer =
        std::make_unique<CurlTransfer>(m_tools.transfers, request(address), [this] { transferEnded(); });
}

// Pinned to the vetted address (design §5): over TLS the name stays in the URL, for SNI, certificate and
// Host.
PostRequest Exchange::request(const QHostAddress &address) const
{
    PostRequest post;
    if (m_destination.usesTls()) {
        post.url = m_destination.url.toEncoded(QUrl::RemoveFragment);
        post.connectTo = bracketed(address);
        post.tls = m_job.tls;
    } else {
        post.url = pinned(m_destination, address).toEncoded(QUrl::RemoveFragment);
    }
    post.headers = m_headers;
    post.headers.append({QByteArrayLiteral("Host"), m_destination.hostHeader});
    post.headers.append({QByteArrayLiteral("Accept-Encoding"), QByteArrayLiteral("identity")});
    post.body = m_job.payload;
    post.proxy = m_tools.proxy;
    // An address that does not answer leaves time for the next one.
    const int left = int(qMax<qint64>(1, m_job.timeoutMs - m_elapsed.elapsed()));
    post.connectTimeoutMs = m_addresses.isEmpty()
                                ? left
                                : qMin(left, qMax(leastConnectTimeoutMs, left / int(m_addresses.size() + 1)));
    return post;
}

void Exchange::transferEnded()
{
    if (m_transfer->head().status() >= 200) {
        takeAnswer(m_transfer->isBodyCut() ? QStringLiteral("response cut at 64 KiB")
                   : m_transfer->head().isCut()
                       ? QStringLiteral("response cut: its head is larger than 256 KiB")
                   : m_transfer->failed() ? QStringLiteral("the response ended early or broke HTTP's rules")
                                          : QString());
        return finish(Outcome::Answered, {});
    }
    if (!m_transfer->wasSent() && !m_addresses.isEmpty())
        return postToNextAddress();
    m_result.hasTimedOut = m_transfer->hasTimedOut();
    if (!m_transfer->wasSent())
        return finishForWantOf(m_transfer->faultOfConnecting(), m_transfer->failure());
    finish(Outcome::NoAnswer, m_transfer->failure());
}

void Exchange::finishForWantOf(Fault fault, const QString &error)
{
    m_result.fault = fault;
    finish(Outcome::NeverConnected, error);
}

void Exchange::deadlinePassed()
{
    const QString limit = durationText(m_job.timeoutMs);
    if (m_transfer && m_transfer->head().status() >= 200) {
        takeAnswer(QStringLiteral("response cut by the deadline of ") + limit);
        return finish(Outcome::Answered, {});
    }
    const bool sent = m_transfer && m_transfer->wasSent();
    m_result.hasTimedOut = true;
    if (!m_transfer || (!sent && m_tools.proxy.isSet()))
        m_result.fault = Fault::Network; // no name, or no proxy
    finish(sent ? Outcome::NoAnswer : Outcome::NeverConnected,
           (sent ? QStringLiteral("timed out after %1")
                 : QStringLiteral("timed out after %1 without a connection"))
               .arg(limit));
}

void Exchange::takeAnswer(const QString &note)
{
    const int status = m_transfer->head().status();
    m_result.statusCode = status;
    m_result.responseCut = !note.isEmpty();
    m_result.note = note;
    m_result.responseBody = storableText(m_transfer->body());
    KeptHeaders kept = keptHeaders(m_transfer->head().headers());
    m_result.responseHeaders = std::move(kept.headers);
    m_result.retryAfter = kept.retryAfter;
    if (kept.areCut)
        m_result.note = joined(m_result.note, QStringLiteral("response headers cut"));
    if (status >= 300 && status < 400 && m_result.note.isEmpty())
        m_result.note = QStringLiteral("redirects are not followed");
}

void Exchange::finish(Outcome outcome, const QString &error)
{
    m_done = true;
    m_deadline.stop();
    if (m_transfer) {
        const std::optional<double> dnsMs = m_result.timings.dnsMs;
        m_result.timings = m_transfer->timings();
        m_result.timings.dnsMs = dnsMs;
    }
    m_transfer.reset();
    m_result.outcome = outcome;
    m_result.error = error;
    m_result.durationMs = m_elapsed.elapsed();
    emit finished(m_result);
}

} // namespace signalbox
