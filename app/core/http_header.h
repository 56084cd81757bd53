#pragma once

#include "app/core/result.h"

#include <QByteArray>
#include <QList>

namespace signalbox {

struct HttpHeader
{
    QString name;
    QString value;
    friend bool operator==(const HttpHeader &, const HttpHeader &) = default;
};

/// Checks one custom header against design §4: token name, no CR/LF/NUL, value at most 4096 bytes, not a
/// header that delivery owns (host, content-length, webhook-* ...).
Done validateCustomHeader(const HttpHeader &header);

/// All headers of an endpoint; duplicates (case-insensitively) are refused too.
Done validateCustomHeaders(const QList<HttpHeader> &headers);

/// "Name: value" as typed on a command line or in the editor; validated.
Result<HttpHeader> parseCustomHeader(const QString &line);

/// The custom_headers column: a JSON object of strings. Null or empty JSON gives no headers; a value that is
/// no object of strings is an error.
Result<QList<HttpHeader>> headersFromJson(const QByteArray &json);
/// The header, its value masked if it looksLikeCredential(), as it is recorded and shown.
HttpHeader maskedHeader(const HttpHeader &header);
/// The custom_headers column with credentials masked; text that is no object of strings is masked whole.
QByteArray maskedHeadersJson(const QByteArray &json);

QByteArray headersToJson(const QList<HttpHeader> &headers);

} // namespace signalbox
