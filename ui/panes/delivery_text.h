#pragma once

#include "app/core/page.h"

namespace signalbox {

// What a row of webhook_deliveries says, in words.

/// What its outcome means for the receiver (design §4).
QString meaningOf(const QSqlRecord &delivery);
/// "DNS 2 ms → connect 10 ms → first byte 31 ms".
QString phaseText(const QSqlRecord &delivery);
/// "HTTP/1.1"; empty where it is not known.
QString protocolText(const QSqlRecord &delivery);
/// Whether a body is to be shown as JSON.
bool looksLikeJson(const QString &text);

} // namespace signalbox
