#include "app/cli/command_database.h"
#include "app/cli/output.h"
#include "app/cli/sub_commands.h"
#include "app/database/event_append.h"

#include <QFile>

#include <cstdio>
#include <limits>

namespace signalbox {

namespace {

/// Documents and the lines of the file they stand on.
struct Documents
{
    QList<QByteArray> texts;
    QList<int> lines;
};

tl::unexpected<Error> wrong(const QString &why)
{
    return fail(Error::Kind::Usage, QStringLiteral("append"), why);
}

Result<QByteArray> readInput(const QString &name)
{
    QFile file(name);
    const bool isOpen =
        name == QLatin1String("-") ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!isOpen)
        return fail(QStringLiteral("read ") + name, file.errorString());
    QByteArray text = file.readAll();
    if (file.error() != QFileDevice::NoError)
        return fail(QStringLiteral("read ") + name, file.errorString());
    return text;
}

Documents cut(const QByteArray &text, bool byLine)
{
    if (!byLine)
        return {{text}, {1}};
    Documents documents;
    const QList<QByteArray> lines = text.split('\n');
    for (qsizetype index = 0; index < lines.size(); ++index) {
        if (lines[index].trimmed().isEmpty())
            continue;
        documents.texts << lines[index];
        documents.lines << int(index) + 1;
    }
    return documents;
}

Result<QUuid> uuidOption(const CommandLine &line, const QString &option)
{
    if (!line.has(option))
        return QUuid();
    const QUuid id = QUuid::fromString(line.value(option));
    if (id.isNull())
        return wrong(QStringLiteral("--%1 is no UUID").arg(option));
    return id;
}

Result<AppendRequest> requestOf(const CommandLine &line)
{
    AppendRequest request;
    request.stream = line.value(QStringLiteral("stream"));
    request.type = line.value(QStringLiteral("type"));
    if (request.stream.isEmpty())
        return wrong(QStringLiteral("--stream is missing"));
    if (request.type.isEmpty())
        return wrong(QStringLiteral("--type is missing"));
    const auto version = line.number(QStringLiteral("expected-version"), 0, std::numeric_limits<int>::max());
    if (!version)
        return fail(version.error());
    request.expectedVersion = *version;
    const auto correlation = uuidOption(line, QStringLiteral("correlation"));
    const auto causation = uuidOption(line, QStringLiteral("causation"));
    if (!correlation)
        return fail(correlation.error());
    if (!causation)
        return fail(causation.error());
    request.correlation = *correlation;
    request.causation = *causation;
    request.metadata = line.value(QStringLiteral("metadata")).toUtf8();
    return request;
}

CommandResult append(const CommandContext &context)
{
    auto request = requestOf(context.line);
    if (!request)
        return fail(request.error());
    const bool byLine = context.line.has(QStringLiteral("lines"));
    const auto text = readInput(context.line.words().constFirst());
    if (!text)
        return fail(text.error());
    const Documents documents = cut(*text, byLine);
    request->payloads = documents.texts;

    const auto database = openDatabase(context.line, Access::ReadWrite);
    if (!database)
        return fail(database.error());
    const auto result = appendEvents(*database->connection, *request);
    if (!result) {
        Error error = result.error();
        if (byLine && error.position >= 0)
            error.what = QStringLiteral("append to %1, line %2")
                             .arg(request->stream)
                             .arg(documents.lines.value(error.position));
        return fail(error);
    }
    for (qsizetype index = 0; index < result->ids.size(); ++index)
        printLine(QStringLiteral("%1 %2")
                      .arg(result->ids[index].toString(QUuid::WithoutBraces))
                      .arg(result->firstVersion + index));
    return 0;
}

} // namespace

Command appendCommand()
{
    return {"append",
            "FILE|-",
            "append events to a stream; prints id and version of each",
            {{"stream", "S", "stream to append to"},
             {"type", "T", "event type"},
             {"expected-version", "N", "version the stream must have; 0: it must be new"},
             {"correlation", "UUID", "correlation id"},
             {"causation", "UUID", "causation id"},
             {"metadata", "JSON", "metadata object"},
             {"lines", {}, "every line is an event; all of them or none are stored"}},
            1,
            1,
            append};
}

} // namespace signalbox
