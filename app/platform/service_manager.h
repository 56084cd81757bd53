#pragma once

#include <QString>

#include <optional>

namespace signalbox {

/// What a service manager (systemd, Type=notify) is told, through the socket it named in NOTIFY_SOCKET.
/// Without one, each of these does nothing. sd_notify(3) is the source of the rules.
namespace serviceManager {

void ready(const QString &status);
void reloading(); ///< to be followed by ready()
/// The end comes within `limitMs` at most, whatever the manager would grant otherwise.
void stopping(qint64 limitMs, const QString &status);
/// A line for people, shown by systemctl status.
void status(const QString &text);
/// This process works; silence for longer than watchdogMs() gets it killed and started again.
void alive();
/// Milliseconds within which alive() is expected; none when no watchdog waits.
std::optional<qint64> watchdogMs();

} // namespace serviceManager

} // namespace signalbox
