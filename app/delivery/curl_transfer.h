#pragma once

#include "app/core/delivery.h"
#include "app/core/proxy.h"
#include "app/core/tls_material.h"
#include "app/delivery/curl_multi.h"
#include "app/delivery/network_failure.h"
#include "app/delivery/raw_header.h"
#include "app/delivery/response_head.h"

#include <QByteArray>
#include <QList>

#include <array>
#include <functional>
#include <memory>

namespace signalbox {

/// One POST as it goes onto the wire.
struct PostRequest
{
    QByteArray url;
    QByteArray connectTo; ///< address to connect to instead of the URL's host, in brackets if IPv6; or empty
    QList<RawHeader> headers;
    QByteArray body;
    TlsMaterial tls;
    Proxy proxy;
    int connectTimeoutMs = 0;
};

/// One POST over libcurl, and what came of it. Posts once: a kept-alive connection that dies is not posted to
/// again by libcurl on its own. Reads what the limits allow (design §4, Response) and ends the exchange
/// there. Destroying it cuts the exchange. Lives on the thread of its CurlMulti.
class CurlTransfer
{
public:
    /// `ended` is called once, later.
    CurlTransfer(CurlMulti &multi, PostRequest request, std::function<void()> ended);
    ~CurlTransfer();
    CurlTransfer(const CurlTransfer &) = delete;
    CurlTransfer &operator=(const CurlTransfer &) = delete;

    /// The request left, or began to: whoever got it may have acted on it.
    bool wasSent() const { return m_requests > 0; }
    const ResponseHead &head() const { return m_head; }
    QByteArray body() const { return m_body; }
    bool isBodyCut() const { return m_isBodyCut; } ///< at 64 KiB
    /// Once it has ended: the answer is not whole.
    bool failed() const { return m_code != CURLE_OK && !m_isBodyCut; }
    /// Why, in words, for an exchange without a final status line.
    QString failure() const;
    bool hasTimedOut() const { return m_code == CURLE_OPERATION_TIMEDOUT; }
    /// Once it has ended without a request sent.
    Fault faultOfConnecting() const;
    ExchangeTimings timings() const;

private:
    void setUp();
    void setUpTls();
    void setUpProxy();
    void setUpHeaders();
    ConnectFailure connectFailure() const;
    qint64 microseconds(CURLINFO info) const;

    static curl_socket_t openSocket(void *self, curlsocktype, curl_sockaddr *address);
    static std::size_t headerCame(char *data, std::size_t size, std::size_t count, void *self);
    static std::size_t bodyCame(char *data, std::size_t size, std::size_t count, void *self);
    static int requestStarts(void *self, char *, char *, int, int);

    CurlMulti &m_multi;
    PostRequest m_request;
    std::function<void()> m_ended;
    CurlEasy m_handle;
    CurlList m_headerList;
    CurlList m_connectTo;
    std::array<char, CURL_ERROR_SIZE> m_errorText{};
    CURLcode m_code = CURLE_OK;
    int m_socketError = 0; ///< errno of a socket that could not be had
    int m_requests = 0;    ///< times that libcurl was about to send
    ResponseHead m_head;
    QByteArray m_body;
    bool m_isBodyCut = false;
};

} // namespace signalbox
