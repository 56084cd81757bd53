#include "app/delivery/response_head.h"

#include "app/core/http_header.h"
#include "app/delivery/response_text.h"

namespace signalbox {

namespace {

constexpr qsizetype nameLimit = 1024;
constexpr qsizetype valueLimit = 8 * 1024;
constexpr qsizetype keptLimit = 64 * 1024;

/// Status of "HTTP/1.1 200 OK"; libcurl has seen to it that it is one.
int statusOf(const QByteArray &line)
{
    const qsizetype space = line.indexOf(' ');
    return space < 0 ? 0 : line.mid(space + 1, 3).toInt();
}

} // namespace

bool ResponseHead::takeLine(QByteArray line)
{
    m_bytes += line.size();
    if (isCut())
        return false;
    while (line.endsWith('\n') || line.endsWith('\r'))
        line.chop(1);
    if (line.startsWith("HTTP/")) {
        m_status = statusOf(line);
        m_headers.clear();
    } else if (const qsizetype colon = line.indexOf(':'); colon > 0) {
        m_headers.append({line.left(colon), line.mid(colon + 1).trimmed()});
    }
    return true;
}

KeptHeaders keptHeaders(const QList<RawHeader> &headers)
{
    KeptHeaders kept;
    qsizetype room = keptLimit;
    for (const RawHeader &header : headers) {
        if (header.name.compare("Retry-After", Qt::CaseInsensitive) == 0)
            kept.retryAfter = header.value;
        room -= qMin(header.name.size(), nameLimit) + qMin(header.value.size(), valueLimit);
        kept.areCut =
            kept.areCut || room < 0 || header.name.size() > nameLimit || header.value.size() > valueLimit;
        if (room >= 0)
            kept.headers.append(maskedHeader(
                {storableString(header.name, nameLimit), storableString(header.value, valueLimit)}));
    }
    return kept;
}

} // namespace signalbox
