#include "app/cli/help.h"

#include "app/cli/command.h"

namespace signalbox {

namespace {

QString optionName(const Option &option)
{
    return QStringLiteral("--") + option.name + (option.value.isEmpty() ? QString() : ' ' + option.value);
}

QString optionLines(const QList<Option> &options)
{
    qsizetype width = 0;
    for (const Option &option : options)
        width = qMax(width, optionName(option).size());
    QString text;
    for (const Option &option : options)
        text += QStringLiteral("  ") + optionName(option).leftJustified(width + 2) + option.help + '\n';
    return text;
}

QString commandHelp(const Command &command)
{
    QString text = QStringLiteral("signalbox ") + command.name;
    if (!command.options.isEmpty())
        text += QStringLiteral(" [options]");
    if (!command.words.isEmpty())
        text += ' ' + command.words;
    text += QStringLiteral("\n\n") + command.summary + '\n';
    if (!command.options.isEmpty())
        text += QStringLiteral("\nOptions\n") + optionLines(command.options);
    return text + QStringLiteral("\nDatabase\n") + optionLines(commonOptions());
}

QString overview(const QString &group)
{
    qsizetype width = 0;
    for (const Command &command : commands())
        width = qMax(width, (command.name + ' ' + command.words).size());
    QString text =
        group.isEmpty()
            ? QStringLiteral("signalbox [--db URI | --profile NAME]    opens the console\n\nCommands\n")
            : QStringLiteral("signalbox %1 ...\n\nCommands\n").arg(group);
    for (const Command &command : commands()) {
        if (group.isEmpty() || command.group() == group)
            text += QStringLiteral("  ") + (command.name + ' ' + command.words).leftJustified(width + 2) +
                    command.summary + '\n';
    }
    return text + QStringLiteral("\nDatabase\n") + optionLines(commonOptions()) +
           QStringLiteral("\nEvery command has --help. Exit code: 0 done, 1 failed, 2 wrong usage.\n");
}

} // namespace

QString helpText(const ParsedArguments &arguments)
{
    return arguments.command ? commandHelp(*arguments.command) : overview(arguments.group);
}

} // namespace signalbox
