#pragma once

#include "app/core/result.h"

#include <QString>

#include <optional>

namespace signalbox {

/// Milliseconds in the units that a duration may be written in.
inline constexpr qint64 millisecondsPerSecond = 1'000;
inline constexpr qint64 millisecondsPerMinute = 60 * millisecondsPerSecond;
inline constexpr qint64 millisecondsPerHour = 60 * millisecondsPerMinute;
inline constexpr qint64 millisecondsPerDay = 24 * millisecondsPerHour;

/// The one way a duration is written, in fields, filters and commands: a number, a decimal point with up to
/// three digits allowed, and ms, s, m (or min), h or d behind it, with or without a space: "30 s", "1.5h",
/// "500ms". Milliseconds, rounded. A bare number is taken in `bareUnitMs` milliseconds each, and refused
/// where that is 0. Nothing for a sign, a word or a number too large.
std::optional<qint64> parseDuration(const QString &text, qint64 bareUnitMs = 0);

/// parseDuration with the Usage error that says what is taken. `what` names the value: "timeout".
Result<qint64> readDuration(const QString &text, const QString &what, qint64 bareUnitMs = 0);

/// A text that parseDuration reads back to the same number: "30 s", "90 s", "1500 ms", "2 h".
QString writeDuration(qint64 milliseconds);

} // namespace signalbox
