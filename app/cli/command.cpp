#include "app/cli/command.h"

#include "app/cli/consent.h"
#include "app/cli/help.h"
#include "app/cli/output.h"
#include "app/cli/sub_commands.h"
#include "app/core/production.h"
#include "app/core/version.h"
#include "app/platform/settings.h"
#include "app/platform/settings_profile_store.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int failedExit = 1;
constexpr int wrongUsageExit = 2;

int exitCodeOf(const Error &error)
{
    return error.kind == Error::Kind::Usage ? wrongUsageExit : failedExit;
}

bool takes(const Command &command, const char *option)
{
    return std::any_of(command.options.cbegin(), command.options.cend(),
                       [option](const Option &one) { return one.name == QLatin1String(option); });
}

// Commands that ask for consent ask for the reason themselves.
Done checkReasonInProduction(const Command &command, const CommandLine &line)
{
    const bool isAsked = !takes(command, "reason") || takes(command, "yes");
    if (isAsked || !givenReason(line).isEmpty() || !line.has(QStringLiteral("profile")) ||
        line.has(QStringLiteral("db")))
        return {};
    const QString name = line.value(QStringLiteral("profile"));
    for (const ConnectionProfile &profile : SettingsProfileStore(standardSettingsFile()).profiles()) {
        if (profile.name == name && isProduction(profile))
            return fail(Error::Kind::Usage, command.name,
                        QStringLiteral("--reason is missing; \"%1\" is a production environment").arg(name));
    }
    return {};
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
    if (const Done reasoned = checkReasonInProduction(*arguments.command, arguments.line); !reasoned)
        return fail(reasoned.error());
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
