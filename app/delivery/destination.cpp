#include "app/delivery/destination.h"

#include "app/core/address_policy.h"

#include <algorithm>

namespace signalbox {

namespace {

IpAddress bytesOf(const QHostAddress &address)
{
    IpAddress result;
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        const quint32 number = address.toIPv4Address();
        for (int i = 0; i < 4; ++i)
            result.bytes[std::size_t(i)] = std::uint8_t(number >> (24 - 8 * i));
        return result;
    }
    result.isV4 = false;
    const Q_IPV6ADDR number = address.toIPv6Address();
    std::copy_n(number.c, 16, result.bytes.begin());
    return result;
}

QString hostText(const QUrl &url)
{
    const QString host = url.host(QUrl::FullyEncoded);
    return host.contains(':') && !host.startsWith('[') ? '[' + host + ']' : host;
}

QByteArray hostHeaderOf(const QUrl &url)
{
    const int usual = url.scheme() == QLatin1String("https") ? 443 : 80;
    const int port = url.port(usual);
    QString text = hostText(url);
    if (port != usual)
        text += ':' + QString::number(port);
    return text.toLatin1();
}

} // namespace

Result<Destination> readDestination(const QString &url)
{
    const QString what = QStringLiteral("invalid URL");
    const QUrl parsed(url, QUrl::StrictMode);
    if (!parsed.isValid())
        return fail(Error::Kind::Refused, what, QStringLiteral("it cannot be read"));
    if (parsed.scheme() != QLatin1String("http") && parsed.scheme() != QLatin1String("https"))
        return fail(Error::Kind::Refused, what, QStringLiteral("only http and https are sent to"));
    if (parsed.host().isEmpty())
        return fail(Error::Kind::Refused, what, QStringLiteral("it names no host"));
    if (!parsed.userInfo().isEmpty())
        return fail(Error::Kind::Refused, what, QStringLiteral("it carries user info"));
    Destination destination{parsed, QHostAddress(parsed.host()), hostHeaderOf(parsed), {}};
    if (destination.literal.isNull())
        destination.name = parsed.host(QUrl::FullyEncoded);
    return destination;
}

Done checkAddresses(const QList<QHostAddress> &addresses, bool allowPrivateNetwork)
{
    if (allowPrivateNetwork)
        return {};
    for (const QHostAddress &address : addresses) {
        const QString range = refusedRange(bytesOf(address));
        if (!range.isEmpty()) {
            return fail(Error::Kind::Refused, QStringLiteral("address refused"),
                        QStringLiteral("%1 lies in %2, and the endpoint does not allow private networks")
                            .arg(address.toString(), range));
        }
    }
    return {};
}

QUrl pinned(const Destination &destination, const QHostAddress &address)
{
    // A literal one too: what reads the URL next may read "0b1" or "127.1" otherwise than who judged it.
    QUrl result = destination.url;
    result.setHost(address.toString());
    return result;
}

} // namespace signalbox
