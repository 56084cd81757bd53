#include "app/platform/logging.h"

#include "app/core/credentials.h"

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <nlohmann/json.hpp>

namespace signalbox {

Q_LOGGING_CATEGORY(logConsole, "signalbox.console", QtInfoMsg)
Q_LOGGING_CATEGORY(logWorker, "signalbox.worker", QtInfoMsg)

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char *, 2> formatNames{"text", "json"};
constexpr std::array<const char *, 4> levelNames{"debug", "info", "warning", "error"};

// Qt's message handler is the process's, and so is what it needs.
std::atomic<LogFormat> currentFormat{LogFormat::Text};
std::atomic<LogLevel> currentLevel{LogLevel::Info};

QList<LogField> &context()
{
    static QList<LogField> fields;
    return fields;
}

// What Qt says beside an ended database session: the error of the act that met it says it better, once.
bool isEchoOfLostSession(const QString &message)
{
    return message.startsWith(QLatin1String("Unable to free statement")) ||
           message.startsWith(QLatin1String("QSocketNotifier: Invalid socket"));
}

LogLevel levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return LogLevel::Debug;
    case QtInfoMsg:
        return LogLevel::Info;
    case QtWarningMsg:
        return LogLevel::Warning;
    case QtCriticalMsg:
    case QtFatalMsg:
        break;
    }
    return LogLevel::Error;
}

// One call a line: lines of several threads do not mix.
void writeLine(const QByteArray &line)
{
    const QByteArray whole = line + '\n';
    std::fwrite(whole.constData(), 1, static_cast<std::size_t>(whole.size()), stderr);
    std::fflush(stderr);
}

void writeMessage(QtMsgType type, const QMessageLogContext &source, const QString &message)
{
    if (type != QtFatalMsg && isEchoOfLostSession(message))
        return;
    // Which debug lines are wanted is said by the categories' rules; text lines name no category.
    if (logFormat() == LogFormat::Json)
        writeLine(jsonLine({levelOf(type), QString::fromLatin1(source.category), message, {}},
                           QDateTime::currentDateTimeUtc()));
    else
        writeLine(logLine(message).toUtf8());
    if (type == QtFatalMsg)
        std::abort();
}

QVariant shownValue(const LogField &field)
{
    if (looksLikeCredential(field.name))
        return QLatin1String(maskedValue);
    return field.value.typeId() == QMetaType::QString ? withoutSecrets(field.value.toString()) : field.value;
}

Json jsonValue(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::Bool:
        return value.toBool();
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::Long:
    case QMetaType::LongLong:
        return value.toLongLong();
    case QMetaType::Double:
        return value.toDouble();
    default:
        return value.toString().toStdString();
    }
}

template <typename Value, std::size_t count>
Result<Value> fromName(const std::array<const char *, count> &names, const QString &name, const QString &what)
{
    QStringList known;
    for (std::size_t i = 0; i < count; ++i) {
        if (name == QLatin1String(names[i]))
            return Value(i);
        known << QLatin1String(names[i]);
    }
    return fail(Error::Kind::Usage, what,
                QStringLiteral("takes %1, not \"%2\"").arg(known.join(QStringLiteral(" or ")), name));
}

} // namespace

void setLogFormat(LogFormat format)
{
    currentFormat = format;
}

LogFormat logFormat()
{
    return currentFormat;
}

void setLogLevel(LogLevel level)
{
    currentLevel = level;
    QLoggingCategory::setFilterRules(
        QStringLiteral("signalbox.*.debug=%1")
            .arg(level == LogLevel::Debug ? QStringLiteral("true") : QStringLiteral("false")));
}

LogLevel logLevel()
{
    return currentLevel;
}

void setLogContext(const QList<LogField> &fields)
{
    context() = fields;
}

QString logLine(const QString &message)
{
    const QString line = withoutSecrets(message);
    return line.startsWith(QStringLiteral("signalbox: ")) ? line : QStringLiteral("signalbox: ") + line;
}

QString textLine(const LogEvent &event)
{
    QStringList facts;
    for (const LogField &field : event.fields)
        facts << field.name + ' ' + shownValue(field).toString();
    const QString line = event.component + QStringLiteral(": ") + event.message;
    return logLine(facts.isEmpty() ? line
                                   : line + QStringLiteral(" (%1)").arg(facts.join(QStringLiteral(", "))));
}

QByteArray jsonLine(const LogEvent &event, const QDateTime &time)
{
    Json line{{"ts", time.toUTC().toString(Qt::ISODateWithMs).toStdString()},
              {"level", nameOf(event.level).toStdString()},
              {"component", event.component.toStdString()},
              {"message", withoutSecrets(event.message).toStdString()}};
    for (const auto *fields : {&event.fields, &std::as_const(context())}) {
        for (const LogField &field : *fields)
            line[field.name.toStdString()] = jsonValue(shownValue(field));
    }
    return QByteArray::fromStdString(line.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void writeEvent(const LogEvent &event)
{
    if (event.level < logLevel())
        return;
    writeLine(logFormat() == LogFormat::Json ? jsonLine(event, QDateTime::currentDateTimeUtc())
                                             : textLine(event).toUtf8());
}

void installMessageHandler()
{
    qInstallMessageHandler(writeMessage);
}

Result<LogFormat> logFormatFromName(const QString &name)
{
    return fromName<LogFormat>(formatNames, name, QStringLiteral("log format"));
}

Result<LogLevel> logLevelFromName(const QString &name)
{
    return fromName<LogLevel>(levelNames, name, QStringLiteral("log level"));
}

QString nameOf(LogFormat format)
{
    return QLatin1String(formatNames[std::size_t(format)]);
}

QString nameOf(LogLevel level)
{
    return QLatin1String(levelNames[std::size_t(level)]);
}

} // namespace signalbox
