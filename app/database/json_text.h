#pragma once

#include <QString>

namespace signalbox {

/// JSON as text, within bounds. A jsonb value of two thousand stored bytes may have a gigabyte of text
/// (numbers such as 1e131071, compressed), so that its text is never made before it is known to be small.

/// How much of a JSON value is made into text.
struct JsonBounds
{
    qint64 stored = 0; ///< octets on disk; what is larger is not even decompressed
    qint64 flat = 0;   ///< octets in memory; text takes up to twelve times as many
    qint64 digits = 0; ///< octets that numbers of over a hundred digits take in text
};

inline constexpr JsonBounds previewBounds{16'384, 65'536, 65'536};
inline constexpr JsonBounds wholeBounds{16'777'216, 16'777'216, 4'194'304};

/// Condition: the text of a JSON column keeps within the bounds. NULL for NULL.
QString jsonIsBounded(const QString &column, const JsonBounds &bounds);

/// The column's text, as JSON still; a JSON string that says so where it does not keep within wholeBounds.
QString wholeJson(const QString &column);

/// The column's text for people, indented where that does not make it many times larger; a sentence where it
/// does not keep within wholeBounds.
QString readableJson(const QString &column);

/// The size of what readableJson shows: of the text, or of what is stored where there is none.
QString jsonSize(const QString &column);

/// What stands in the place of a value whose text cannot be made.
inline QString unrenderableText()
{
    return QStringLiteral("payload cannot be rendered");
}

} // namespace signalbox
