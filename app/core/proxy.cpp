#include "app/core/proxy.h"

#include <QUrl>

namespace signalbox {

namespace {

tl::unexpected<Error> refused(const QString &why)
{
    return fail(Error::Kind::Refused, QStringLiteral("proxy"), why,
                QStringLiteral("write http://host:port or socks5://host:port"));
}

} // namespace

QString Proxy::text() const
{
    if (!isSet())
        return {};
    QUrl url;
    url.setScheme(kind == Kind::Http ? QStringLiteral("http") : QStringLiteral("socks5"));
    url.setUserName(user);
    url.setHost(host);
    url.setPort(port);
    return url.toString(QUrl::FullyEncoded);
}

Result<Proxy> readProxy(const QString &url)
{
    if (url.trimmed().isEmpty())
        return Proxy();
    const QUrl parsed(url.trimmed(), QUrl::StrictMode);
    if (!parsed.isValid() || parsed.host().isEmpty())
        return refused(QStringLiteral("it names no host"));
    Proxy proxy;
    if (parsed.scheme() == QLatin1String("http"))
        proxy.kind = Proxy::Kind::Http;
    else if (parsed.scheme() == QLatin1String("socks5") || parsed.scheme() == QLatin1String("socks5h"))
        proxy.kind = Proxy::Kind::Socks5;
    else if (parsed.scheme() == QLatin1String("https"))
        return refused(QStringLiteral("TLS to the proxy itself is not supported"));
    else
        return refused(QStringLiteral("only http and socks5 are known"));
    if (parsed.port() < 1)
        return refused(QStringLiteral("it names no port"));
    if (!parsed.path().isEmpty() && parsed.path() != QLatin1String("/"))
        return refused(QStringLiteral("it has a path"));
    if (parsed.hasQuery() || parsed.hasFragment())
        return refused(QStringLiteral("it has a query or a fragment"));
    proxy.host = parsed.host();
    proxy.port = parsed.port();
    proxy.user = parsed.userName(QUrl::FullyDecoded);
    proxy.password = Secret(parsed.password(QUrl::FullyDecoded));
    return proxy;
}

} // namespace signalbox
