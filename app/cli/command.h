#pragma once

#include "app/cli/command_line.h"
#include "app/core/result.h"

namespace signalbox {

/// What a command is run with. A QCoreApplication exists; its event loop does not run yet.
struct CommandContext
{
    const Command &command;
    const CommandLine &line;
};

/// Exit code of a command that ran (0 done, 1 failed), or why it did not: Usage exits 2, anything else 1.
using CommandResult = Result<int>;

/// One sub-command.
struct Command
{
    QString name;    ///< one or two words: "append", "jobs list"
    QString words;   ///< what follows the options in the help: "FILE|-"
    QString summary; ///< one line
    QList<Option> options;
    int leastWords = 0;
    int mostWords = 0;
    CommandResult (*run)(const CommandContext &context) = nullptr;

    QString group() const { return name.section(' ', 0, 0); }
};

/// Every sub-command, in the order of the help.
const QList<Command> &commands();

/// Runs a sub-command, --help or --version and returns the exit code (design §8): data on stdout, messages on
/// stderr.
int runCommand(const QStringList &arguments);
int runCommand(const QStringList &arguments, const QList<Command> &table);

} // namespace signalbox
