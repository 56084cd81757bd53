#pragma once

#include "app/core/http_header.h"
#include "app/delivery/raw_header.h"

#include <QList>

namespace signalbox {

/// The head of an answer, line by line as it arrives: the newest status line and the headers that belong to
/// it.
class ResponseHead
{
public:
    /// Most bytes in all, interim answers and trailers included.
    static constexpr qsizetype limit = 256 * 1024;

    /// A line with its end. False once the head is larger than the limit: the exchange ends there.
    bool takeLine(QByteArray line);

    int status() const { return m_status; } ///< 0 without a status line; below 200 it is an interim one
    const QList<RawHeader> &headers() const { return m_headers; }
    bool isCut() const { return m_bytes > limit; }

private:
    int m_status = 0;
    qsizetype m_bytes = 0;
    QList<RawHeader> m_headers;
};

/// What is recorded of an answer's headers: text that PostgreSQL takes, at most 64 KiB in all.
struct KeptHeaders
{
    QList<HttpHeader> headers;
    QByteArray retryAfter; ///< as it came; the last one of several
    bool areCut = false;
};

KeptHeaders keptHeaders(const QList<RawHeader> &headers);

} // namespace signalbox
