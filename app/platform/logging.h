#pragma once

#include "app/core/log_event.h"
#include "app/core/result.h"

#include <QDateTime>
#include <QLoggingCategory>
#include <QString>

namespace signalbox {

/// What the program itself has to say; QT_LOGGING_RULES="signalbox.*=true" shows its debug lines too.
Q_DECLARE_LOGGING_CATEGORY(logConsole)
Q_DECLARE_LOGGING_CATEGORY(logWorker)

/// How and from which level on lines are written. Any thread.
void setLogFormat(LogFormat format);
LogFormat logFormat();
void setLogLevel(LogLevel level);
LogLevel logLevel();
/// Facts that every JSON line carries, e.g. which worker on which host; a text log has them once, where it
/// begins. To be called before other threads log.
void setLogContext(const QList<LogField> &fields);

/// The line a message becomes: `signalbox: text`, withoutSecrets().
QString logLine(const QString &message);
/// `signalbox: component: message (name value, ...)`, withoutSecrets().
QString textLine(const LogEvent &event);
/// One JSON object: ts (ISO 8601, UTC), level, component, message, the fields and the log context;
/// withoutSecrets().
QByteArray jsonLine(const LogEvent &event, const QDateTime &time);

/// Writes the event to stderr, in the format and from the level on that are set. Any thread.
void writeEvent(const LogEvent &event);

/// Sends every Qt message to stderr, as writeEvent() does.
void installMessageHandler();

Result<LogFormat> logFormatFromName(const QString &name); ///< text, json; errors: Usage
Result<LogLevel> logLevelFromName(const QString &name);   ///< debug, info, warning, error; errors: Usage
QString nameOf(LogFormat format);
QString nameOf(LogLevel level);

} // namespace signalbox
