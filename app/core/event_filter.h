#pragma once

#include "app/core/result.h"

#include <QByteArray>

namespace signalbox {

/// Checks the JSON of an endpoint's event_filter (design §4): null, an array of patterns, or an object with
/// "types" and/or "payload". Returns the text to store (trimmed, otherwise unchanged; empty for "all
/// events"). The matching itself is done by the SQL function signalbox_event_matches, so that fan-out and
/// preview cannot disagree.
Result<QByteArray> validateEventFilter(const QByteArray &json);

} // namespace signalbox
