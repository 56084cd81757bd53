#pragma once

#include <QLoggingCategory>
#include <QString>

namespace signalbox {

/// What the program itself has to say; QT_LOGGING_RULES="signalbox.*=true" shows its debug lines too.
Q_DECLARE_LOGGING_CATEGORY(logConsole)
Q_DECLARE_LOGGING_CATEGORY(logWorker)

/// The line a message becomes: `signalbox: text`, without line breaks, with passwords and webhook secrets
/// blanked.
QString logLine(const QString &message);

/// Sends every Qt message to stderr as logLine().
void installMessageHandler();

} // namespace signalbox
