#pragma once

#include "app/core/result.h"

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace signalbox {

struct Command;

/// One option of a command.
struct Option
{
    QString name;  ///< without dashes
    QString value; ///< what its value is called in the help; empty: a switch without value
    QString help;
    bool isRepeatable = false;
};

/// The options and words of one call, checked against the command's table.
class CommandLine
{
public:
    bool has(const QString &option) const { return m_options.contains(option); }
    QString value(const QString &option) const { return m_options.value(option).value(0); }
    QStringList values(const QString &option) const { return m_options.value(option); }
    const QStringList &words() const { return m_words; }

    /// The option's whole number, none when it is not given. Errors: Usage for anything but a number within
    /// the bounds.
    Result<std::optional<int>> number(const QString &option, int least, int most) const;

private:
    friend class CommandLineParser;
    QHash<QString, QStringList> m_options;
    QStringList m_words;
};

/// What the arguments ask for.
struct ParsedArguments
{
    enum class Wish { Run, Help, Version };

    Wish wish = Wish::Run;
    QString group;                    ///< first word of the command, for its help
    const Command *command = nullptr; ///< none: help or version of a group or of the program
    CommandLine line;
};

/// Options that every command takes, before or behind its name.
const QList<Option> &commonOptions();

/// Reads a command line against a table of commands: options as `--name value` or `--name=value`, `--` ends
/// them, `-` is a word. Errors: Usage.
Result<ParsedArguments> parseArguments(const QStringList &arguments, const QList<Command> &commands);

} // namespace signalbox
