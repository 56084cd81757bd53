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

bool isShortage(int systemError)
{
    return systemError == EMFILE || systemError == ENFILE || systemError == ENOBUFS || systemError == ENOMEM;
}

bool hasNoRoute(int systemError)
{
    return systemError == ENETUNREACH || systemError == EHOSTUNREACH || systemError == ENETDOWN ||
           systemError == EADDRNOTAVAIL || systemError == EACCES || systemError == EPERM;
}

} // namespace

QString describe(const ConnectFailure &failure)
{
    if (isShortage(failure.systemError))
        return QStringLiteral("no socket: ") + QString::fromLocal8Bit(std::strerror(failure.systemError));
    if (isTlsFailure(failure.code))
        return QStringLiteral("TLS: ") + failure.text;
    if (failure.hasProxy)
        return proxyFailure(failure.code, failure.systemError, failure.proxyStatus);
    if (failure.code == CURLE_OPERATION_TIMEDOUT)
        return QStringLiteral("connecting timed out");
    if (failure.systemError == ECONNREFUSED)
        return QStringLiteral("connection refused");
    if (failure.code == CURLE_COULDNT_CONNECT && failure.systemError != 0)
        return QStringLiteral("cannot connect: ") +
               QString::fromLocal8Bit(std::strerror(failure.systemError));
    return failure.text.isEmpty() ? QString::fromLatin1(curl_easy_strerror(failure.code)) : failure.text;
}

Fault faultOf(const ConnectFailure &failure)
{
    if (isShortage(failure.systemError))
        return Fault::Machine;
    if (isTlsFailure(failure.code))
        return Fault::Receiver;
    // A proxy that could not reach the receiver says so with a status of its own.
    if (failure.hasProxy)
        return failure.proxyStatus == 0 || failure.proxyStatus == 407 ? Fault::Network : Fault::Receiver;
    return hasNoRoute(failure.systemError) ? Fault::Network : Fault::Receiver;
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
