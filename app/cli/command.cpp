#include "app/cli/command.h"

#include "app/cli/help.h"
#include "app/cli/output.h"
#include "app/cli/sub_commands.h"
#include "app/core/version.h"

namespace signalbox {

namespace {

constexpr int failedExit = 1;
constexpr int wrongUsageExit = 2;

int exitCodeOf(const Error &error)
{
    return error.kind == Error::Kind::Usage ? wrongUsageExit : failedExit;
}

CommandResult obey(const ParsedArguments &arguments)
{
    switch (arguments.wish) {
    case ParsedArguments::Wish::Help:
        printData(helpText(arguments).toUtf8());
        return 0;
    case ParsedArguments::Wish::Version:
        printLine(QStringLiteral("signalbox ") + QLatin1String(version));
        return 0;
    case ParsedArguments::Wish::Run:
        break;
    }
    return arguments.command->run({*arguments.command, arguments.line});
}

} // namespace

const QList<Command> &commands()
{
    static const QList<Command> all =
        QList<Command>{demoCommand(), shotCommand()}
        << migrateCommands() << endpointListCommand() << endpointChangeCommands() << endpointStateCommands()
        << endpointRemovalCommands() << endpointRotateCommand() << endpointTestCommand() << appendCommand()
        << workerCommand() << listCommands() << showCommands() << workersListCommand() << overviewCommand()
        << jobsChangeCommands() << fanOutCommands() << profileCommands() << completionCommand();
    return all;
}

int runCommand(const QStringList &arguments)
{
    return runCommand(arguments, commands());
}

int runCommand(const QStringList &arguments, const QList<Command> &table)
{
    const auto parsed = parseArguments(arguments, table);
    if (!parsed) {
        printError(parsed.error());
        return exitCodeOf(parsed.error());
    }
    const CommandResult result = obey(*parsed);
    if (!result)
        printError(result.error());
    if (!flushData()) {
        printMessage(QStringLiteral("standard output: it could not be written"));
        return failedExit;
    }
    return result ? *result : exitCodeOf(result.error());
}

} // namespace signalbox
