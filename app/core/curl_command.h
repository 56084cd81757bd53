#pragma once

#include "app/core/http_header.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace signalbox {

/// Bodies beyond this are not written into a command line, bytes.
inline constexpr qsizetype longestCurlBody = 64 * 1024;

/// A delivery as somebody may send it by hand.
struct CurlRequest
{
    QString url;
    QString webhookId;         ///< of the job; stays the same over its attempts
    QList<HttpHeader> headers; ///< custom ones, credentials masked already
    QByteArray body;           ///< as it is sent, byte for byte
};

/// A command for a POSIX shell. The time stamp is that of the moment it runs; the signature is left as a
/// placeholder, for no secret is known here. A body beyond longestCurlBody is read from @payload.json, and
/// the command's first line says so.
QString curlCommand(const CurlRequest &request);

/// A word for a POSIX shell, whatever stands in it.
QString shellQuoted(const QString &text);

/// The text of a jsonb value from its pretty form, as `payload::text` gives it: what is sent. Strings and
/// digits stay as they are.
QString compactJson(const QString &pretty);

} // namespace signalbox
