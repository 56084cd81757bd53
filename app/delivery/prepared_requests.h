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
/// destinations, custom headers, TLS material. Keeps the last used thousand of each. One thread.
class PreparedRequests
{
public:
    Result<Destination> destination(const QString &url);
    /// The JSON text of a custom_headers column.
    Result<CustomHeaders> customHeaders(const QByteArray &json);
    /// As checkTlsMaterial().
    Done checkTls(const TlsMaterial &material);

private:
    static constexpr int mostKept = 1'000;

    QCache<QString, Result<Destination>> m_destinations{mostKept};
    QCache<QByteArray, Result<CustomHeaders>> m_headers{mostKept};
    QCache<QByteArray, Result<bool>> m_tls{mostKept};
};

} // namespace signalbox
