#pragma once

#include "app/core/result.h"
#include "app/core/secret.h"

#include <QString>

namespace signalbox {

/// The proxy that deliveries of a connection go through. There is none unless it is configured: the system's
/// settings and environment are never asked.
struct Proxy
{
    enum class Kind { None, Http, Socks5 };

    Kind kind = Kind::None;
    QString host;
    int port = 0;
    QString user;
    Secret password; ///< of the user; never part of text()

    bool isSet() const { return kind != Kind::None; }
    /// "http://user@host:port", without the password; empty when there is none.
    QString text() const;
    friend bool operator==(const Proxy &, const Proxy &) = default;
};

/// Reads http://[user[:password]@]host:port or socks5://...; empty text is no proxy. Errors (Refused) never
/// quote the text, which may hold a password.
Result<Proxy> readProxy(const QString &url);

} // namespace signalbox
