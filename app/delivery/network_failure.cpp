#include "app/delivery/network_failure.h"

namespace signalbox {

QString describeFailure(QNetworkReply::NetworkError error, const QString &errorText, bool sent)
{
    switch (error) {
    case QNetworkReply::ConnectionRefusedError:
        return QStringLiteral("connection refused");
    case QNetworkReply::SslHandshakeFailedError:
        return QStringLiteral("TLS: ") + errorText;
    case QNetworkReply::TimeoutError:
        return sent ? QStringLiteral("no answer: the connection timed out")
                    : QStringLiteral("connecting timed out");
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::ContentReSendError: // Qt wanted to post again on a new connection, and was not let
        return sent ? QStringLiteral("no answer: the connection was closed or reset while waiting, or what "
                                     "came was no HTTP")
                    : QStringLiteral("the connection was closed before anything was sent");
    case QNetworkReply::ProtocolFailure:
    case QNetworkReply::ProtocolUnknownError:
        return QStringLiteral("no answer: what came was no HTTP");
    default:
        return sent ? QStringLiteral("no answer: ") + errorText : errorText;
    }
}

QString durationText(int ms)
{
    if (ms < 1000)
        return QStringLiteral("%1 ms").arg(ms);
    return QStringLiteral("%1 s").arg(QString::number(ms / 1000.0, 'g', 6));
}

} // namespace signalbox
