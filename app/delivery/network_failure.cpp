#include "app/delivery/network_failure.h"

#include <cerrno>
#include <cstring>

namespace signalbox {

namespace {

bool isTlsFailure(CURLcode code)
{
    return code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION ||
           code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CIPHER ||
           code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_CLIENTCERT;
}

QString proxyFailure(CURLcode code, int systemError, int proxyStatus)
{
    if (proxyStatus == 407)
        return QStringLiteral("the proxy wants a user and password, or refused those it got");
    if (proxyStatus >= 300)
        return QStringLiteral("the proxy answered HTTP %1").arg(proxyStatus);
    if (code == CURLE_COULDNT_RESOLVE_PROXY)
        return QStringLiteral("the proxy's name does not resolve");
    if (code == CURLE_COULDNT_CONNECT && systemError == ECONNREFUSED)
        return QStringLiteral("the proxy refused the connection");
    if (code == CURLE_OPERATION_TIMEDOUT)
        return QStringLiteral("the proxy did not answer");
    return QStringLiteral("the proxy closed the connection or could not make one");
}

} // namespace

QString describeNoConnection(CURLcode code, const QString &errorText, int systemError, bool hasProxy,
                             int proxyStatus)
{
    if (isTlsFailure(code))
        return QStringLiteral("TLS: ") + errorText;
    if (hasProxy)
        return proxyFailure(code, systemError, proxyStatus);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return QStringLiteral("connecting timed out");
    if (systemError == ECONNREFUSED)
        return QStringLiteral("connection refused");
    if (code == CURLE_COULDNT_CONNECT && systemError != 0)
        return QStringLiteral("cannot connect: ") + QString::fromLocal8Bit(std::strerror(systemError));
    return errorText.isEmpty() ? QString::fromLatin1(curl_easy_strerror(code)) : errorText;
}

QString describeNoAnswer(CURLcode code, const QString &errorText)
{
    switch (code) {
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_ABORTED_BY_CALLBACK: // a second request on its own, see CurlTransfer
        return QStringLiteral("no answer: the connection was closed or reset while waiting");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
        return QStringLiteral("no answer: what came was no HTTP");
    default:
        return QStringLiteral("no answer: ") +
               (errorText.isEmpty() ? QString::fromLatin1(curl_easy_strerror(code)) : errorText);
    }
}

QString durationText(int ms)
{
    if (ms < 1000)
        return QStringLiteral("%1 ms").arg(ms);
    return QStringLiteral("%1 s").arg(QString::number(ms / 1000.0, 'g', 6));
}

} // namespace signalbox
