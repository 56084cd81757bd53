#include "app/delivery/response_text.h"

namespace signalbox {

namespace {

bool isContinuation(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// Drops the bytes of a character that the limit cut in two.
QByteArray cutAtCharacter(QByteArray text, qsizetype limit)
{
    if (text.size() <= limit)
        return text;
    qsizetype end = limit;
    while (end > 0 && isContinuation(text.at(end)))
        --end;
    text.truncate(end);
    return text;
}

} // namespace

QByteArray storableText(const QByteArray &raw, qsizetype limit)
{
    QString text = QString::fromUtf8(cutAtCharacter(raw, limit));
    text.remove(QChar(0));
    return cutAtCharacter(text.toUtf8(), limit);
}

} // namespace signalbox
