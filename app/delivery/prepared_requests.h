#pragma once

#include "app/core/http_header.h"
#include "app/core/tls_material.h"
#include "app/delivery/destination.h"
#include "app/delivery/raw_header.h"

#include <QCache>

namespace signalbox {

/// An endpoint's own headers, checked.
struct CustomHeaders
{
    QList<RawHeader> sent;
    QList<HttpHeader> stored; ///< values that look like credentials masked
};

/// Whether the certificates and the key can be used. Errors (Refused) name the part that cannot, never its
/// text.
Done checkTlsMaterial(const TlsMaterial &material);

/// What stays the same from attempt to attempt, read and checked once per text and not once per request:
/// destinations, custom headers, TLS material. Keeps what was used last, by the bytes it takes. One thread.
class PreparedRequests
{
public:
    Result<Destination> destination(const QString &url);
    /// The JSON text of a custom_headers column.
    Result<CustomHeaders> customHeaders(const QByteArray &json);
    /// As checkTlsMaterial().
    Done checkTls(const TlsMaterial &material);

private:
    static constexpr qsizetype mostBytes = 4 * 1024 * 1024; ///< of each kind

    QCache<QString, Result<Destination>> m_destinations{mostBytes};
    QCache<QByteArray, Result<CustomHeaders>> m_headers{mostBytes};
    QCache<QByteArray, Result<bool>> m_tls{mostBytes};
};

} // namespace signalbox
