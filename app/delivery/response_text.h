#pragma once

#include <QByteArray>
#include <QString>

namespace signalbox {

/// Most of a response body that is read and kept (design §4, Response).
inline constexpr qsizetype responseLimit = 64 * 1024;

/// What a receiver sent, as text PostgreSQL takes: valid UTF-8 without NUL, at most `limit` bytes, never
/// ending within a character. Bytes that are no UTF-8 become U+FFFD.
QByteArray storableText(const QByteArray &raw, qsizetype limit = responseLimit);
/// The same as a string.
QString storableString(const QByteArray &raw, qsizetype limit = responseLimit);

} // namespace signalbox
