#include "app/delivery/curl_transfer.h"

#include "app/delivery/response_text.h"

#include <cerrno>
#include <sys/socket.h>

namespace signalbox {

namespace {

/// A header as libcurl takes it: without a value it would be left out.
QByteArray lineOf(const RawHeader &header)
{
    return header.value.isEmpty() ? header.name + ';' : header.name + ": " + header.value;
}

void append(CurlList &list, const QByteArray &line)
{
    list.reset(curl_slist_append(list.release(), line.constData()));
}

curl_blob blobOf(const QByteArray &bytes)
{
    // The request outlives the transfer.
    return {const_cast<char *>(bytes.constData()), std::size_t(bytes.size()), CURL_BLOB_NOCOPY};
}

} // namespace

CurlTransfer::CurlTransfer(CurlMulti &multi, PostRequest request, std::function<void()> ended)
    : m_multi(multi)
    , m_request(std::move(request))
    , m_ended(std::move(ended))
    , m_handle(multi.takeHandle())
{
    setUp();
    m_multi.start(m_handle.get(), [this](CURLcode code) {
        m_code = code;
        m_ended();
    });
}

CurlTransfer::~CurlTransfer()
{
    m_multi.cut(m_handle.get());
    m_multi.giveBack(std::move(m_handle));
}

void CurlTransfer::setUp()
{
    CURL *handle = m_handle.get();
    curl_easy_setopt(handle, CURLOPT_URL, m_request.url.constData());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &CurlTransfer::openSocket);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, m_errorText.data());
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, long(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(handle, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, long(m_request.connectTimeoutMs));
    curl_easy_setopt(handle, CURLOPT_POST, 1L);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, m_request.body.constData());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(m_request.body.size()));
    curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, &CurlTransfer::requestStarts);
    curl_easy_setopt(handle, CURLOPT_PREREQDATA, this);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &CurlTransfer::headerCame);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &CurlTransfer::bodyCame);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
    if (!m_request.connectTo.isEmpty()) {
        // Whatever the URL's host and port: to this address, at the same port.
        append(m_connectTo, "::" + m_request.connectTo + ':');
        curl_easy_setopt(handle, CURLOPT_CONNECT_TO, m_connectTo.get());
    }
    setUpHeaders();
    setUpTls();
    setUpProxy();
}

void CurlTransfer::setUpHeaders()
{
    for (const RawHeader &header : std::as_const(m_request.headers))
        append(m_headerList, lineOf(header));
    // What libcurl would add by itself.
    append(m_headerList, QByteArrayLiteral("Accept:"));
    append(m_headerList, QByteArrayLiteral("Expect:"));
    curl_easy_setopt(m_handle.get(), CURLOPT_HTTPHEADER, m_headerList.get());
}

// Verification is libcurl's default and stays on; certificates come on top of the system's.
void CurlTransfer::setUpTls()
{
    const TlsMaterial &tls = m_request.tls;
    if (!tls.caCertificates.isEmpty()) {
        const curl_blob blob = blobOf(tls.caCertificates);
        curl_easy_setopt(m_handle.get(), CURLOPT_CAINFO_BLOB, &blob);
    }
    if (tls.clientCertificate.isEmpty())
        return;
    const curl_blob certificate = blobOf(tls.clientCertificate);
    curl_easy_setopt(m_handle.get(), CURLOPT_SSLCERTTYPE, "PEM");
    curl_easy_setopt(m_handle.get(), CURLOPT_SSLCERT_BLOB, &certificate);
    const QByteArray text = tls.clientKey.reveal().toUtf8();
    curl_blob key = blobOf(text);
    key.flags = CURL_BLOB_COPY;
    curl_easy_setopt(m_handle.get(), CURLOPT_SSLKEYTYPE, "PEM");
    curl_easy_setopt(m_handle.get(), CURLOPT_SSLKEY_BLOB, &key);
}

void CurlTransfer::setUpProxy()
{
    CURL *handle = m_handle.get();
    const Proxy &proxy = m_request.proxy;
    // An empty name keeps libcurl from asking the environment.
    if (!proxy.isSet()) {
        curl_easy_setopt(handle, CURLOPT_PROXY, "");
        return;
    }
    const QString host = proxy.host.contains(':') ? '[' + proxy.host + ']' : proxy.host;
    curl_easy_setopt(handle, CURLOPT_PROXY, host.toUtf8().constData());
    curl_easy_setopt(handle, CURLOPT_PROXYPORT, long(proxy.port));
    curl_easy_setopt(handle, CURLOPT_PROXYTYPE,
                     long(proxy.kind == Proxy::Kind::Socks5 ? CURLPROXY_SOCKS5 : CURLPROXY_HTTP));
    curl_easy_setopt(handle, CURLOPT_NOPROXY, "");
    // The proxy is asked for a connection to the vetted address, and never sees a plain request.
    curl_easy_setopt(handle, CURLOPT_HTTPPROXYTUNNEL, 1L);
    curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (proxy.user.isEmpty())
        return;
    curl_easy_setopt(handle, CURLOPT_PROXYAUTH, long(CURLAUTH_BASIC));
    curl_easy_setopt(handle, CURLOPT_PROXYUSERNAME, proxy.user.toUtf8().constData());
    curl_easy_setopt(handle, CURLOPT_PROXYPASSWORD, proxy.password.reveal().toUtf8().constData());
}

