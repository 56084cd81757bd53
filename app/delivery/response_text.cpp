#include "app/delivery/response_text.h"

#include <QStringDecoder>

#include <algorithm>

namespace signalbox {

namespace {

bool isContinuation(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// ASCII without NUL, which nearly all receivers send, is stored as it is.
bool isPlain(const QByteArray &raw)
{
    return std::none_of(raw.cbegin(), raw.cend(), [](char byte) {
        return byte == 0 || (static_cast<unsigned char>(byte) & 0x80) != 0;
    });
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
    if (raw.size() <= limit && isPlain(raw))
        return raw;
    // Not fromUtf8: it drops a byte order mark, which is text to us.
    QStringDecoder decoder(QStringDecoder::Utf8,
                           QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom);
    QString text = decoder(cutAtCharacter(raw, limit));
    text.remove(QChar(0));
    return cutAtCharacter(text.toUtf8(), limit);
}

QString storableString(const QByteArray &raw, qsizetype limit)
{
    if (raw.size() <= limit && isPlain(raw))
        return QString::fromLatin1(raw);
    return QString::fromUtf8(storableText(raw, limit));
}

} // namespace signalbox
