#pragma once

#include <QString>

namespace signalbox {

// What counts as a credential: one list for headers that are recorded, listed, exported or shown and for what
// is logged.

/// Whether what has this name is likely a credential: a header, a field of a log line, a column.
bool looksLikeCredential(const QString &name);
/// What stands in place of a masked value.
inline constexpr char maskedValue[] = "***";

/// Text with passwords, webhook secrets, credentials of headers and the queries of URLs blanked, on one line.
QString withoutSecrets(const QString &text);

} // namespace signalbox