// A program that is started meanwhile (the private cluster's server) must not inherit the connection: it
// would stay open after we closed it.
curl_socket_t CurlTransfer::openSocket(void *self, curlsocktype, curl_sockaddr *address)
{
    const int made = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (made < 0)
        static_cast<CurlTransfer *>(self)->m_socketError = errno;
    return made;
}

// libcurl posts again on its own when a kept-alive connection dies before the answer. Whether the receiver
// acted on the first one is unknown: the second is not let go.
int CurlTransfer::requestStarts(void *self, char *, char *, int, int)
{
    return ++static_cast<CurlTransfer *>(self)->m_requests == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

std::size_t CurlTransfer::headerCame(char *data, std::size_t size, std::size_t count, void *self)
{
    const std::size_t bytes = size * count;
    const bool goesOn =
        static_cast<CurlTransfer *>(self)->m_head.takeLine(QByteArray(data, qsizetype(bytes)));
    return goesOn ? bytes : 0;
}

std::size_t CurlTransfer::bodyCame(char *data, std::size_t size, std::size_t count, void *self)
{
    auto *transfer = static_cast<CurlTransfer *>(self);
    const qsizetype room = responseLimit + 1 - transfer->m_body.size();
    transfer->m_body.append(data, qMin(room, qsizetype(size * count)));
    transfer->m_isBodyCut = transfer->m_body.size() > responseLimit;
    return transfer->m_isBodyCut ? 0 : size * count;
}

qint64 CurlTransfer::microseconds(CURLINFO info) const
{
    curl_off_t value = 0;
    curl_easy_getinfo(m_handle.get(), info, &value);
    return value;
}

ExchangeTimings CurlTransfer::timings() const
{
    const auto between = [this](CURLINFO from, CURLINFO to) -> std::optional<double> {
        const qint64 start = microseconds(from), end = microseconds(to);
        return end > 0 && end >= start ? std::optional(double(end - start) / 1000.0) : std::nullopt;
    };
    ExchangeTimings timings;
    long connections = 0, version = 0;
    curl_easy_getinfo(m_handle.get(), CURLINFO_NUM_CONNECTS, &connections);
    curl_easy_getinfo(m_handle.get(), CURLINFO_HTTP_VERSION, &version);
    if (connections > 0) {
        timings.connectMs = between(CURLINFO_NAMELOOKUP_TIME_T, CURLINFO_CONNECT_TIME_T);
        timings.tlsMs = between(CURLINFO_CONNECT_TIME_T, CURLINFO_APPCONNECT_TIME_T);
    }
    if (wasSent())
        timings.reusedConnection = connections == 0;
    if (m_head.status() > 0)
        timings.firstByteMs = between(CURLINFO_PRETRANSFER_TIME_T, CURLINFO_STARTTRANSFER_TIME_T);
    if (m_head.status() > 0 && version != CURL_HTTP_VERSION_NONE)
        timings.httpVersion =
            version == CURL_HTTP_VERSION_1_0 ? QStringLiteral("1.0") : QStringLiteral("1.1");
    return timings;
}

QString CurlTransfer::failure() const
{
    if (!wasSent())
        return describe(connectFailure());
    if (m_head.isCut())
        return QStringLiteral("no answer: the head of the answer is larger than 256 KiB");
    return describeNoAnswer(m_code, QString::fromUtf8(m_errorText.data()));
}

Fault CurlTransfer::faultOfConnecting() const
{
    return faultOf(connectFailure());
}

ConnectFailure CurlTransfer::connectFailure() const
{
    long proxyStatus = 0, systemError = 0;
    curl_easy_getinfo(m_handle.get(), CURLINFO_HTTP_CONNECTCODE, &proxyStatus);
    curl_easy_getinfo(m_handle.get(), CURLINFO_OS_ERRNO, &systemError);
    return {m_code, QString::fromUtf8(m_errorText.data()), m_socketError ? m_socketError : int(systemError),
            m_request.proxy.isSet(), int(proxyStatus)};
}

} // namespace signalbox
