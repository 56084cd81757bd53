#pragma once

#include <QList>
#include <QString>
#include <QVariant>

namespace signalbox {

enum class LogLevel { Debug, Info, Warning, Error };

/// Text is for a person's eyes, Json (one object a line) for a collector of logs.
enum class LogFormat { Text, Json };

/// One fact of a log line. Numbers and booleans stay such in JSON; text has its secrets blanked when it is
/// written. Never a payload, never a header's value.
struct LogField
{
    QString name; ///< snake_case, with the unit: "duration_ms"
    QVariant value;
};

/// One thing worth a line in the log. A value, so that any thread may make one; app/platform writes it.
struct LogEvent
{
    LogLevel level = LogLevel::Info;
    QString component; ///< who speaks: "worker", "database", "fan-out"
    QString message;   ///< the same words each time; what differs stands in the fields
    QList<LogField> fields;
};

} // namespace signalbox
